package io.trailwatch.connector.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.event.RawRecord;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class KinesisSourceSettingsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @Test
    void defaultsAreThoseOfAws() {
        assertThat(settings(Map.of()))
                .isEqualTo(
                        new KinesisSourceSettings(
                                Splits.ARN,
                                KinesisConnection.aws("eu-west-1"),
                                NOW,
                                Duration.ofSeconds(10),
                                10_000,
                                Duration.ofMillis(250),
                                Backoff.DEFAULT));
    }

    @Test
    void everyOptionIsReadByItsKey() {
        KinesisSourceSettings settings =
                settings(
                        Map.of(
                                "source.init.position", "AT_TIMESTAMP",
                                "source.init.timestamp", "2026-11-20T00:00:00Z",
                                "source.shard.discovery.interval", "3 s",
                                "source.shard.get-records.max-record-count", "500",
                                "source.reader.empty-records-fetch-interval", "1 s",
                                "aws.region", "us-east-1",
                                "aws.endpoint", "http://127.0.0.1:4568",
                                "aws.credentials.provider", "EMULATOR"));

        assertThat(settings)
                .isEqualTo(
                        new KinesisSourceSettings(
                                Splits.ARN,
                                KinesisConnection.emulator(URI.create("http://127.0.0.1:4568")),
                                Instant.parse("2026-11-20T00:00:00Z"),
                                Duration.ofSeconds(3),
                                500,
                                Duration.ofSeconds(1),
                                Backoff.DEFAULT));
    }

    @Test
    void trimHorizonHasNoTimestamp() {
        assertThat(settings(Map.of("source.init.position", "TRIM_HORIZON")).initialPosition())
                .isEqualTo(StartingPosition.fromStart());
    }

    @Test
    void valuesOutsideTheirLimitsAreRefusedByKeyAndLimit() {
        assertRefused(
                Map.of("source.shard.get-records.max-record-count", "10001"),
                "source.shard.get-records.max-record-count is 10001, expected 1 to 10000");
        assertRefused(
                Map.of("source.reader.empty-records-fetch-interval", "199 ms"),
                "source.reader.empty-records-fetch-interval is PT0.199S, expected at least 200 ms");
        assertRefused(
                Map.of("source.shard.discovery.interval", "99 ms"),
                "source.shard.discovery.interval is PT0.099S, expected at least 100 ms");
        assertRefused(
                Map.of("source.init.position", "AT_TIMESTAMP"),
                "source.init.position is AT_TIMESTAMP and source.init.timestamp is not set;"
                        + " AT_TIMESTAMP needs it, the others exclude it");
        assertRefused(
                Map.of(
                        "source.init.position", "AT_TIMESTAMP",
                        "source.init.timestamp", "yesterday"),
                "source.init.timestamp is 'yesterday', expected an instant such as"
                        + " 2026-11-21T00:00:00Z");
        assertRefused(
                Map.of("aws.endpoint", "localhost"), "aws.endpoint is localhost, expected a URL");
        assertRefused(
                Map.of("aws.credentials.provider", "EMULATOR"),
                "credentials are EMULATOR but no endpoint is set: AWS would refuse them");
    }

    @Test
    void theBuilderRefusesWhatIsNoStreamArn() {
        assertThatThrownBy(() -> KinesisSource.builder().build())
                .hasMessage("stream ARN is not set");
        assertThatThrownBy(() -> KinesisSource.builder().setStreamArn("trail").build())
                .hasMessage(
                        "stream ARN is 'trail', expected"
                                + " arn:aws:kinesis:REGION:ACCOUNT:stream/NAME");
    }

    @Test
    void theSourceCanBeShippedAndItsRecordsNeedNoKryo() throws Exception {
        KinesisSource source = KinesisSource.builder().setStreamArn(Splits.ARN).build();

        assertThat(InstantiationUtil.clone(source).getProducedType())
                .isInstanceOf(PojoTypeInfo.class)
                .extracting(type -> type.getTypeClass().getName())
                .isEqualTo(RawRecord.class.getName());
    }

    private static KinesisSourceSettings settings(Map<String, String> options) {
        return KinesisSourceSettings.of(Splits.ARN, Configuration.fromMap(options), NOW);
    }

    private static void assertRefused(Map<String, String> options, String message) {
        assertThatThrownBy(() -> settings(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
