package io.trailwatch.connector.iceberg.rollback;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commits of one Flink job id to the tables of a lake. A job that is stopped with a savepoint
 * and started again gets a new id; the ids of its checkpoints go on from that of the savepoint.
 *
 * @param first time of its first commit that the tables know
 * @param last time of its last commit
 * @param oldest id of the first checkpoint it committed
 * @param newest id of the last one
 * @param restored id of the savepoint it began with; null when unknown, or when it began without
 * @param startedFresh whether it is known to have begun without state
 */
public record JobRun(
        String job,
        Instant first,
        Instant last,
        long oldest,
        long newest,
        @Nullable Long restored,
        boolean startedFresh) {
    /**
     * One run of the commits of one job.
     *
     * @param commits all of one job and for checkpoints; at least one
     */
    static JobRun of(List<TableCommit> commits) {
        TableCommit first =
                commits.stream()
                        .min(
                                Comparator.comparing(TableCommit::time)
                                        .thenComparing(JobRun::checkpoint))
                        .orElseThrow();
        return new JobRun(
                String.valueOf(first.job()),
                first.time(),
                commits.stream().map(TableCommit::time).max(Instant::compareTo).orElseThrow(),
                commits.stream().mapToLong(JobRun::checkpoint).min().orElseThrow(),
                commits.stream().mapToLong(JobRun::checkpoint).max().orElseThrow(),
                first.restored(),
                first.startedFresh());
    }

    private static long checkpoint(TableCommit commit) {
        Long checkpoint = commit.checkpoint();
        return checkpoint == null ? 0 : checkpoint;
    }

    /**
     * Whether a checkpoint of this id is its own, and not one of a job before it.
     *
     * <p>A job that was restored counts on from the savepoint. Of a job that does not tell, only
     * what it committed is known to be its own.
     */
    boolean mayOwn(long checkpoint) {
        if (startedFresh) {
            return true;
        }
        return restored == null ? checkpoint >= oldest : checkpoint > restored;
    }

    /** Whether it can have been started from a savepoint of the other, directly or not. */
    boolean mayFollow(JobRun other) {
        return !startedFresh && !first.isBefore(other.last);
    }
}
