package io.trailwatch.connector.kinesis.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.config.Backoff;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings.Polling;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Polling POLLING =
            new Polling(100, Duration.ofMillis(200), Duration.ofSeconds(1));
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8), 3);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Pace pace = new Pace(POLLING, BACKOFF, () -> 0);

    @Test
    void reckonsTheIntervalFromTheCallAndTheIdlePauseFromTheAnswer() {
        pace.answered(10 * SECOND, 13 * SECOND, false);
        assertThat(pace.dueNanos()).isEqualTo(10 * SECOND + SECOND / 5);
        pace.answered(10 * SECOND, 13 * SECOND, true);
        assertThat(pace.dueNanos()).isEqualTo(14 * SECOND);
    }

    @Test
    void slowsDownSixteenfoldAtMost() {
        for (int i = 0; i < 10; i++) {
            pace.throttled(0);
        }
        pace.answered(0, 0, false);
        assertThat(pace.dueNanos()).isEqualTo((long) (POLLING.interval().toNanos() * 15.75));
    }

    @Test
    void aFailureOfTheServiceIsBackedOffFromButDoesNotSlowDown() {
        pace.failed(SECOND);
        assertThat(pace.dueNanos()).isEqualTo(SECOND + SECOND / 2);
        pace.answered(5 * SECOND, 5 * SECOND, false);
        assertThat(pace.dueNanos()).isEqualTo(5 * SECOND + SECOND / 5);
    }

    @Test
    void isExhaustedByOneMoreFailureInARowThanAllowed() {
        for (int i = 0; i < 3; i++) {
            pace.failed(0);
        }
        assertThat(pace.isExhausted()).isFalse();
        pace.expired(0);
        assertThat(pace.isExhausted()).isTrue();
        pace.succeeded();
        assertThat(pace.isExhausted()).isFalse();
    }

    @Test
    void doesNotWaitForTheFirstExpiredIterator() {
        assertThat(pace.expired(7)).isZero();
        assertThat(pace.dueNanos()).isEqualTo(7);
        assertThat(pace.expired(7)).isEqualTo(Duration.ofSeconds(1));
    }
}
