package io.trailwatch.connector.kinesis.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.Splits;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ShardAssignmentTest {
    @Test
    void evenShardsAreReadEvenly() {
        assertThat(subtasks(4, 0, 4)).containsExactly(0, 1, 2, 3);
        assertThat(subtasks(8, 0, 4)).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
        assertThat(subtasks(3, 0, 2)).containsExactly(0, 0, 1);
        assertThat(subtasks(2, 0, 4)).containsExactly(0, 2);
    }

    @Test
    void theEndsOfTheHashKeySpaceStayInside() {
        KinesisShardSplit first = Splits.split(BigInteger.ZERO, BigInteger.ZERO);
        KinesisShardSplit last = Splits.split(Splits.LAST_HASH_KEY, Splits.LAST_HASH_KEY);

        assertThat(ShardAssignment.subtaskOf(first, 0, 256)).isZero();
        assertThat(ShardAssignment.subtaskOf(last, 0, 256)).isEqualTo(255);
        assertThat(ShardAssignment.subtaskOf(last, 0, 1)).isZero();
        assertThat(ShardAssignment.subtaskOf(last, 7, 1)).isZero();
    }

    @Test
    void streamsOfOneShardGoToSubtasksOfTheirOwn() {
        assertThat(IntStream.range(0, 4).map(stream -> subtasks(1, stream, 4)[0]))
                .containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Property
    void streamsOfEqualShardsLoadAnyTwoSubtasksAlikeButForOneShard(
            @ForAll @IntRange(min = 1, max = 40) int shards,
            @ForAll @IntRange(min = 1, max = 12) int streams,
            @ForAll @IntRange(min = 1, max = 64) int parallelism) {
        int[] loads = new int[parallelism];
        for (int stream = 0; stream < streams; stream++) {
            for (int subtask : subtasks(shards, stream, parallelism)) {
                loads[subtask]++;
            }
        }

        IntSummaryStatistics load = Arrays.stream(loads).summaryStatistics();
        assertThat(load.getMax() - load.getMin()).isLessThanOrEqualTo(1);
        assertThat(load.getSum()).isEqualTo((long) shards * streams);
    }

    private static int[] subtasks(int shards, int streamIndex, int parallelism) {
        BigInteger count = BigInteger.valueOf(shards);
        return IntStream.range(0, shards)
                .mapToObj(
                        i ->
                                Splits.split(
                                        border(i, count),
                                        border(i + 1, count).subtract(BigInteger.ONE)))
                .mapToInt(split -> ShardAssignment.subtaskOf(split, streamIndex, parallelism))
                .toArray();
    }

    private static BigInteger border(int shard, BigInteger count) {
        return BigInteger.TWO.pow(128).multiply(BigInteger.valueOf(shard)).divide(count);
    }
}
