package io.trailwatch.core.decode;

import static io.trailwatch.core.unwrap.Unwrapped.ARRIVAL;
import static io.trailwatch.core.unwrap.Unwrapped.bytes;
import static io.trailwatch.core.unwrap.Unwrapped.cloudTrail;
import static io.trailwatch.core.unwrap.Unwrapped.sample;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.Decoded.Accepted;
import io.trailwatch.core.decode.Decoded.Rejected;
import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.quarantine.RejectReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {
    private static final String FLOW =
            "2 111122223333 eni-1 10.0.1.9 10.0.2.8 20641 22 6 20 4249 1795420980 1795421038 ACCEPT"
                    + " OK";

    private final Decoder decoder = new Decoder(DecodeLimits.DEFAULT);

    @Test
    void readsACloudTrailRecordWithFieldsItDoesNotKnow() {
        List<LogEvent> events = Unwrapped.of(sample("cloudtrail-file.json")).events;

        CloudTrailEvent event = (CloudTrailEvent) accepted(events.get(2));

        assertThat(event.time()).isEqualTo(Instant.parse("2026-11-20T08:03:13Z"));
        assertThat(event.eventId()).isEqualTo("00000000-0000-4000-8000-000000000003");
        assertThat(event.eventSource()).isEqualTo("sts.amazonaws.com");
        assertThat(event.eventName()).isEqualTo("GetCallerIdentity");
        assertThat(event.sourceAddress()).isEqualTo("AWS Internal");
        assertThat(event.text("userIdentity", "arn"))
                .isEqualTo("arn:aws:iam::111122223333:user/jo");
        assertThat(event.json().at("/futureField/unknown/1").asText()).isEqualTo("us");
    }

    @Test
    void takesTheTimeOfLogstashWhereEventTimeIsMissing() {
        String json = cloudTrail("a").replace("eventTime", "@timestamp").replace("11Z", "11.000Z");

        assertThat(accepted(cloudTrailEvent(json)).time())
                .isEqualTo(Instant.parse("2026-11-20T08:03:11Z"));
    }

    @Test
    void takesSourceAndNameOfAnInsightFromItsDetails() {
        CloudTrailEvent event =
                (CloudTrailEvent)
                        accepted(
                                cloudTrailEvent(
                                        "{\"eventVersion\":\"1.07\",\"eventTime\":\"2026-11-20T08:03:11Z\","
                                            + "\"insightDetails\":{\"eventSource\":\"ssm.amazonaws.com\",\"eventName\":\"Update\"}}"));

        assertThat(event.eventSource()).isEqualTo("ssm.amazonaws.com");
        assertThat(event.eventName()).isEqualTo("Update");
        assertThat(event.eventId()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "eventTime, MISSING_FIELD, eventTime is missing",
        "eventName, MISSING_FIELD, eventName is missing",
        "eventSource, MISSING_FIELD, eventSource is missing",
    })
    void namesTheFieldThatIsMissing(String field, RejectReason reason, String detail) {
        Rejected<DecodedEvent> rejected =
                rejected(cloudTrailEvent(cloudTrail("a").replace("\"" + field + "\"", "\"x\"")));

        assertThat(rejected.reason()).isEqualTo(reason);
        assertThat(rejected.detail()).isEqualTo(detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yesterday",
                "2026-13-01T00:00:00Z",
                "1969-12-31T23:59:59Z",
                "+10000-01-01T00:00:00Z",
                ""
            })
    void namesATimeItCannotRead(String time) {
        Rejected<DecodedEvent> rejected =
                rejected(cloudTrailEvent(cloudTrail("a").replace("2026-11-20T08:03:11Z", time)));

        assertThat(rejected.reason()).isEqualTo(RejectReason.INVALID_FIELD);
        assertThat(rejected.detail()).startsWith("eventTime is '" + time + "', must be a time");
    }

    @ParameterizedTest
    @CsvSource({
        "1, true",
        "1.0, true",
        "1.11, true",
        "1.99, true",
        "2.0, false",
        "10.1, false",
        "x, false"
    })
    void readsEveryMinorVersionOfMajorOne(String version, boolean known) {
        LogEvent event = cloudTrailEvent(cloudTrail("a").replace("1.11", version));

        if (known) {
            assertThat(accepted(event)).isInstanceOf(CloudTrailEvent.class);
        } else {
            assertThat(rejected(event).reason()).isEqualTo(RejectReason.UNKNOWN_VERSION);
            assertThat(rejected(event).detail()).contains("'" + version + "'");
        }
        assertThat(accepted(cloudTrailEvent(cloudTrail("a").replace("eventVersion", "other"))))
                .isInstanceOf(CloudTrailEvent.class);
    }

    @Test
    void keepsASourceAddressThatIsNone() {
        String json =
                cloudTrail("a")
                        .replace("{\"event", "{\"sourceIPAddress\":\"253.252.51.07\",\"event");

        assertThat(accepted(cloudTrailEvent(json)).sourceAddress()).isEqualTo("253.252.51.07");
    }

    @Test
    void countsTheLastOfFieldsThatStandTwiceAsUnwrappingDoes() {
        String json =
                cloudTrail("a")
                        .replace("}}", "},")
                        .replace("{\"event", "{\"eventID\":\"first\",\"event");
        LogEvent event = Unwrapped.of(json).events.get(0);

        assertThat(event.key()).isEqualTo("ct/111122223333/a");
        assertThat(((CloudTrailEvent) accepted(event)).eventId()).isEqualTo("a");
    }

    @Test
    void survivesNulAndLoneSurrogates() {
        String json = cloudTrail("a").replace("CreateUser", "Create\\u0000\\ud800User");

        assertThat(((CloudTrailEvent) accepted(cloudTrailEvent(json))).eventName())
                .isEqualTo("Create\0\ud800User");
    }

    @Test
    void rejectsJsonThatIsBrokenOrNoObjectOrFollowedByMore() {
        assertThat(rejected(cloudTrailEvent("{\"a\":")).reason())
                .isEqualTo(RejectReason.BROKEN_JSON);
        assertThat(rejected(cloudTrailEvent("")).reason()).isNotEqualTo(RejectReason.DECODER_BUG);
        assertThat(rejected(cloudTrailEvent("[1]")).reason()).isEqualTo(RejectReason.UNKNOWN_EVENT);
        assertThat(rejected(cloudTrailEvent(cloudTrail("a") + "{}")).reason())
                .isEqualTo(RejectReason.BROKEN_JSON);
        assertThat(
                        rejected(cloudTrailEvent("{\"a\":" + "[".repeat(70) + "]".repeat(70) + "}"))
                                .reason())
                .isEqualTo(RejectReason.TOO_LARGE);
    }

    @Test
    void readsADefaultFlowRecord() {
        FlowRecord record = (FlowRecord) accepted(flowEvent(FlowFormat.DEFAULT.names(), FLOW));

        assertThat(record.start()).isEqualTo(Instant.ofEpochSecond(1_795_420_980));
        assertThat(record.end()).isEqualTo(Instant.ofEpochSecond(1_795_421_038));
        assertThat(record.version()).isEqualTo(2);
        assertThat(record.accountId()).isEqualTo("111122223333");
        assertThat(record.interfaceId()).isEqualTo("eni-1");
        assertThat(record.srcAddr()).isEqualTo("10.0.1.9");
        assertThat(record.dstAddr()).isEqualTo("10.0.2.8");
        assertThat(record.srcPort()).isEqualTo(20_641);
        assertThat(record.dstPort()).isEqualTo(22);
        assertThat(record.protocol()).isEqualTo(6);
        assertThat(record.packets()).isEqualTo(20);
        assertThat(record.bytes()).isEqualTo(4_249);
        assertThat(record.action()).isEqualTo("ACCEPT");
        assertThat(record.logStatus()).isEqualTo("OK");
        assertThat(record.tcpFlags()).isNull();
        assertThat(record.line()).isEqualTo(FLOW);
    }

    @Test
    void takesRecordsWithoutDataAndRepeatedSpaces() {
        FlowRecord none =
                (FlowRecord)
                        accepted(
                                flowEvent(
                                        FlowFormat.DEFAULT.names(),
                                        "2 unknown  eni-1 - - - - - - - 1795421040  1795421098 -"
                                                + " NODATA"));

        assertThat(none.logStatus()).isEqualTo("NODATA");
        assertThat(none.srcAddr()).isNull();
        assertThat(none.bytes()).isNull();
        assertThat(none.accountId()).isEqualTo("unknown");
        assertThat(none.fields())
                .containsOnlyKeys(
                        "version", "account-id", "interface-id", "start", "end", "log-status");
    }

    @Test
    void readsFieldsOfLaterVersionsAndUnknownOnesByName() {
        FlowRecord record =
                (FlowRecord) accepted(Unwrapped.of(sample("flow-header.log")).events.get(0));

        assertThat(record.version()).isEqualTo(11);
        assertThat(record.tcpFlags()).isEqualTo(19);
        assertThat(record.fields())
                .containsAllEntriesOf(
                        Map.of(
                                "flow-direction", "egress",
                                "encryption-status", "1",
                                "interface-tag", "team=payments",
                                "some-later-field", "x"));
    }

    @Test
    void knowsTheFieldsOfAllVersions() {
        assertThat(FlowFormat.KNOWN)
                .hasSize(14 + 7 + 4 + 4 + 18 + 10 + 1 + 1 + 1 + 12)
                .contains(
                        "traffic-path",
                        "ecs-task-id",
                        "reject-reason",
                        "next-hop-vpc-id",
                        "asg-tag-2");
    }

    @Test
    void fallsBackToTheEndAndThenToTheArrivalForTheTimeOfAFlowRecord() {
        assertThat(accepted(flowEvent("srcaddr end", "10.0.0.1 1795421038")).time())
                .isEqualTo(Instant.ofEpochSecond(1_795_421_038));
        assertThat(accepted(flowEvent("srcaddr dstaddr", "10.0.0.1 10.0.0.2")).time())
                .isEqualTo(ARRIVAL);
    }

    @Test
    void tellsColumnsFromTheirFormat() {
        Rejected<DecodedEvent> rejected =
                rejected(flowEvent("srcaddr dstaddr start", "10.0.0.1 10.0.0.2"));

        assertThat(rejected.reason()).isEqualTo(RejectReason.COLUMN_COUNT);
        assertThat(rejected.detail())
                .isEqualTo("flow record has 2 columns, its format names 3: srcaddr dstaddr start");
    }

    @Test
    void readsApplicationEventsInJson() {
        List<LogEvent> events = Unwrapped.of(sample("app-events.jsonl")).events;
        AppEvent signIn = (AppEvent) accepted(events.get(0));
        AppEvent download = (AppEvent) accepted(events.get(1));
        AppEvent job = (AppEvent) accepted(events.get(2));

        assertThat(signIn.time()).isEqualTo(Instant.parse("2026-11-20T08:03:11.123456Z"));
        assertThat(signIn.sourceAddress()).isEqualTo("203.0.113.9");
        assertThat(signIn.outcome()).isEqualTo("success");
        assertThat(signIn.raw()).isEqualTo(Unwrapped.text(events.get(0).payload()));
        assertThat(download.time()).isEqualTo(Instant.parse("2026-11-20T08:03:12Z"));
        assertThat(download.attributes())
                .containsOnly(
                        Map.entry("bytes", "1048576"),
                        Map.entry("path", "/reports/q3"),
                        Map.entry("labels", "[\"internal\"]"));
        assertThat(job.user()).isNull();
        assertThat(job.attributes()).isEmpty();
    }

    @Test
    void readsTheSameEventFromJsonAndAvro() {
        AppEvent event = AppEventAvroTest.events().get(0);
        LogEvent json = Unwrapped.of(AppEventAvro.json(event)).events.get(0);
        LogEvent avro = Unwrapped.of(AppEventAvro.singleObject(event)).events.get(0);

        assertThat(accepted(avro))
                .usingRecursiveComparison()
                .ignoringFields("json")
                .isEqualTo(accepted(json));
        assertThat(avro.key()).isEqualTo(json.key());
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"time\":\"2026-11-20T08:03:11Z\",\"type\":\"x\"}', MISSING_FIELD, event_id",
        "'{\"event_id\":\"1\",\"type\":\"x\"}', MISSING_FIELD, time",
        "'{\"event_id\":\"1\",\"time\":\"now\",\"type\":\"x\"}', INVALID_FIELD, time",
        "'{\"event_id\":\"1\",\"time\":\"2026-11-20T08:03:11Z\",\"type\":{}}', INVALID_FIELD, type",
        "'{\"event_id\":\"1\",\"time\":\"2026-11-20T08:03:11Z\",\"type\":\"x\",\"attributes\":[]}',"
                + " INVALID_FIELD, attributes",
    })
    void namesTheFieldOfABrokenApplicationEvent(String json, RejectReason reason, String field) {
        Rejected<DecodedEvent> rejected = rejected(event(LogKind.APP_EVENT, "json", bytes(json)));

        assertThat(rejected.reason()).isEqualTo(reason);
        assertThat(rejected.detail()).startsWith(field + " is ");
    }

    @Test
    void rejectsBrokenAvro() {
        assertThat(rejected(event(LogKind.APP_EVENT, "avro", new byte[] {1, 2})).reason())
                .isEqualTo(RejectReason.BROKEN_AVRO);
    }

    private EventBody accepted(LogEvent event) {
        Decoded<DecodedEvent> decoded = decoder.decode(event);
        assertThat(decoded).isInstanceOf(Accepted.class);
        DecodedEvent value = ((Accepted<DecodedEvent>) decoded).value();
        assertThat(value.event()).isSameAs(event);
        return value.body();
    }

    private Rejected<DecodedEvent> rejected(LogEvent event) {
        Decoded<DecodedEvent> decoded = decoder.decode(event);
        assertThat(decoded).isInstanceOf(Rejected.class);
        return (Rejected<DecodedEvent>) decoded;
    }

    private static LogEvent cloudTrailEvent(String json) {
        return event(LogKind.CLOUDTRAIL, "cloudtrail", bytes(json));
    }

    private static LogEvent flowEvent(String format, String line) {
        return event(LogKind.VPC_FLOW, format, bytes(line));
    }

    private static LogEvent event(LogKind kind, String format, byte[] payload) {
        Origin origin = new Origin("arn:stream", "shard-0", "49", 0, 0, ARRIVAL);
        return new LogEvent(kind, "key", 0, format, origin, Provenance.NONE, false, payload);
    }
}
