package io.trailwatch.connector.iceberg.maintain;

import io.trailwatch.connector.iceberg.maintain.MaintenanceReport.Expired;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Forgets snapshots that nobody needs any more. What stays: the newest ones, those younger than the
 * retention, each that a tag or branch holds, and the whole chain from the current snapshot to the
 * last commit of each writer that may come back ({@link WriterMark}).
 */
final class SnapshotExpiry {
    private SnapshotExpiry() {}

    /**
     * What goes and what stays.
     *
     * @param keptForWriters how many would go but for the writers
     */
    record Plan(List<Long> expired, long keptForWriters, @Nullable Instant oldest) {}

    static Plan plan(Table table, MaintenanceSettings settings, Instant now) {
        Instant youngest = now.minus(settings.snapshotRetention());
        Set<Long> marks = new HashSet<>();
        WriterMark.needed(table, now.minus(settings.longestOutage()))
                .forEach(mark -> marks.add(mark.snapshot()));
        Set<Long> kept = new HashSet<>();
        long forWriters = 0;
        List<Snapshot> chain = new ArrayList<>();
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            chain.add(snapshot);
        }
        int lastMark = 0;
        for (int i = 0; i < chain.size(); i++) {
            if (marks.contains(chain.get(i).snapshotId())) {
                lastMark = i + 1;
            }
        }
        for (int i = 0; i < chain.size(); i++) {
            Snapshot snapshot = chain.get(i);
            boolean wanted = i < settings.minSnapshots() || isYounger(snapshot, youngest);
            if (wanted || i < lastMark) {
                kept.add(snapshot.snapshotId());
                forWriters += wanted ? 0 : 1;
            }
        }
        for (SnapshotRef ref : table.refs().values()) {
            kept.add(ref.snapshotId());
            if (ref.isBranch() && !isCurrent(table, ref)) {
                SnapshotUtil.ancestorIds(table.snapshot(ref.snapshotId()), table::snapshot)
                        .forEach(kept::add);
            }
        }
        List<Long> expired = new ArrayList<>();
        Instant oldest = null;
        for (Snapshot snapshot : table.snapshots()) {
            if (kept.contains(snapshot.snapshotId()) || isYounger(snapshot, youngest)) {
                Instant time = Instant.ofEpochMilli(snapshot.timestampMillis());
                oldest = oldest == null || time.isBefore(oldest) ? time : oldest;
            } else {
                expired.add(snapshot.snapshotId());
            }
        }
        return new Plan(expired, forWriters, oldest);
    }

    private static boolean isYounger(Snapshot snapshot, Instant youngest) {
        return !Instant.ofEpochMilli(snapshot.timestampMillis()).isBefore(youngest);
    }

    private static boolean isCurrent(Table table, SnapshotRef ref) {
        Snapshot current = table.currentSnapshot();
        return current != null && current.snapshotId() == ref.snapshotId();
    }

    /** Each snapshot is named, so what is committed meanwhile changes nothing of the plan. */
    static Expired run(
            Table table, MaintenanceSettings settings, Instant now, Runnable beforeCommit) {
        Plan plan = plan(table, settings, now);
        if (plan.expired().isEmpty() || settings.dryRun()) {
            return new Expired(plan.expired().size(), plan.keptForWriters(), 0, plan.oldest());
        }
        beforeCommit.run();
        List<String> files = Collections.synchronizedList(new ArrayList<>());
        // Left to itself, Iceberg would forget all beyond the table's own age as well.
        ExpireSnapshots expire = table.expireSnapshots().expireOlderThan(0).deleteWith(files::add);
        plan.expired().forEach(expire::expireSnapshotId);
        expire.commit();
        long failed = Deletions.delete(table.io(), files);
        return new Expired(
                plan.expired().size(), plan.keptForWriters(), files.size() - failed, plan.oldest());
    }
}
