package io.trailwatch.connector.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void settingsTravelToTheWorkersUnchanged() throws Exception {
        DecoderSettings settings =
                DecoderSettings.DEFAULT
                        .withReaderSchema(AppEvents.SCHEMA)
                        .withLimits(PayloadLimits.DEFAULT.withMaxDepth(9));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(settings);

        Object copy =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        assertThat(copy).isEqualTo(settings);
    }

    @Test
    void delaysDoubleToTheCapWithEqualJitter() {
        RetryPolicy retry = new RetryPolicy(Duration.ofMillis(100), Duration.ofMillis(1_000), 9);

        assertThat(retry.delay(0, 0)).isEqualTo(Duration.ofMillis(50));
        assertThat(retry.delay(0, 0.5)).isEqualTo(Duration.ofMillis(75));
        assertThat(retry.delay(3, 0.5)).isEqualTo(Duration.ofMillis(600));
        assertThat(retry.delay(4, 0.5)).isEqualTo(Duration.ofMillis(750));
        assertThat(retry.delay(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void refusalsNameTheValueAndItsRange() {
        assertThatThrownBy(() -> PayloadLimits.DEFAULT.withMaxDepth(501))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxDepth is 501, must be from 1 to 500");
        assertThatThrownBy(() -> PayloadLimits.DEFAULT.withMaxInflateRatio(0, 1))
                .hasMessage("maxInflateRatio is 0, must be from 1 to 1032");
        assertThatThrownBy(() -> new RetryPolicy(Duration.ofMillis(2), Duration.ofMillis(1), 1))
                .hasMessageContaining("expected 0 < base <= cap");
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new CacheSettings(0, 1, second, second, second))
                .hasMessage("maxVersions is 0, must be at least 1");
        assertThatThrownBy(() -> new CacheSettings(1, 1, second, Duration.ZERO, second))
                .hasMessageContaining("refusalTimeToLive is PT0S");
        assertThatThrownBy(() -> new CacheSettings(1, 1, Duration.ofDays(3_651), second, second))
                .hasMessageContaining("at most 3650 days");
    }
}
