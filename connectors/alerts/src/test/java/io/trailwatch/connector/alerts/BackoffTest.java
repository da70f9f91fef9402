package io.trailwatch.connector.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    @Test
    void doublesUpToTheCap() {
        assertThat(backoff.delay(1, 1, Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
        assertThat(backoff.delay(2, 1, Duration.ZERO)).isEqualTo(Duration.ofSeconds(2));
        assertThat(backoff.delay(4, 1, Duration.ZERO)).isEqualTo(Duration.ofSeconds(8));
        assertThat(backoff.delay(5, 1, Duration.ZERO)).isEqualTo(Duration.ofSeconds(10));
        assertThat(backoff.delay(Integer.MAX_VALUE, 1, Duration.ZERO))
                .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void waitsAtLeastHalf() {
        assertThat(backoff.delay(3, 0, Duration.ZERO)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void waitsAsLongAsAskedUpToTheCap() {
        assertThat(backoff.delay(1, 0, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
        assertThat(backoff.delay(1, 0, Duration.ofDays(1))).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aCapBelowTheBaseIsRefused() {
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("backoff base is PT2S, cap PT1S; expected 0 < base <= cap");
    }
}
