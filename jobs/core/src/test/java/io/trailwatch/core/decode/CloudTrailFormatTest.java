package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.event.LogEvent;
import io.trailwatch.quarantine.RejectReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudTrailFormatTest {
    private static final String CALL =
            """
            {"eventVersion":"1.11","eventTime":"2026-11-20T08:03:11Z","eventSource":"ec2.amazonaws.com",\
            "eventName":"RunInstances","eventID":"e-1","recipientAccountId":"111122223333"%s}\
            """;
    private static final String AGGREGATED =
            """
            {"eventVersion":"1.0","accountId":"111122223333","eventId":"e-9","eventCategory":"Aggregated",\
            "eventType":"AwsAggregatedEvent","timeWindow":%s,"summary":%s}\
            """;
    private static final String WINDOW =
            "{\"windowStart\":\"2026-11-20T08:55:00Z\",\"windowEnd\":\"2026-11-20T09:00:00Z\"}";

    @Test
    void aCorrectionIsNoRepeatOfWhatItCorrects() {
        String original = key(CALL.formatted(""));
        String correction = key(call("UPDATED_DATA", "responseElements", "e-1"));
        assertThat(original).isEqualTo("ct/111122223333/e-1");
        assertThat(correction)
                .isNotEqualTo(original)
                .isEqualTo(key(call("UPDATED_DATA", "responseElements", "e-1")))
                .isNotEqualTo(key(call("UPDATED_DATA", "requestParameters", "e-1")));
    }

    @Test
    void aCorrectionThatHasItsOwnIdIsKnownByIt() {
        assertThat(key(call("UPDATED_DATA", "responseElements", "e-0")))
                .isEqualTo("ct/111122223333/e-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELIVERY_DELAY", "SERVICE_OUTAGE"})
    void aLateDeliveryIsTheSameEvent(String reason) {
        assertThat(key(CALL.formatted(",\"addendum\":{\"reason\":\"%s\"}".formatted(reason))))
                .isEqualTo("ct/111122223333/e-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "7", "\"UPDATED_DATA\"", "{\"reason\":{}}"})
    void anAddendumOfAnotherShapeChangesNothing(String addendum) {
        assertThat(key(CALL.formatted(",\"addendum\":" + addendum)))
                .isEqualTo("ct/111122223333/e-1");
    }

    @Test
    void anAggregatedEventIsOfTheStartOfItsWindow() {
        LogEvent event =
                event(
                        AGGREGATED.formatted(
                                WINDOW,
                                "{\"primaryDimension\":{\"statistics\":[{\"value\":40},{\"value\":2}]}}"));
        CloudTrailEvent aggregated = (CloudTrailEvent) accepted(event).body();
        Instant start = Instant.parse("2026-11-20T08:55:00Z");
        assertThat(aggregated.time()).isEqualTo(start);
        assertThat(aggregated.eventId()).isEqualTo("e-9");
        assertThat(aggregated.window())
                .isEqualTo(
                        new CloudTrailEvent.Window(start, start.plus(Duration.ofMinutes(5)), 42));
        assertThat(event.key()).isEqualTo("ct/111122223333/e-9");
        assertThat(event.eventHour()).isEqualTo(start.getEpochSecond() / 3600);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"primaryDimension\":[]}",
                "{\"primaryDimension\":{\"statistics\":[{\"value\":\"many\"}]}}",
                "{\"primaryDimension\":{\"statistics\":[{\"value\":-1}]}}",
                "{\"primaryDimension\":{\"statistics\":[{\"value\":2147483647},{\"value\":1}]}}"
            })
    void countsNothingWhereTheSummaryTellsNoCount(String summary) {
        CloudTrailEvent aggregated =
                (CloudTrailEvent) accepted(event(AGGREGATED.formatted(WINDOW, summary))).body();
        assertThat(aggregated.window().count()).isNull();
    }

    @Test
    void anAggregatedEventWithoutItsTimeIsRejected() {
        Decoded<DecodedEvent> decoded =
                new Decoder(DecodeLimits.DEFAULT)
                        .decode(event(AGGREGATED.formatted("{\"windowEnd\":1}", "{}")));
        assertThat(decoded)
                .isEqualTo(
                        Decoded.rejected(
                                RejectReason.MISSING_FIELD, "timeWindow.windowStart is missing"));
    }

    @Test
    void aDigestFileIsKnownByItsFields() {
        assertThat(CloudTrailDigest.matches(fields("awsAccountId", "logFiles", "digestStartTime")))
                .isFalse();
        assertThat(
                        CloudTrailDigest.matches(
                                fields(
                                        "awsAccountId",
                                        "logFiles",
                                        "digestStartTime",
                                        "digestEndTime")))
                .isTrue();
    }

    private static String call(String reason, String updatedFields, String originalId) {
        return CALL.formatted(
                ",\"addendum\":{\"reason\":\"%s\",\"updatedFields\":\"%s\",\"originalEventID\":\"%s\"}"
                        .formatted(reason, updatedFields, originalId));
    }

    private static String key(String json) {
        return event(json).key();
    }

    private static LogEvent event(String json) {
        Unwrapped pieces = Unwrapped.of(json);
        assertThat(pieces.events).hasSize(1);
        return pieces.events.get(0);
    }

    private static DecodedEvent accepted(LogEvent event) {
        return ((Decoded.Accepted<DecodedEvent>) new Decoder(DecodeLimits.DEFAULT).decode(event))
                .value();
    }

    private static JsonFields fields(String... names) {
        return new JsonFields() {
            @Override
            public boolean has(String name) {
                return List.of(names).contains(name);
            }

            @Override
            public String text(String name) {
                return null;
            }

            @Override
            public JsonFields object(String name) {
                return NONE;
            }
        };
    }
}
