package io.trailwatch.connector.kinesis.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadMetricsTest {
    private final ManualClock clock = new ManualClock();
    private final CountingMetrics group = new CountingMetrics();
    private final ReadMetrics metrics = new ReadMetrics(group, clock);

    @Test
    void tellsTheShardFarthestBehindUntilItEnds() {
        metrics.read("a", 1, 10, 5_000);
        metrics.read("b", 1, 10, 7_000);
        assertThat(behind()).isEqualTo(7_000L);

        metrics.shardEnded("b");
        assertThat(behind()).isEqualTo(5_000L);

        metrics.read("a", 0, 0, 0);
        assertThat(behind()).isEqualTo(0L);
    }

    @Test
    void growsWithTimeWhereAShardGivesNoAnswer() {
        metrics.read("a", 1, 10, 500);
        clock.advance(ReadMetrics.FRESH);
        assertThat(behind()).isEqualTo(500L);

        clock.advance(Duration.ofMinutes(10));
        assertThat(behind()).isEqualTo(500 + ReadMetrics.FRESH.toMillis() + 600_000);

        metrics.read("a", 1, 10, 0);
        assertThat(behind()).isEqualTo(0L);
    }

    private Object behind() {
        return group.value("millisBehindLatest");
    }
}
