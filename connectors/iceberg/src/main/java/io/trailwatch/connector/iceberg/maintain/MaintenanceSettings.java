package io.trailwatch.connector.iceberg.maintain;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.iceberg.IcebergSchemas;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What is done to a table, and what is left alone.
 *
 * @param steps which are done
 * @param snapshotRetention snapshots younger than this stay, and time travel to them
 * @param minSnapshots newest snapshots of the table that stay whatever their age; at least 1
 * @param longestOutage how long a job may stand still and then go on from its last checkpoint: so
 *     long the mark that its committer looks for is kept
 * @param orphanAge files younger than this are never taken for orphans: a running writer may commit
 *     them yet; at least {@link #MIN_ORPHAN_AGE}
 * @param minInputFiles small files that make a partition worth writing anew; at least 2
 * @param maxFiles a partition with more files is written anew even where their sizes differ much
 * @param sortBytes heap that rows take while they are sorted; further rows go to temporary files
 * @param dryRun whether nothing is changed, only told
 */
public record MaintenanceSettings(
        Set<MaintenanceStep> steps,
        Duration snapshotRetention,
        int minSnapshots,
        Duration longestOutage,
        Duration orphanAge,
        int minInputFiles,
        int maxFiles,
        long sortBytes,
        boolean dryRun)
        implements Serializable {
    /** Far more than a writer takes from its first file to the commit. */
    public static final Duration MIN_ORPHAN_AGE = Duration.ofHours(1);

    private static final long MIN_SORT_BYTES = 1L << 20;

    private static final long serialVersionUID = 1;

    /**
     * Snapshots stay for three days: shorter than {@link IcebergSchemas#SNAPSHOT_RETENTION}, which
     * is for programs that know only ages and not the writers. Every commit writes what is known of
     * each snapshot once more, about a kilobyte.
     */
    public static final MaintenanceSettings DEFAULTS =
            new MaintenanceSettings(
                    EnumSet.allOf(MaintenanceStep.class),
                    Duration.ofDays(3),
                    IcebergSchemas.MIN_SNAPSHOTS,
                    IcebergSchemas.LONGEST_OUTAGE,
                    Duration.ofDays(3),
                    8,
                    16,
                    128L << 20,
                    false);

    public MaintenanceSettings {
        requireNonNull(snapshotRetention, "snapshotRetention");
        requireNonNull(longestOutage, "longestOutage");
        requireNonNull(orphanAge, "orphanAge");
        steps =
                Collections.unmodifiableSet(
                        steps.isEmpty()
                                ? EnumSet.noneOf(MaintenanceStep.class)
                                : EnumSet.copyOf(steps));
        if (snapshotRetention.isNegative()) {
            throw new IllegalArgumentException(
                    "snapshotRetention must not be negative, is " + snapshotRetention);
        }
        if (longestOutage.isNegative()) {
            throw new IllegalArgumentException(
                    "longestOutage must not be negative, is " + longestOutage);
        }
        atLeast("minSnapshots", 1, minSnapshots);
        atLeast("minInputFiles", 2, minInputFiles);
        atLeast("maxFiles", minInputFiles, maxFiles);
        atLeast("sortBytes", MIN_SORT_BYTES, sortBytes);
        if (orphanAge.compareTo(MIN_ORPHAN_AGE) < 0) {
            throw new IllegalArgumentException(
                    "orphanAge must be at least %s, is %s".formatted(MIN_ORPHAN_AGE, orphanAge));
        }
    }

    private static void atLeast(String name, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "%s must be at least %d, is %d".formatted(name, least, value));
        }
    }

    public MaintenanceSettings withSteps(Set<MaintenanceStep> changed) {
        return new MaintenanceSettings(
                changed,
                snapshotRetention,
                minSnapshots,
                longestOutage,
                orphanAge,
                minInputFiles,
                maxFiles,
                sortBytes,
                dryRun);
    }

    public MaintenanceSettings withSnapshots(Duration retention, int least) {
        return new MaintenanceSettings(
                steps,
                retention,
                least,
                longestOutage,
                orphanAge,
                minInputFiles,
                maxFiles,
                sortBytes,
                dryRun);
    }

    public MaintenanceSettings withLongestOutage(Duration changed) {
        return new MaintenanceSettings(
                steps,
                snapshotRetention,
                minSnapshots,
                changed,
                orphanAge,
                minInputFiles,
                maxFiles,
                sortBytes,
                dryRun);
    }

    public MaintenanceSettings withOrphanAge(Duration changed) {
        return new MaintenanceSettings(
                steps,
                snapshotRetention,
                minSnapshots,
                longestOutage,
                changed,
                minInputFiles,
                maxFiles,
                sortBytes,
                dryRun);
    }

    public MaintenanceSettings withFiles(int minInput, int most) {
        return new MaintenanceSettings(
                steps,
                snapshotRetention,
                minSnapshots,
                longestOutage,
                orphanAge,
                minInput,
                most,
                sortBytes,
                dryRun);
    }

    public MaintenanceSettings withSortBytes(long changed) {
        return new MaintenanceSettings(
                steps,
                snapshotRetention,
                minSnapshots,
                longestOutage,
                orphanAge,
                minInputFiles,
                maxFiles,
                changed,
                dryRun);
    }

    public MaintenanceSettings withDryRun(boolean changed) {
        return new MaintenanceSettings(
                steps,
                snapshotRetention,
                minSnapshots,
                longestOutage,
                orphanAge,
                minInputFiles,
                maxFiles,
                sortBytes,
                changed);
    }
}
