package io.trailwatch.connector.kinesis.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.kinesis.KinesisSource;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings.FanOut;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings.Polling;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings.Stream;
import io.trailwatch.connector.kinesis.split.Splits;
import io.trailwatch.event.RawRecord;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class KinesisSourceSettingsTest {
    private static final String FLOWS = "arn:aws:kinesis:eu-west-1:123456789012:stream/flows";
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @Test
    void defaultsAreThoseOfAws() {
        assertThat(settings(Map.of()))
                .isEqualTo(
                        new KinesisSourceSettings(
                                List.of(new Stream(Splits.ARN, ReaderType.POLLING)),
                                KinesisConnection.aws("eu-west-1"),
                                NOW,
                                null,
                                Duration.ofSeconds(10),
                                new Polling(10_000, Duration.ofMillis(200), Duration.ofMillis(250)),
                                null,
                                64 << 20,
                                true,
                                LossPolicy.FAIL,
                                Backoff.DEFAULT));
    }

    @Test
    void everyOptionIsReadByItsKey() {
        Map<String, String> options = new HashMap<>();
        options.put("source.init.position", "AT_TIMESTAMP");
        options.put("source.init.timestamp", "2026-11-20T00:00:00Z");
        options.put("source.stop.position", "AT_TIMESTAMP");
        options.put("source.stop.timestamp", "2026-11-20T06:00:00Z");
        options.put("source.reader.type", "EFO");
        options.put("source.reader.type-by-stream", "flows:POLLING");
        options.put("source.efo.consumer.name", "trailwatch");
        options.put("source.efo.lifecycle", "JOB_MANAGED");
        options.put("source.efo.subscription.timeout", "20 s");
        options.put("source.shard.discovery.interval", "3 s");
        options.put("source.shard.get-records.max-record-count", "500");
        options.put("source.shard.get-records.interval", "0 ms");
        options.put("source.reader.empty-records-fetch-interval", "1 s");
        options.put("source.reader.max-buffered-bytes", "32 mb");
        options.put("source.kpl.deaggregation", "false");
        options.put("source.loss-policy", "CONTINUE");
        options.put("aws.region", "us-east-1");
        options.put("aws.endpoint", "http://127.0.0.1:4568");
        options.put("aws.credentials.provider", "EMULATOR");
        assertThat(options.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        KinesisSourceOptions.all().stream().map(ConfigOption::key).toList());

        assertThat(
                        KinesisSourceSettings.of(
                                List.of(Splits.ARN, FLOWS), Configuration.fromMap(options), NOW))
                .isEqualTo(
                        new KinesisSourceSettings(
                                List.of(
                                        new Stream(Splits.ARN, ReaderType.EFO),
                                        new Stream(FLOWS, ReaderType.POLLING)),
                                KinesisConnection.emulator(URI.create("http://127.0.0.1:4568")),
                                Instant.parse("2026-11-20T00:00:00Z"),
                                Instant.parse("2026-11-20T06:00:00Z"),
                                Duration.ofSeconds(3),
                                new Polling(500, Duration.ZERO, Duration.ofSeconds(1)),
                                new FanOut(
                                        "trailwatch",
                                        ConsumerLifecycle.JOB_MANAGED,
                                        Duration.ofSeconds(20)),
                                32 << 20,
                                false,
                                LossPolicy.CONTINUE,
                                Backoff.DEFAULT));
    }

    @Test
    void trimHorizonHasNoTimestampAndLatestMeansTheTimeOfBuilding() {
        assertThat(settings(Map.of("source.init.position", "TRIM_HORIZON")).initialTimestamp())
                .isNull();
        KinesisSourceSettings bounded =
                settings(
                        Map.of(
                                "source.init.position", "TRIM_HORIZON",
                                "source.stop.position", "LATEST"));
        assertThat(bounded.stopTimestamp()).isEqualTo(NOW);
        assertThat(bounded.isBounded()).isTrue();
        assertThat(settings(Map.of()).isBounded()).isFalse();
    }

    @Test
    void valuesOutsideTheirLimitsAreRefusedByKeyAndLimit() {
        assertRefused(
                Map.of("source.shard.get-records.max-record-count", "10001"),
                "source.shard.get-records.max-record-count is 10001, expected 1 to 10000");
        assertRefused(
                Map.of("source.reader.empty-records-fetch-interval", "199 ms"),
                "source.reader.empty-records-fetch-interval is PT0.199S, expected more than zero"
                        + " and at least source.shard.get-records.interval, which is PT0.2S");
        assertRefused(
                Map.of("source.shard.discovery.interval", "99 ms"),
                "source.shard.discovery.interval is PT0.099S, expected at least PT0.1S");
        assertRefused(
                Map.of("source.reader.max-buffered-bytes", "15 mb"),
                "source.reader.max-buffered-bytes is 15728640 bytes, expected at least 16 mb");
        assertRefused(
                Map.of("source.reader.type", "EFO"),
                "source.efo.consumer.name is not set; EFO needs it");
        assertRefused(
                Map.of("source.efo.consumer.name", "a b"),
                "source.efo.consumer.name is a b, expected 1 to 128 letters, digits, '_', '.',"
                        + " '-'");
        assertRefused(
                Map.of(
                        "source.efo.consumer.name", "c",
                        "source.efo.subscription.timeout", "999 ms"),
                "source.efo.subscription.timeout is PT0.999S, expected at least PT1S");
        assertRefused(
                Map.of("source.reader.type-by-stream", "other:POLLING"),
                "source.reader.type-by-stream is {other=POLLING}, expected names of the streams"
                        + " read: [trail]");
        assertRefused(
                Map.of("source.reader.type-by-stream", "trail:PUSH"),
                "source.reader.type-by-stream is {trail=PUSH}, expected POLLING or EFO for each"
                        + " stream, not 'PUSH'");
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
                Map.of("source.stop.timestamp", "2026-11-20T06:00:00Z"),
                "source.stop.position is NONE and source.stop.timestamp is 2026-11-20T06:00:00Z;"
                        + " AT_TIMESTAMP needs it, the others exclude it");
        assertRefused(
                Map.of("source.stop.position", "LATEST"),
                "the source would begin at 2026-11-21T10:00:00Z, which is not before its end at"
                        + " 2026-11-21T10:00:00Z");
        assertRefused(
                Map.of("aws.endpoint", "localhost"), "aws.endpoint is localhost, expected a URL");
        assertRefused(
                Map.of("aws.credentials.provider", "EMULATOR"),
                "credentials are EMULATOR but no endpoint is set: AWS would refuse them");
    }

    @Test
    void streamsOfTwoRegionsAndTheSameStreamTwiceAreRefused() {
        String elsewhere = "arn:aws:kinesis:us-east-1:123456789012:stream/trail";
        assertThatThrownBy(
                        () ->
                                KinesisSourceSettings.of(
                                        List.of(Splits.ARN, elsewhere), new Configuration(), NOW))
                .hasMessage(
                        "streams lie in the regions [eu-west-1, us-east-1]; one source reads one"
                                + " region");
        assertThatThrownBy(
                        () ->
                                KinesisSourceSettings.of(
                                        List.of(Splits.ARN, Splits.ARN), new Configuration(), NOW))
                .hasMessage("stream " + Splits.ARN + " is set twice");
    }

    @Test
    void theBuilderRefusesWhatIsNoStreamArn() {
        assertThatThrownBy(() -> KinesisSource.builder().build())
                .hasMessage("no stream ARN is set");
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
        return KinesisSourceSettings.of(List.of(Splits.ARN), Configuration.fromMap(options), NOW);
    }

    private static void assertRefused(Map<String, String> options, String message) {
        assertThatThrownBy(() -> settings(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
