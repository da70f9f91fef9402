package io.trailwatch.connector.kinesis.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CallPaceTest {
    private static final Instant T0 = Instant.parse("2026-11-21T00:00:00Z");

    private final CallPace pace = new CallPace(T0);

    @Test
    void aCallUnderWayIsNotMadeTwice() {
        assertThat(pace.isDue(T0.minusNanos(1))).isFalse();
        assertThat(pace.isDue(T0)).isTrue();
        pace.begun();
        assertThat(pace.isDue(T0.plusSeconds(100))).isFalse();
    }

    @Test
    void whatIsWantedSoonerComesSoonerAndWhatIsWantedLaterChangesNothing() {
        pace.begun();
        pace.succeeded(T0.plusSeconds(10));

        pace.wantBy(T0.plusSeconds(20));
        assertThat(pace.isDue(T0.plusSeconds(10))).isTrue();
        pace.wantBy(T0.plusSeconds(3));
        assertThat(pace.isDue(T0.plusSeconds(2))).isFalse();
        assertThat(pace.isDue(T0.plusSeconds(3))).isTrue();
    }

    @Test
    void whatIsWantedDuringACallIsMadeAfterItOnce() {
        pace.begun();
        pace.wantBy(T0.plusSeconds(1));
        pace.succeeded(T0.plusSeconds(10));
        assertThat(pace.isDue(T0.plusMillis(999))).isFalse();
        assertThat(pace.isDue(T0.plusSeconds(1))).isTrue();

        pace.begun();
        pace.succeeded(T0.plusSeconds(20));
        assertThat(pace.isDue(T0.plusSeconds(19))).isFalse();
    }

    @Test
    void failuresCountUntilACallSucceeds() {
        pace.begun();
        assertThat(pace.failed()).isEqualTo(1);
        pace.retryAt(T0.plusSeconds(2));
        assertThat(pace.isDue(T0.plusSeconds(1))).isFalse();
        pace.begun();
        assertThat(pace.failed()).isEqualTo(2);
        pace.begun();
        pace.succeeded(T0);
        assertThat(pace.failed()).isEqualTo(1);
    }
}
