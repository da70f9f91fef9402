package io.trailwatch.connector.iceberg.maintain;

import io.trailwatch.connector.iceberg.CommitSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.sink.SinkUtil;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The newest commit of a writer that may come back.
 *
 * <p>Flink's committer, when it starts from a checkpoint, walks from the current snapshot to its
 * parent and on, until one carries its job, its operator and a checkpoint (Iceberg 1.11, {@code
 * SinkUtil.getMaxCommittedCheckpointId}). A parent that is not known ends the walk with -1: the
 * committer takes its last checkpoint for not committed and wants to commit it again: rows are
 * doubled, or, since it deletes its list of files after a commit, the job fails at every start. So
 * the whole chain from the current snapshot to this one is needed.
 *
 * @param checkpoint newest that is in the table
 */
record WriterMark(String job, String operator, long checkpoint, long snapshot, Instant time) {
    private record Writer(String job, String operator) {}

    /**
     * Newest first: one for each job and operator in the history of the current snapshot, without
     * bounded runs, and without jobs that were followed by another: that one has gone on from their
     * state, as its later checkpoint of the same operator tells.
     */
    static List<WriterMark> of(Table table) {
        List<WriterMark> marks = new ArrayList<>();
        Set<Writer> seen = new HashSet<>();
        Map<String, Long> followedAt = new HashMap<>();
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            Map<String, String> summary = snapshot.summary();
            String job = summary.get(SinkUtil.FLINK_JOB_ID);
            String committed = summary.get(SinkUtil.MAX_COMMITTED_CHECKPOINT_ID);
            if (job == null || committed == null) {
                continue;
            }
            long checkpoint = Long.parseLong(committed);
            String operator = Objects.requireNonNullElse(summary.get(SinkUtil.OPERATOR_ID), "");
            // A bounded run is never restored.
            if (CommitSummary.BOUNDED.equals(summary.get(CommitSummary.RUN))
                    || !seen.add(new Writer(job, operator))) {
                continue;
            }
            if (checkpoint >= followedAt.getOrDefault(operator, Long.MIN_VALUE)) {
                marks.add(
                        new WriterMark(
                                job,
                                operator,
                                checkpoint,
                                snapshot.snapshotId(),
                                Instant.ofEpochMilli(snapshot.timestampMillis())));
            }
            followedAt.merge(operator, checkpoint, Math::max);
        }
        return marks;
    }

    /**
     * Those whose writers may come back: the newest whatever its age, others within the longest
     * outage.
     */
    static List<WriterMark> needed(Table table, Instant outageBegan) {
        List<WriterMark> needed = new ArrayList<>();
        for (WriterMark mark : of(table)) {
            if (needed.isEmpty() || !mark.time().isBefore(outageBegan)) {
                needed.add(mark);
            }
        }
        return needed;
    }
}
