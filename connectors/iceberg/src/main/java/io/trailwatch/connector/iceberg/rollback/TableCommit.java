package io.trailwatch.connector.iceberg.rollback;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.iceberg.CommitSummary;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.flink.sink.SinkUtil;
import org.jspecify.annotations.Nullable;

/**
 * One commit to a table, as the summary of its snapshot tells it.
 *
 * @param snapshot id of the snapshot it made
 * @param parent id of the snapshot it was made on; null for the first of a table
 * @param time by the clock of who committed
 * @param operation Iceberg's word: append, overwrite, delete, replace
 * @param rowsAdded rows of the files that were added
 * @param rowsRemoved rows of the files that were taken away
 * @param rowsTotal rows of the snapshot, without those removed by delete files
 * @param sink uid of our sink; null for a commit of others
 * @param job id of the Flink job; null for a commit of others
 * @param checkpoint newest checkpoint whose rows the commit holds; null unless a streaming job made
 *     it
 * @param restored what its job was restored from, before this checkpoint; null when not told
 * @param startedFresh whether its job is known to have begun without state
 * @param jobVersion version of the job that made it
 * @param appendMark see {@link CommitSummary#APPEND_MARK}
 * @param counters sums of the ledger's columns over the rows of the commit, by column; empty for
 *     other tables
 * @param inHistory whether the current snapshot builds on it; false for what was rolled back
 */
public record TableCommit(
        long snapshot,
        @Nullable Long parent,
        Instant time,
        String operation,
        long rowsAdded,
        long rowsRemoved,
        long rowsTotal,
        @Nullable String sink,
        @Nullable String job,
        @Nullable Long checkpoint,
        @Nullable Long restored,
        boolean startedFresh,
        @Nullable String jobVersion,
        @Nullable String appendMark,
        Map<String, Long> counters,
        boolean inHistory) {
    /** As Iceberg's Flink committer writes them. */
    static final String JOB_ID = SinkUtil.FLINK_JOB_ID;

    static final String CHECKPOINT_ID = SinkUtil.MAX_COMMITTED_CHECKPOINT_ID;

    public TableCommit {
        requireNonNull(time, "time");
        requireNonNull(operation, "operation");
        counters = Map.copyOf(counters);
    }

    static TableCommit of(Snapshot snapshot, boolean inHistory) {
        Map<String, String> summary = snapshot.summary();
        String job = summary.get(JOB_ID);
        boolean streaming =
                job != null
                        && summary.containsKey(CHECKPOINT_ID)
                        && !CommitSummary.BOUNDED.equals(summary.get(CommitSummary.RUN));
        Long checkpoint = streaming ? number(summary, CHECKPOINT_ID) : null;
        String from = summary.get(CommitSummary.RESTORED);
        boolean fresh = CommitSummary.NONE.equals(from);
        Long restored = from == null || fresh ? null : Long.valueOf(from);
        if (restored != null && checkpoint != null && restored >= checkpoint) {
            // The files of a checkpoint committed by the job that was restored from it: what that
            // one was restored from says nothing of the job that made them.
            restored = null;
        }
        return new TableCommit(
                snapshot.snapshotId(),
                snapshot.parentId(),
                Instant.ofEpochMilli(snapshot.timestampMillis()),
                snapshot.operation() == null ? "unknown" : snapshot.operation(),
                number(summary, SnapshotSummary.ADDED_RECORDS_PROP),
                number(summary, SnapshotSummary.DELETED_RECORDS_PROP),
                number(summary, SnapshotSummary.TOTAL_RECORDS_PROP),
                summary.get(CommitSummary.SINK),
                job,
                checkpoint,
                restored,
                fresh,
                summary.get(CommitSummary.JOB_VERSION),
                summary.get(CommitSummary.APPEND_MARK),
                counters(summary),
                inHistory);
    }

    private static Map<String, Long> counters(Map<String, String> summary) {
        Map<String, Long> counters = new HashMap<>();
        summary.forEach(
                (name, value) -> {
                    if (name.startsWith(CommitSummary.LEDGER_SUM_PREFIX)) {
                        counters.put(
                                name.substring(CommitSummary.LEDGER_SUM_PREFIX.length()),
                                Long.valueOf(value));
                    }
                });
        return counters;
    }

    private static long number(Map<String, String> summary, String property) {
        return Long.parseLong(summary.getOrDefault(property, "0"));
    }

    /** Whether a streaming job made it for one of its checkpoints. */
    public boolean ofCheckpoint() {
        return checkpoint != null;
    }

    /**
     * Whether the rows of the table are the same before and after it: a compaction, or a marker
     * that Iceberg's committer writes after many checkpoints without rows.
     */
    boolean keepsRows() {
        return operation.equals(DataOperations.REPLACE)
                || (operation.equals(DataOperations.APPEND) && rowsAdded == 0);
    }
}
