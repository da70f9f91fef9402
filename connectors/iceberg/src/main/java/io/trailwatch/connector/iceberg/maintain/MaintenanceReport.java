package io.trailwatch.connector.iceberg.maintain;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was done to a table; in a dry run, what would be.
 *
 * @param dataFilesBefore of the current snapshot
 * @param manifestsBefore of the current snapshot
 * @param snapshotsBefore that the metadata knew
 * @param metadataBytes size of the file of metadata that each reader loads first
 * @param warnings what a person should look at
 */
public record MaintenanceReport(
        String table,
        boolean dryRun,
        long dataFilesBefore,
        long dataFilesAfter,
        long manifestsBefore,
        long manifestsAfter,
        long snapshotsBefore,
        long snapshotsAfter,
        long metadataBytes,
        Compacted compacted,
        Expired expired,
        Orphans orphans,
        List<String> warnings,
        Duration took)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /**
     * Files that were written anew.
     *
     * @param partitions that changed
     * @param skipped partitions that another commit changed meanwhile, and why
     */
    public record Compacted(
            int partitions,
            long filesRead,
            long filesWritten,
            long bytesRead,
            long bytesWritten,
            long rows,
            List<String> skipped)
            implements Serializable {
        private static final long serialVersionUID = 1;

        static final Compacted NONE = new Compacted(0, 0, 0, 0, 0, 0, List.of());
    }

    /**
     * Snapshots that were forgotten.
     *
     * @param keptForWriters older than the retention, but a writer's committer may look for them
     * @param filesDeleted data, manifests and lists that only they referred to
     * @param oldest time of the oldest snapshot that can still be read; null without snapshots
     */
    public record Expired(
            long snapshots, long keptForWriters, long filesDeleted, @Nullable Instant oldest)
            implements Serializable {
        private static final long serialVersionUID = 1;

        static final Expired NONE = new Expired(0, 0, 0, null);
    }

    /**
     * Files that no snapshot refers to.
     *
     * @param filesDeleted old enough to be removed
     * @param filesTooYoung left for a later run
     * @param before only files older than this were looked at; null if the step was not done
     */
    public record Orphans(
            long filesDeleted, long bytesDeleted, long filesTooYoung, @Nullable Instant before)
            implements Serializable {
        private static final long serialVersionUID = 1;

        static final Orphans NONE = new Orphans(0, 0, 0, null);
    }

    public MaintenanceReport {
        warnings = List.copyOf(warnings);
    }
}
