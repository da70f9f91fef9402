package io.trailwatch.connector.iceberg.maintain;

import io.trailwatch.connector.iceberg.maintain.MaintenanceReport.Compacted;
import io.trailwatch.connector.iceberg.maintain.MaintenanceReport.Expired;
import io.trailwatch.connector.iceberg.maintain.MaintenanceReport.Orphans;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/** Does the steps of maintenance on one table, beside whoever writes it. */
public final class TableMaintenance {
    private final MaintenanceSettings settings;
    private final Clock clock;
    private final String owner;

    /**
     * @param owner who runs this, for the lock; the host for instance
     */
    public TableMaintenance(MaintenanceSettings settings, Clock clock, String owner) {
        this.settings = settings;
        this.clock = clock;
        this.owner = owner;
    }

    /**
     * Does the steps.
     *
     * @return what changed
     * @throws MaintenanceException if another run holds the table, or a step could not be done
     */
    public MaintenanceReport run(Table table) {
        if (settings.dryRun()) {
            table.refresh();
            return run(table, () -> {});
        }
        try (TableLock lock =
                TableLock.acquire(table, clock, owner).orElseThrow(() -> held(table))) {
            table.refresh();
            return run(table, lock::renew);
        }
    }

    private MaintenanceException held(Table table) {
        table.refresh();
        Optional<TableLock.Holder> holder = TableLock.holder(table, clock);
        return new MaintenanceException(
                "table %s is held by %s"
                        .formatted(
                                table.name(),
                                holder.map(h -> h.owner() + " until " + h.until())
                                        .orElse("another run")));
    }

    private MaintenanceReport run(Table table, Runnable renewLock) {
        Instant start = clock.instant();
        Size before = Size.of(table);
        List<String> warnings = new ArrayList<>();
        foreignCompaction(table).ifPresent(warnings::add);
        Compacted compacted = Compacted.NONE;
        if (settings.steps().contains(MaintenanceStep.COMPACT)) {
            compacted = new Compaction(table, settings, renewLock).run();
            table.refresh();
        }
        if (settings.steps().contains(MaintenanceStep.MANIFESTS)) {
            long unused = ManifestTidying.run(table, settings, renewLock);
            table.refresh();
        }
        Expired expired = Expired.NONE;
        if (settings.steps().contains(MaintenanceStep.EXPIRE)) {
            expired = SnapshotExpiry.run(table, settings, clock.instant(), renewLock);
            table.refresh();
        }
        Orphans orphans = Orphans.NONE;
        if (settings.steps().contains(MaintenanceStep.ORPHANS)) {
            orphans = OrphanRemoval.run(table, settings, clock.instant(), renewLock);
        }
        Size after = Size.of(table);
        return new MaintenanceReport(
                table.name(),
                settings.dryRun(),
                before.dataFiles(),
                after.dataFiles(),
                before.manifests(),
                after.manifests(),
                before.snapshots(),
                after.snapshots(),
                after.metadataBytes(),
                compacted,
                expired,
                orphans,
                warnings,
                Duration.between(start, clock.instant()));
    }

    /**
     * Two that compact one table undo each other's work, and only one of them knows the writers.
     */
    private static Optional<String> foreignCompaction(Table table) {
        for (Snapshot snapshot : table.snapshots()) {
            if (DataOperations.REPLACE.equals(snapshot.operation())
                    && !snapshot.summary().containsKey(Compaction.MARK)) {
                return Optional.of(
                        "snapshot %d of %s was made by another program that compacts this table:"
                                        .formatted(
                                                snapshot.snapshotId(),
                                                Instant.ofEpochMilli(snapshot.timestampMillis()))
                                + " use one of the two");
            }
        }
        return Optional.empty();
    }

    private record Size(long dataFiles, long manifests, long snapshots, long metadataBytes) {
        static Size of(Table table) {
            Snapshot current = table.currentSnapshot();
            Map<String, String> totals = current == null ? Map.of() : current.summary();
            long snapshots = 0;
            for (Snapshot ignored : table.snapshots()) {
                snapshots++;
            }
            return new Size(
                    Long.parseLong(totals.getOrDefault(SnapshotSummary.TOTAL_DATA_FILES_PROP, "0")),
                    current == null ? 0 : current.allManifests(table.io()).size(),
                    snapshots,
                    table.io()
                            .newInputFile(
                                    ((HasTableOperations) table)
                                            .operations()
                                            .current()
                                            .metadataFileLocation())
                            .getLength());
        }
    }
}
