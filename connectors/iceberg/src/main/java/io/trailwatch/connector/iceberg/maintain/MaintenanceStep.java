package io.trailwatch.connector.iceberg.maintain;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be done to a table, in the order in which it is done. */
public enum MaintenanceStep {
    /** Merges small files of a partition into sorted, larger ones. */
    COMPACT,
    /** Groups the entries of small manifests by time. */
    MANIFESTS,
    /** Forgets old snapshots and deletes what only they referred to. */
    EXPIRE,
    /** Deletes old files that no snapshot refers to. */
    ORPHANS;

    /** The name people write. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Steps by their labels.
     *
     * @throws IllegalArgumentException if one is unknown or there is none; the message lists them
     */
    public static Set<MaintenanceStep> of(List<String> labels) {
        EnumSet<MaintenanceStep> steps = EnumSet.noneOf(MaintenanceStep.class);
        for (String label : labels) {
            steps.add(
                    Arrays.stream(values())
                            .filter(step -> step.label().equals(label.strip()))
                            .findFirst()
                            .orElseThrow(() -> unknown("'" + label + "' is no step")));
        }
        if (steps.isEmpty()) {
            throw unknown("no step is given");
        }
        return steps;
    }

    private static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException(
                "%s; steps are %s"
                        .formatted(
                                what,
                                Arrays.stream(values())
                                        .map(MaintenanceStep::label)
                                        .collect(Collectors.joining(", "))));
    }
}
