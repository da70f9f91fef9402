package io.trailwatch.connector.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.alerts.AlertTarget.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertTargetTest {
    @ParameterizedTest
    @CsvSource({
        "arn:aws:sns:eu-west-1:111122223333:alerts, SNS,"
                + " arn:aws:sns:eu-west-1:111122223333:alerts, eu-west-1, false",
        "arn:aws-us-gov:sns:us-gov-west-1:111122223333:a.fifo, SNS,"
                + " arn:aws-us-gov:sns:us-gov-west-1:111122223333:a.fifo, us-gov-west-1, true",
        "arn:aws:sqs:eu-west-1:111122223333:alerts, SQS,"
                + " https://sqs.eu-west-1.amazonaws.com/111122223333/alerts, eu-west-1, false",
        "arn:aws-cn:sqs:cn-north-1:111122223333:alerts.fifo, SQS,"
            + " https://sqs.cn-north-1.amazonaws.com.cn/111122223333/alerts.fifo, cn-north-1, true",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/alerts, SQS,"
                + " https://sqs.eu-west-1.amazonaws.com/111122223333/alerts, eu-west-1, false",
        "https://hooks.example.com/a?b=c, WEBHOOK, https://hooks.example.com/a?b=c,, false",
        "https://hooks.example.com/a.fifo, WEBHOOK, https://hooks.example.com/a.fifo,, false",
        "http://127.0.0.1:8080/a, WEBHOOK, http://127.0.0.1:8080/a,, false",
        "http://localhost:8080, WEBHOOK, http://localhost:8080,, false",
        "http://[::1]:8080/a, WEBHOOK, http://[::1]:8080/a,, false"
    })
    void aTargetIsKnownByItsForm(
            String text, Kind kind, String address, String region, boolean fifo) {
        AlertTarget target = AlertTarget.parse(text);

        assertThat(target).isEqualTo(new AlertTarget(kind, address, region));
        assertThat(target.isFifo()).isEqualTo(fifo);
    }

    @Test
    void anArnAndAUrlOfOneQueueAreOneTarget() {
        assertThat(AlertTarget.parse("arn:aws:sqs:eu-west-1:111122223333:a"))
                .isEqualTo(AlertTarget.parse("https://sqs.eu-west-1.amazonaws.com/111122223333/a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alerts",
                "arn:aws:sns:eu-west-1:1111:alerts",
                "arn:aws:sns:eu-west-1:111122223333:alerts:sub",
                "arn:aws:kinesis:eu-west-1:111122223333:stream/x",
                "http://hooks.example.com/a",
                "http://127.0.0.1.example.com/a",
                "http://localhost.example.com/a",
                "https:///a",
                "https://hooks.example.com/a#b",
                "ftp://hooks.example.com/a",
                "https://sqs.eu-west-1.amazonaws.com/alerts",
                "https://sqs.eu-west-1.amazonaws.com/111122223333/a?x=1"
            })
    void whatIsNoTargetIsRefusedBesideTheAllowedForms(String text) {
        assertThatThrownBy(() -> AlertTarget.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is refused, must be arn:aws:sns:REGION:ACCOUNT:TOPIC");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:s3cret@hooks.example.com/s3cret",
                "http://hooks.example.com/s3cret",
                "https://hooks.example.com/s3cret path",
                "https://hooks.example.com?s3cret#s3cret"
            })
    void aRefusalKeepsSecretsToItself(String text) {
        assertThatThrownBy(() -> AlertTarget.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aWebhookIsShownByHostAndFingerprint() {
        AlertTarget target = AlertTarget.parse("https://hooks.example.com/T0/s3cret?k=s3cret");

        assertThat(target.label())
                .isEqualTo("webhook https://hooks.example.com/… (" + target.fingerprint() + ")");
        assertThat(target).hasToString(target.label());
        assertThat(target.fingerprint())
                .matches("[0-9a-f]{8}")
                .isNotEqualTo(
                        AlertTarget.parse("https://hooks.example.com/T0/other").fingerprint());
    }
}
