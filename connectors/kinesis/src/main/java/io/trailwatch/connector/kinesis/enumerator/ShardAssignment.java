package io.trailwatch.connector.kinesis.enumerator;

import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import java.math.BigInteger;

/**
 * Which subtask reads which shard. The hash key space is cut into as many equal parts as there are
 * subtasks, and a shard goes where the middle of its range lies; the first part belongs to subtask
 * 0 for the first stream, to subtask 1 for the second, and so on round.
 *
 * <p>Evenly split streams are therefore evenly read, and children stay near their parents. Where k
 * streams have equal shards, the loads of any two subtasks differ by one shard at most: the counts
 * of one stream along the subtasks are a balanced word, in which any two windows of k letters have
 * sums that differ by at most one (Lothaire, Algebraic Combinatorics on Words, 2.1), and turning it
 * step by step adds up exactly such windows. The place depends on nothing that changes while a job
 * runs: a split that comes back goes where it was.
 */
final class ShardAssignment {
    private static final BigInteger HASH_KEYS = BigInteger.TWO.pow(128);

    private ShardAssignment() {}

    /**
     * @param streamIndex place of the split's stream among the streams of the source
     */
    static int subtaskOf(KinesisShardSplit split, int streamIndex, int parallelism) {
        BigInteger middle = split.startingHashKey().add(split.endingHashKey()).shiftRight(1);
        int part =
                middle.multiply(BigInteger.valueOf(parallelism)).divide(HASH_KEYS).intValueExact();
        return Math.floorMod(part + streamIndex, parallelism);
    }
}
