package io.trailwatch.core.unwrap;

import static io.trailwatch.core.unwrap.Unwrapped.bytes;
import static io.trailwatch.core.unwrap.Unwrapped.cloudTrail;
import static io.trailwatch.core.unwrap.Unwrapped.gzip;
import static io.trailwatch.core.unwrap.Unwrapped.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.core.decode.AppEventAvroTest;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.FlowFormat;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.RejectReason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnwrapperTest {
    private static final String A = cloudTrail("a");
    private static final String B = cloudTrail("b");
    private static final String FLOW =
            "2 111122223333 eni-1 10.0.1.9 10.0.2.8 20641 22 6 20 4249 1795420980 1795421038 ACCEPT"
                    + " OK";
    private static final String APP =
            "{\"event_id\":\"a-1\",\"time\":\"2026-11-20T08:03:11Z\",\"type\":\"auth.sign_in\"}";

    @Test
    void cutsTheRecordsOfACloudTrailFileToTheByte() {
        Unwrapped pieces = Unwrapped.of("{\"Records\":[" + A + "," + B + "]}");

        assertThat(pieces.payloads()).containsExactly(A, B);
        assertThat(pieces.keys()).containsExactly("ct/111122223333/a", "ct/111122223333/b");
        assertThat(pieces.indexes).containsExactly(0, 1);
        assertThat(pieces.rejections).isEmpty();
        LogEvent first = pieces.events.get(0);
        assertThat(first.kind()).isEqualTo(LogKind.CLOUDTRAIL);
        assertThat(first.format()).isEqualTo("cloudtrail");
        assertThat(first.origin().sequence()).isEqualTo("49");
        assertThat(first.stored()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Records\":[%s,%s]}",
                "{ \"Records\" : [\n%s ,\n %s\n]\n}\n",
                "{\"Records\":[%s,%s],\"more\":{\"x\":[1]}}",
                "{\"other\":\"}\",\"Records\":[%s,%s]}",
                "[%s,%s]",
                "[\n  %s,\n  %s\n]\n",
                "%s\n%s",
                "%s\r\n%s\r\n",
                "\n\n%s\n\n\n%s\n\n",
                "%s%s",
                "%s %s",
                "%s,\n%s,\n",
                "\uFEFF%s\n%s\n",
                "{\"Records\":[%s]}{\"Records\":[%s]}",
                "{\"Records\":[%s]}\n{\"Records\":[%s]}\n",
                "[%s]\n[%s]\n",
            })
    void readsEveryArrangementOfTwoRecordsPlainAndCompressed(String arrangement) {
        byte[] content = bytes(arrangement.formatted(A, B));

        for (byte[] payload : List.of(content, gzip(content), gzip(gzip(content)))) {
            Unwrapped pieces = Unwrapped.of(payload);
            assertThat(pieces.payloads()).containsExactly(A, B);
            assertThat(pieces.rejections).isEmpty();
        }
    }

    @Test
    void readsObjectsPrintedOverSeveralLines() {
        String printed =
                "{\n  \"eventID\" : \"a\",\n  \"eventSource\": \"s\",\n \"eventName\":\"n\"\n}";

        assertThat(Unwrapped.of(printed + "\n" + printed.replace("\"a\"", "\"b\"")).keys())
                .containsExactly("ct/-/a", "ct/-/b");
    }

    @Test
    void readsGzipOfSeveralMembersAlsoWhenARecordSpansThem() {
        byte[] file = bytes(A + "\n" + B + "\n");

        assertThat(Unwrapped.of(gzip(bytes(A + "\n"), bytes(B))).payloads()).containsExactly(A, B);
        byte[] head = java.util.Arrays.copyOf(file, 100);
        byte[] tail = java.util.Arrays.copyOfRange(file, 100, file.length);
        assertThat(Unwrapped.of(gzip(head, new byte[0], tail)).payloads()).containsExactly(A, B);
    }

    @Test
    void opensEveryMessageOfASubscriptionByItsContent() {
        Unwrapped pieces = Unwrapped.of(gzip(sample("subscription.json")));

        assertThat(pieces.events)
                .extracting(LogEvent::kind)
                .containsExactly(LogKind.CLOUDTRAIL, LogKind.VPC_FLOW, LogKind.APP_EVENT);
        assertThat(pieces.keys().get(0))
                .isEqualTo("ct/111122223333/00000000-0000-4000-8000-000000000004");
        assertThat(pieces.payloads().get(1))
                .startsWith("2 111122223333 eni-0a1b2c3d4e5f60718")
                .endsWith("ACCEPT OK");
        assertThat(pieces.keys().get(2)).isEqualTo("app/a-100");
        assertThat(pieces.rejections).isEmpty();
    }

    @Test
    void opensSeveralSubscriptionMessagesInOneRecord() {
        String one = Unwrapped.text(sample("subscription.json"));

        assertThat(Unwrapped.of(gzip(bytes(one), bytes(one))).events).hasSize(6);
        assertThat(Unwrapped.of("[" + one + "," + one + "]").events).hasSize(6);
    }

    @Test
    void opensASubscriptionWhoseFieldsComeInAnotherOrder() {
        String message = A.replace("\"", "\\\"");
        Unwrapped pieces =
                Unwrapped.of(
                        "{\"logEvents\":[{\"message\":\"%s\",\"id\":\"1\"}],\"messageType\":\"DATA_MESSAGE\"}"
                                .formatted(message));

        assertThat(pieces.payloads()).containsExactly(A);
    }

    @Test
    void countsControlMessagesAndReadsNothingFromThem() {
        Unwrapped pieces = Unwrapped.of(gzip(sample("control-message.json")));

        assertThat(pieces.controls).containsExactly("CONTROL_MESSAGE");
        assertThat(pieces.events).isEmpty();
        assertThat(pieces.rejections).isEmpty();
    }

    @Test
    void rejectsALogEventWithoutMessageAndReadsTheNext() {
        Unwrapped pieces =
                Unwrapped.of(
                        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"id\":\"1\"},{\"id\":\"2\",\"message\":\"%s\"}]}"
                                .formatted(FLOW));

        assertThat(pieces.reasons()).containsExactly(RejectReason.UNKNOWN_EVENT);
        assertThat(pieces.rejectedTexts()).containsExactly("{\"id\":\"1\"}");
        assertThat(pieces.payloads()).containsExactly(FLOW);
    }

    @Test
    void takesTheDetailOfAnEventBridgeEvent() {
        Unwrapped pieces = Unwrapped.of(sample("eventbridge.json"));

        assertThat(pieces.keys())
                .containsExactly("ct/111122223333/00000000-0000-4000-8000-000000000006");
        assertThat(pieces.payloads().get(0)).contains("CreateUser").doesNotContain("detail-type");
    }

    @Test
    void opensEnvelopesOnlySoDeep() {
        assertThat(wrapped(Envelopes.MAX_DEPTH).keys()).hasSize(1);
        assertThat(wrapped(Envelopes.MAX_DEPTH + 1).reasons())
                .containsExactly(RejectReason.UNKNOWN_EVENT);
    }

    private static Unwrapped wrapped(int times) {
        String message = FLOW;
        for (int i = 0; i < times; i++) {
            message =
                    "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"message\":\"%s\"}]}"
                            .formatted(message.replace("\\", "\\\\").replace("\"", "\\\""));
        }
        return Unwrapped.of(message);
    }

    @Test
    void keysCloudTrailByAccountAndEventIdElseByContent() {
        assertThat(Unwrapped.of(A.replace("\"recipientAccountId\"", "\"other\"")).keys())
                .containsExactly("ct/444455556666/a");
        String without = A.replace("\"eventID\":\"a\",", "");
        List<String> keys =
                Unwrapped.of(without + without + without.replace("Create", "Delete")).keys();
        assertThat(keys.get(0)).matches("ct/h/[0-9a-f]{32}").isEqualTo(keys.get(1));
        assertThat(keys.get(2)).isNotEqualTo(keys.get(0));
    }

    @Test
    void keepsHostileIdsOutOfTheKey() {
        List<String> keys =
                Unwrapped.of(
                                cloudTrail("../x")
                                        + cloudTrail("a\\nb")
                                        + cloudTrail("x".repeat(1_000)))
                        .keys();

        assertThat(keys).allMatch(key -> key.matches("ct/111122223333/h:[0-9a-f]{32}"));
        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void recognisesApplicationEvents() {
        Unwrapped pieces = Unwrapped.of(sample("app-events.jsonl"));

        assertThat(pieces.keys()).containsExactly("app/a-1", "app/a-2", "app/a-3");
        assertThat(pieces.events)
                .allMatch(e -> e.kind() == LogKind.APP_EVENT && e.format().equals("json"));
    }

    @Test
    void readsAvroInBothEncodings() {
        List<AppEvent> events = AppEventAvroTest.events();

        for (byte[] content :
                List.of(
                        AppEventAvro.container(events),
                        AppEventAvroTest.concat(
                                AppEventAvro.singleObject(events.get(0)),
                                AppEventAvro.singleObject(events.get(1))))) {
            for (byte[] payload : List.of(content, gzip(content))) {
                Unwrapped pieces = Unwrapped.of(payload);
                assertThat(pieces.rejections).isEmpty();
                assertThat(pieces.keys()).containsExactly("app/e-1", "app/e-2");
                assertThat(pieces.events).allMatch(e -> e.format().equals("avro"));
                assertThat(pieces.events.get(1).payload())
                        .isEqualTo(AppEventAvro.singleObject(events.get(1)));
            }
        }
    }

    @Test
    void takesDefaultFlowRecordsWithoutConfiguration() {
        Unwrapped pieces = Unwrapped.of(sample("flow-default.log"));

        assertThat(pieces.events).hasSize(5);
        assertThat(pieces.events)
                .allMatch(e -> e.format().equals(FlowFormat.DEFAULT.names()))
                .allMatch(e -> e.key().matches("vf/[0-9a-f]{32}"));
        assertThat(pieces.keys()).doesNotHaveDuplicates();
    }

    @Test
    void letsAHeaderLineNameTheFormatOfTheLinesBelow() {
        Unwrapped pieces = Unwrapped.of(sample("flow-header.log"));

        assertThat(pieces.events).hasSize(2);
        assertThat(pieces.events)
                .allMatch(e -> e.format().startsWith("version srcaddr dstaddr"))
                .allMatch(e -> e.format().contains("some-later-field"));
        assertThat(pieces.rejections).isEmpty();
    }

    @Test
    void readsLinesByTheFormatOfTheSettings() {
        for (String format :
                List.of(
                        "srcaddr dstaddr start end",
                        "${srcaddr} ${dstaddr} ${start} ${end}",
                        " srcaddr, dstaddr,start  ${end} ")) {
            Unwrapped pieces =
                    Unwrapped.of(
                            bytes("10.0.0.1 10.0.0.2 1795420980 1795421038\n"),
                            new UnwrapSettings(SourceHint.AUTO, format, DecodeLimits.DEFAULT));
            assertThat(pieces.events)
                    .singleElement()
                    .extracting(LogEvent::format)
                    .isEqualTo("srcaddr dstaddr start end");
        }
    }

    @Test
    void refusesAFlowFormatWithAMessageThatNamesTheField() {
        assertThatThrownBy(() -> FlowFormat.parse("srcaddr SRC!")).hasMessageContaining("'SRC!'");
        assertThatThrownBy(() -> FlowFormat.parse("srcaddr dstaddr srcaddr"))
                .hasMessageContaining("'srcaddr' twice");
        assertThatThrownBy(() -> new UnwrapSettings(SourceHint.AUTO, " ", DecodeLimits.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesAFlowRecordThatComesAgainForTheSameRecord() {
        RawRecord again =
                RawRecord.of("arn:stream", "shard-1", "77", Unwrapped.ARRIVAL, bytes(FLOW));
        Unwrapped pieces = Unwrapped.of(FLOW);
        new Unwrapper(UnwrapSettings.DEFAULT).unwrap(again, pieces);

        assertThat(pieces.keys().get(0)).isEqualTo(pieces.keys().get(1));
    }

    @Test
    void keepsEqualLinesApartWhereTheFormatDoesNotIdentifyARecord() {
        UnwrapSettings settings =
                new UnwrapSettings(SourceHint.AUTO, "srcaddr dstaddr", DecodeLimits.DEFAULT);
        byte[] twice = bytes("10.0.0.1 10.0.0.2\n10.0.0.1 10.0.0.2\n");

        List<String> keys = Unwrapped.of(twice, settings).keys();
        assertThat(keys).hasSize(2).doesNotHaveDuplicates();
        assertThat(Unwrapped.of(twice, settings).keys()).isEqualTo(keys);

        String natGateway = FLOW.replace("eni-1", "-");
        assertThat(Unwrapped.of(natGateway + "\n" + natGateway).keys()).doesNotHaveDuplicates();
    }

    @Test
    void makesARejectionOfALossNoticeWhateverItsTextLooksLike() {
        Unwrapped pieces = new Unwrapped();
        RawRecord notice = RawRecord.ofLoss("arn:stream", "shard-1", "77", Unwrapped.ARRIVAL, A);

        new Unwrapper(UnwrapSettings.DEFAULT).unwrap(notice, pieces);

        assertThat(pieces.events).isEmpty();
        assertThat(pieces.rejections)
                .singleElement()
                .satisfies(
                        lost -> {
                            assertThat(lost.stage()).isEqualTo("source");
                            assertThat(lost.reason()).isEqualTo(RejectReason.RECORDS_LOST);
                            assertThat(lost.detail()).isEqualTo(A);
                            assertThat(lost.origin().sequence()).isEqualTo("77");
                        });
    }

    @Test
    void keepsEqualLinesOfOneAggregateApart() {
        UnwrapSettings settings =
                new UnwrapSettings(SourceHint.AUTO, "srcaddr dstaddr", DecodeLimits.DEFAULT);
        byte[] line = bytes("10.0.0.1 10.0.0.2");
        Unwrapped pieces = new Unwrapped();
        for (int subSequence = 0; subSequence < 2; subSequence++) {
            new Unwrapper(settings)
                    .unwrap(
                            new RawRecord(
                                    "arn:stream",
                                    "shard-1",
                                    "77",
                                    subSequence,
                                    Unwrapped.ARRIVAL,
                                    line,
                                    false),
                            pieces);
        }

        assertThat(pieces.keys()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void mixesKindsWithinOneRecord() {
        Unwrapped pieces = Unwrapped.of(A + "\n" + FLOW + "\n" + APP + "\n");

        assertThat(pieces.payloads()).containsExactly(A, FLOW, APP);
    }

    @Test
    void obeysTheHint() {
        byte[] mixed = bytes("{\"x\":1}\n" + FLOW + "\n");

        Unwrapped asCloudTrail =
                Unwrapped.of(
                        mixed,
                        new UnwrapSettings(SourceHint.CLOUDTRAIL, null, DecodeLimits.DEFAULT));
        assertThat(asCloudTrail.events)
                .extracting(LogEvent::kind)
                .containsExactly(LogKind.CLOUDTRAIL);
        assertThat(asCloudTrail.reasons()).containsExactly(RejectReason.UNKNOWN_FORMAT);
        Unwrapped asFlow =
                Unwrapped.of(
                        mixed, new UnwrapSettings(SourceHint.VPC_FLOW, null, DecodeLimits.DEFAULT));
        assertThat(asFlow.events).extracting(LogEvent::kind).containsExactly(LogKind.VPC_FLOW);
        assertThat(asFlow.reasons()).containsExactly(RejectReason.UNKNOWN_EVENT);
        Unwrapped asApp =
                Unwrapped.of(
                        mixed,
                        new UnwrapSettings(SourceHint.APP_EVENT, null, DecodeLimits.DEFAULT));
        assertThat(asApp.events).extracting(LogEvent::kind).containsExactly(LogKind.APP_EVENT);
    }

    @Test
    void doesNotTakeTheNotificationOfAnotherServiceForCloudTrail() {
        Unwrapped pieces =
                Unwrapped.of(
                        "{\"Records\":[{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\",\"eventName\":\"ObjectCreated:Put\"}]}");

        assertThat(pieces.events).extracting(LogEvent::kind).containsExactly(LogKind.APP_EVENT);
    }

    @Test
    void makesNoPieceOfNothing() {
        for (String nothing : List.of("", "\n\n \t\r\n", "{\"Records\":[]}", "[]", "\uFEFF")) {
            assertThat(Unwrapped.of(nothing).indexes).isEmpty();
            assertThat(Unwrapped.of(gzip(bytes(nothing))).indexes).isEmpty();
        }
    }

    @Test
    void letsTheFailureOfItsReceiverPass() {
        Pieces failing =
                new Unwrapped() {
                    @Override
                    public void event(LogEvent event) {
                        throw new IllegalStateException("output is closed");
                    }
                };

        assertThatThrownBy(
                        () ->
                                new Unwrapper(UnwrapSettings.DEFAULT)
                                        .unwrap(Unwrapped.record(bytes(A)), failing))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("output is closed");
    }
}
