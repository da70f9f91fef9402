package io.trailwatch.connector.kinesis.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.Splits;
import java.math.BigInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardAssignmentTest {
    @Test
    void evenShardsAreReadEvenly() {
        assertThat(subtasks(4, 4)).containsExactly(0, 1, 2, 3);
        assertThat(subtasks(8, 4)).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
        assertThat(subtasks(3, 2)).containsExactly(0, 0, 1);
        assertThat(subtasks(2, 4)).containsExactly(0, 2);
    }

    @Test
    void theEndsOfTheHashKeySpaceStayInside() {
        KinesisShardSplit first = Splits.split(BigInteger.ZERO, BigInteger.ZERO);
        KinesisShardSplit last = Splits.split(Splits.LAST_HASH_KEY, Splits.LAST_HASH_KEY);

        assertThat(ShardAssignment.subtaskOf(first, 256)).isZero();
        assertThat(ShardAssignment.subtaskOf(last, 256)).isEqualTo(255);
        assertThat(ShardAssignment.subtaskOf(last, 1)).isZero();
    }

    private static int[] subtasks(int shards, int parallelism) {
        BigInteger width = BigInteger.TWO.pow(128).divide(BigInteger.valueOf(shards));
        return IntStream.range(0, shards)
                .mapToObj(i -> width.multiply(BigInteger.valueOf(i)))
                .map(first -> Splits.split(first, first.add(width).subtract(BigInteger.ONE)))
                .mapToInt(split -> ShardAssignment.subtaskOf(split, parallelism))
                .toArray();
    }
}
