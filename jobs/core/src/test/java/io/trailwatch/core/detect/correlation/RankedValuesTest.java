package io.trailwatch.core.detect.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankedValuesTest {
    private final CorrelationStateInMaps state = new CorrelationStateInMaps();
    private final RankedValues ranked = new RankedValues(state.ranks());

    @Test
    void ranksAsASortedListDoesWhateverIsAddedAndTakenOut() {
        Random random = new Random(7);
        List<Double> values = new ArrayList<>();
        for (int step = 0; step < 5_000; step++) {
            if (!values.isEmpty() && random.nextInt(3) == 0) {
                ranked.remove(values.remove(random.nextInt(values.size())));
            } else {
                double value = number(random);
                values.add(value);
                ranked.add(value);
            }
            assertThat(ranked.size()).isEqualTo(values.size());
            if (!values.isEmpty() && step % 7 == 0) {
                List<Double> sorted = new ArrayList<>(values);
                Collections.sort(sorted);
                int rank = random.nextInt(sorted.size());
                double percentile = sorted.size() == 1 ? 100 : 100.0 * rank / (sorted.size() - 1);
                assertThat(ranked.percentile(0)).isEqualTo(sorted.get(0));
                assertThat(ranked.percentile(100)).isEqualTo(sorted.get(sorted.size() - 1));
                double position = percentile / 100 * (sorted.size() - 1);
                int low = (int) position;
                double expected =
                        position == low
                                ? sorted.get(low)
                                : sorted.get(low)
                                        + (position - low)
                                                * (sorted.get(low + 1) - sorted.get(low));
                assertThat(ranked.percentile(percentile)).isEqualTo(expected);
            }
        }
        values.forEach(ranked::remove);
        assertThat(state.size()).isZero();
    }

    private static double number(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(10);
            case 1 -> -random.nextInt(10) + 0.0;
            case 2 -> random.nextGaussian();
            case 3 -> random.nextInt() * 1e30;
            default -> random.nextInt(100) / 10.0;
        };
    }

    @Test
    void theMedianOfTwoLiesInTheirMiddleAndZeroHasNoSign() {
        ranked.add(-0.0);
        ranked.add(0.0);
        ranked.add(3);
        ranked.remove(-0.0);
        assertThat(ranked.percentile(50)).isEqualTo(1.5);
        assertThat(ranked.percentile(0)).isEqualTo(0.0);
    }

    @Test
    void integersNeedFewNodesSoThatZeroBytesTakeNoRoom() {
        ranked.add(4096);
        assertThat(state.size()).isLessThanOrEqualTo(3);
    }
}
