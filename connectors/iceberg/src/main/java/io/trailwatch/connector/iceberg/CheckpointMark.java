package io.trailwatch.connector.iceberg;

import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.sink.SinkUtil;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What Iceberg's Flink committer notes in the summary of each of its snapshots, so that a
 * checkpoint is committed once.
 *
 * @param job id of the Flink job that made the checkpoint
 * @param operator id of the sink's operator that gathered the files
 * @param checkpoint the newest checkpoint that is in the table with this snapshot
 */
record CheckpointMark(String job, String operator, long checkpoint) {
    /** The mark in a snapshot's summary; empty if no Flink job has made the snapshot. */
    static Optional<CheckpointMark> of(Map<String, String> summary) {
        String job = summary.get(SinkUtil.FLINK_JOB_ID);
        String operator = summary.get(SinkUtil.OPERATOR_ID);
        String checkpoint = summary.get(SinkUtil.MAX_COMMITTED_CHECKPOINT_ID);
        return job == null || operator == null || checkpoint == null
                ? Optional.empty()
                : Optional.of(new CheckpointMark(job, operator, Long.parseLong(checkpoint)));
    }

    /** The newest mark that a job has left in a table by one of its sinks. */
    static Optional<CheckpointMark> newest(Table table, String job, String sink) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            Optional<CheckpointMark> mark =
                    of(snapshot.summary()).filter(any -> any.job.equals(job));
            if (mark.isPresent() && sink.equals(snapshot.summary().get(CommitSummary.SINK))) {
                return mark;
            }
        }
        return Optional.empty();
    }

    /**
     * Refuses a commit on top of snapshots that hold its checkpoint already. The committer looks
     * for its marks once, before it begins. If a commit of its own from before a restart arrives
     * after that, the new one is refused for its old base, and Iceberg would repeat it on top of
     * the old one: every row twice. So it is looked at again with every attempt. The refusal fails
     * the task, and after its restart the committer finds the mark.
     */
    SnapshotAncestryValidator notYetCommitted() {
        return new SnapshotAncestryValidator() {
            @Override
            public boolean validate(Iterable<Snapshot> newestFirst) {
                for (Snapshot snapshot : newestFirst) {
                    Optional<CheckpointMark> mark =
                            of(snapshot.summary()).filter(CheckpointMark.this::sameSink);
                    if (mark.isPresent()) {
                        return mark.get().checkpoint < checkpoint;
                    }
                }
                return true;
            }

            @Override
            public String errorMessage() {
                return "the table holds checkpoint %d of job %s already".formatted(checkpoint, job);
            }
        };
    }

    private boolean sameSink(CheckpointMark other) {
        return job.equals(other.job) && operator.equals(other.operator);
    }
}
