package io.trailwatch.connector.kinesis.enumerator;

import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import java.math.BigInteger;

/**
 * Which subtask reads which shard: the hash key space is cut into as many equal parts as there are
 * subtasks, and a shard goes where the middle of its range lies. Evenly split streams are therefore
 * evenly read, and children stay near their parents.
 */
final class ShardAssignment {
    private static final BigInteger HASH_KEYS = BigInteger.TWO.pow(128);

    private ShardAssignment() {}

    static int subtaskOf(KinesisShardSplit split, int parallelism) {
        BigInteger middle = split.startingHashKey().add(split.endingHashKey()).shiftRight(1);
        return middle.multiply(BigInteger.valueOf(parallelism)).divide(HASH_KEYS).intValueExact();
    }
}
