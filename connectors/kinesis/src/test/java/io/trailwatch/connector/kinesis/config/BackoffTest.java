package io.trailwatch.connector.kinesis.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), 10);

    @Test
    void doublesUpToTheCapAndJittersOverTheUpperHalf() {
        assertThat(backoff.delay(0, 0)).isEqualTo(Duration.ofMillis(50));
        assertThat(backoff.delay(0, 0.5)).isEqualTo(Duration.ofMillis(75));
        assertThat(backoff.delay(3, 0)).isEqualTo(Duration.ofMillis(400));
        assertThat(backoff.delay(4, 0)).isEqualTo(Duration.ofMillis(500));
        assertThat(backoff.delay(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void refusesADelayOfZero() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1), 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("base is PT0S");
    }
}
