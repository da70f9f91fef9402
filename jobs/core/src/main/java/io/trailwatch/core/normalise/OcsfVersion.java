package io.trailwatch.core.normalise;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Version of OCSF that the rows of event tables and findings follow. The columns are those of all
 * versions; what a version does not have, or calls deprecated, stays null in its rows.
 */
public enum OcsfVersion {
    /** What Amazon Security Lake writes (source version 2). */
    V1_1_0("1.1.0"),
    /** A later one, in which {@code actor.app_name} took the place of {@code actor.invoked_by}. */
    V1_5_0("1.5.0");

    private final String label;

    OcsfVersion(String label) {
        this.label = label;
    }

    /** As {@code metadata.version} writes it. */
    public String label() {
        return label;
    }

    /**
     * Reads a version.
     *
     * @throws IllegalArgumentException that names the versions there are
     */
    public static OcsfVersion ofLabel(String label) {
        for (OcsfVersion version : values()) {
            if (version.label.equals(label)) {
                return version;
            }
        }
        throw new IllegalArgumentException(
                "'%s', must be one of %s"
                        .formatted(
                                label,
                                Arrays.stream(values())
                                        .map(OcsfVersion::label)
                                        .collect(Collectors.joining(", "))));
    }
}
