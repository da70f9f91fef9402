package io.trailwatch.connector.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.finding.Severity;
import java.net.URI;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertSettingsTest {
    private static final String TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts";

    @Test
    void defaultsArePinned() {
        AlertSettings settings = of(Map.of());

        assertThat(settings.targets()).isEmpty();
        assertThat(settings.minSeverity()).isEqualTo(Severity.HIGH);
        assertThat(settings.endpoint()).isNull();
        assertThat(settings.webhookSecretVariable()).isNull();
    }

    @Test
    void allKeysAreRead() {
        AlertSettings settings =
                of(
                        Map.of(
                                "alerts.targets",
                                TOPIC + "; https://hooks.example.com/a",
                                "alerts.min-severity",
                                "medium",
                                "alerts.endpoint",
                                "http://127.0.0.1:4566",
                                "alerts.webhook.secret-variable",
                                "HOOK_KEY"));

        assertThat(settings.targets())
                .containsExactly(
                        AlertTarget.parse(TOPIC), AlertTarget.parse("https://hooks.example.com/a"));
        assertThat(settings.minSeverity()).isEqualTo(Severity.MEDIUM);
        assertThat(settings.endpoint()).isEqualTo(URI.create("http://127.0.0.1:4566"));
        assertThat(settings.webhookSecretVariable()).isEqualTo("HOOK_KEY");
    }

    @Test
    void severityIsSentFromTheLowestAllowedOn() {
        assertThat(of(Map.of("alerts.min-severity", "high")).isSent(Findings.numbered(1))).isTrue();
        assertThat(of(Map.of("alerts.min-severity", "critical")).isSent(Findings.numbered(1)))
                .isFalse();
    }

    @Test
    void aRefusedTargetNamesItsKey() {
        assertThatThrownBy(() -> of(Map.of("alerts.targets", TOPIC + ";nowhere")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("alerts.targets: target 'nowhere' is refused, must be");
    }

    @Test
    void aTargetNamedTwiceIsRefused() {
        assertThatThrownBy(() -> of(Map.of("alerts.targets", TOPIC + ";" + TOPIC)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "alerts.targets names SNS topic %s twice, each target may be named once"
                                .formatted(TOPIC));
    }

    @Test
    void anUnknownSeverityNamesKeyValueAndAllowed() {
        assertThatThrownBy(() -> of(Map.of("alerts.min-severity", "urgent")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "alerts.min-severity: level is 'urgent', must be one of informational, low,"
                                + " medium, high, critical");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://emulator.example.com", "4566", "https:// x"})
    void aRefusedEndpointNamesKeyValueAndAllowed(String endpoint) {
        assertThatThrownBy(() -> of(Map.of("alerts.endpoint", endpoint)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "alerts.endpoint is '%s', must be an https:// URL without user (http:// on loopback only)"
                                .formatted(endpoint));
    }

    @Test
    void aSecretInPlaceOfAVariableIsRefusedWithoutBeingRepeated() {
        assertThatThrownBy(() -> of(Map.of("alerts.webhook.secret-variable", "s3cret/+=")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("alerts.webhook.secret-variable has 9 characters")
                .hasMessageNotContaining("s3cret");
    }

    private static AlertSettings of(Map<String, String> options) {
        return AlertSettings.of(Configuration.fromMap(options));
    }
}
