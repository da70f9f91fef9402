package io.trailwatch.core.unwrap;

import static io.trailwatch.core.unwrap.Unwrapped.bytes;
import static io.trailwatch.core.unwrap.Unwrapped.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import io.trailwatch.quarantine.RejectReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EVENT = Unwrapped.cloudTrail("a");
    private static final String FLOW =
            "2 111122223333 eni-0a1 198.51.100.7 203.0.113.9 443 51000 6 10 840 1795161600"
                    + " 1795161660 ACCEPT OK";
    private static final String APP =
            "{\"event_id\":\"e-1\",\"time\":\"2026-11-20T08:00:00Z\",\"type\":\"auth.sign_in\"}";

    @Test
    void aSubscriptionSaysWhereItsMessagesComeFrom() throws Exception {
        Unwrapped pieces =
                Unwrapped.of(
                        gzip(
                                bytes(
                                        subscription(
                                                logEvent("36", 1_795_161_600_123L, EVENT, ""),
                                                logEvent(
                                                        "37",
                                                        1_795_161_600_124L,
                                                        FLOW,
                                                        ",\"@aws.account\":\"444455556666\","
                                                            + "\"@aws.region\":\"eu-west-1\","
                                                            + "\"extractedFields\":{\"a\":\"1\"}")))));

        assertThat(pieces.payloads()).containsExactly(EVENT, FLOW);
        assertThat(pieces.events.get(0).provenance())
                .isEqualTo(
                        new Provenance(
                                "111122223333", "", "trail", "stream-1", 1_795_161_600_123L));
        assertThat(pieces.events.get(1).provenance())
                .isEqualTo(
                        new Provenance(
                                "444455556666",
                                "eu-west-1",
                                "trail",
                                "stream-1",
                                1_795_161_600_124L));
    }

    @Test
    void controlMessagesOfAnAccountLevelPolicyAreCounted() {
        String control =
                """
                {"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"",
                 "subscriptionFilters":[],"policyLevel":"ACCOUNT_LEVEL_POLICY","logEvents":[{"id":"",
                 "timestamp":1795161600000,"message":"CWL CONTROL MESSAGE: Checking health of destination"}]}
                """;

        Unwrapped pieces = Unwrapped.of(control);

        assertThat(pieces.controls).containsExactly("CONTROL_MESSAGE");
        assertThat(pieces.rejections).isEmpty();
    }

    @Test
    void whatFollowsTheDamageInASubscriptionIsRejectedAlone() throws Exception {
        String envelope =
                subscription(logEvent("36", 1, EVENT, ""), "{\"id\":\"37\",\"message\":tru}");

        Unwrapped pieces = Unwrapped.of(envelope);

        assertThat(pieces.payloads()).containsExactly(EVENT);
        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_JSON);
        assertThat(pieces.rejectedTexts().get(0))
                .startsWith(",{\"id\":\"37\"")
                .doesNotContain("\"36\"");
    }

    @Test
    void aMessageOfSeveralLinesIsOneEvent() throws Exception {
        Unwrapped pieces =
                Unwrapped.of(subscription(logEvent("36", 1, "panic: x\n\tat y\n\tat z\n", "")));

        assertThat(pieces.rejectedTexts()).containsExactly("panic: x\n\tat y\n\tat z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AWS API Call via CloudTrail",
                "AWS Console Sign In via CloudTrail",
                "AWS Service Event via CloudTrail",
                "AWS Console Action via CloudTrail",
                "AWS Insight via CloudTrail"
            })
    void theDetailOfAnEventBridgeEventIsTheEvent(String detailType) {
        Unwrapped pieces = Unwrapped.of(eventBridge("aws.iam", detailType, EVENT));

        assertThat(pieces.payloads()).containsExactly(EVENT);
        assertThat(pieces.events.get(0).provenance())
                .isEqualTo(new Provenance("111122223333", "eu-west-1", "", "", 0));
    }

    @Test
    void recordsOfKinesisAsLambdaGetsThemAreOpened() throws Exception {
        String record =
                "{\"kinesis\":{\"data\":\"%s\",\"sequenceNumber\":\"49\"},\"eventSource\":\"aws:kinesis\","
                    + "\"eventVersion\":\"1.0\",\"eventName\":\"aws:kinesis:record\"}";
        String subscription = base64(gzip(bytes(subscription(logEvent("36", 1, EVENT, "")))));

        Unwrapped pieces =
                Unwrapped.of(
                        "{\"Records\":[%s,%s]}"
                                .formatted(
                                        record.formatted(subscription),
                                        record.formatted(base64(bytes(FLOW)))));

        assertThat(pieces.payloads()).containsExactly(EVENT, FLOW);
        assertThat(pieces.events.get(0).provenance().logGroup()).isEqualTo("trail");
    }

    @Test
    void recordsOfFirehoseAreOpened() {
        String data = base64(bytes(EVENT));

        assertThat(
                        Unwrapped.of(
                                        "{\"invocationId\":\"i\",\"deliveryStreamArn\":\"arn\","
                                                + "\"records\":[{\"recordId\":\"1\",\"data\":\"%s\"}]}"
                                                        .formatted(data))
                                .payloads())
                .containsExactly(EVENT);
        assertThat(
                        Unwrapped.of(
                                        "{\"requestId\":\"i\",\"timestamp\":1,\"records\":[{\"data\":\"%s\"}]}"
                                                .formatted(data))
                                .payloads())
                .containsExactly(EVENT);
    }

    @Test
    void dataThatIsNoBase64IsRejectedWithItsRecord() {
        Unwrapped pieces = Unwrapped.of("{\"records\":[{\"recordId\":\"1\",\"data\":\"***\"}]}");

        assertThat(pieces.reasons()).containsExactly(RejectReason.INVALID_FIELD);
        assertThat(pieces.rejectedTexts()).containsExactly("{\"recordId\":\"1\",\"data\":\"***\"}");
    }

    @Test
    void recordsOfKafkaAreOpenedByTopic() {
        Unwrapped pieces =
                Unwrapped.of(
                        ("{\"eventSource\":\"aws:kafka\",\"bootstrapServers\":\"b:9092\",\"records\":{"
                             + "\"t-0\":[{\"topic\":\"t\",\"partition\":0,\"offset\":15,\"value\":\"%s\"}],"
                             + "\"t-1\":[{\"topic\":\"t\",\"partition\":1,\"offset\":3,\"value\":\"%s\"}]}}")
                                .formatted(base64(bytes(EVENT)), base64(bytes(APP))));

        assertThat(pieces.payloads()).containsExactly(EVENT, APP);
    }

    @Test
    void messagesOfQueuesAndTopicsAreOpenedOneWithinTheOther() throws Exception {
        String notification =
                "{\"Type\":\"Notification\",\"MessageId\":\"m\",\"TopicArn\":\"arn:aws:sns:eu-west-1:111122223333:t\","
                        + "\"Message\":%s}"
                                .formatted(
                                        quoted(eventBridge("aws.iam", "x via CloudTrail", EVENT)));
        String queue =
                "{\"Records\":[{\"messageId\":\"1\",\"receiptHandle\":\"h\",\"body\":%s,\"eventSource\":\"aws:sqs\"}]}"
                        .formatted(quoted(notification));
        String topic =
                "{\"Records\":[{\"EventSource\":\"aws:sns\",\"EventVersion\":\"1.0\",\"Sns\":{\"Type\":\"Notification\","
                        + "\"Message\":%s}}]}".formatted(quoted(APP));

        assertThat(Unwrapped.of(queue).payloads()).containsExactly(EVENT);
        assertThat(Unwrapped.of(topic).payloads()).containsExactly(APP);
    }

    @Test
    void lookUpsOfEventsAndSubscriptionsAsLambdaGetsThemAreOpened() throws Exception {
        assertThat(
                        Unwrapped.of(
                                        "{\"Events\":[{\"EventId\":\"a\",\"EventName\":\"CreateUser\",\"CloudTrailEvent\":%s}]}"
                                                .formatted(quoted(EVENT)))
                                .payloads())
                .containsExactly(EVENT);
        assertThat(
                        Unwrapped.of(
                                        "{\"awslogs\":{\"data\":\"%s\"}}"
                                                .formatted(
                                                        base64(
                                                                gzip(
                                                                        bytes(
                                                                                subscription(
                                                                                        logEvent(
                                                                                                "36",
                                                                                                1,
                                                                                                EVENT,
                                                                                                "")))))))
                                .payloads())
                .containsExactly(EVENT);
    }

    @Test
    void messagesWithoutLogsAreCountedByName() {
        Unwrapped pieces =
                Unwrapped.of(
                        """
                        {"awsAccountId":"111122223333","digestStartTime":"2026-11-20T08:00:00Z","digestEndTime":"2026-11-20T09:00:00Z","logFiles":[{"s3Bucket":"b"}]}
                        {"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}
                        {"s3Bucket":"b","s3ObjectKey":["AWSLogs/111122223333/CloudTrail/x.json.gz"]}
                        """);

        assertThat(pieces.controls)
                .containsExactly(
                        "CLOUDTRAIL_DIGEST", "S3_TEST_EVENT", "CLOUDTRAIL_FILE_NOTIFICATION");
        assertThat(pieces.rejections).isEmpty();
    }

    @Test
    void zlibIsOpenedAndItsDamageToldOnce() throws Exception {
        byte[] whole = zlib(bytes(EVENT + "\n" + EVENT.replace("\"a\"", "\"b\"")));
        assertThat(Unwrapped.of(whole).keys())
                .containsExactly("ct/111122223333/a", "ct/111122223333/b");
        assertThat(Unwrapped.of(whole).rejections).isEmpty();

        byte[] cut = Arrays.copyOf(whole, whole.length - 8);
        assertThat(Unwrapped.of(cut).reasons()).containsExactly(RejectReason.BROKEN_GZIP);
        assertThat(Unwrapped.of(cut).rejections.get(0).payload()).isEqualTo(cut);
        assertThat(Unwrapped.of(cut).rejections.get(0).detail()).contains("zlib", "ends early");

        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        assertThat(Unwrapped.of(longer).keys()).hasSize(2);
        assertThat(Unwrapped.of(longer).rejections.get(0).detail()).contains("behind its end");
    }

    @Test
    void aTextThatBeginsLikeZlibStaysText() {
        assertThat(Unwrapped.of("x^2 + y^2").rejectedTexts()).containsExactly("x^2 + y^2");
    }

    @Test
    void allThatIsCompressedInARecordSharesOneLimit() throws Exception {
        String megabyte = base64(gzip(new byte[1 << 20]));
        String record = "{\"recordId\":\"1\",\"data\":\"%s\"}".formatted(megabyte);
        String records = "{\"records\":[%s]}".formatted(String.join(",", record, record, record));
        DecodeLimits limits = DecodeLimits.DEFAULT;

        Unwrapped three = Unwrapped.of(bytes(records), limits.withMaxInflatedBytes(3 << 20));
        assertThat(three.reasons()).doesNotContain(RejectReason.INFLATE_LIMIT);

        Unwrapped less = Unwrapped.of(bytes(records), limits.withMaxInflatedBytes((3 << 20) - 1));
        assertThat(less.reasons()).containsOnlyOnce(RejectReason.INFLATE_LIMIT);
    }

    @Test
    void jsonWithinAJsonStringIsOpened() throws Exception {
        assertThat(Unwrapped.of(quoted(EVENT)).payloads()).containsExactly(EVENT);
        assertThat(Unwrapped.of(subscription(logEvent("36", 1, quoted(APP), ""))).payloads())
                .containsExactly(APP);
        assertThat(Unwrapped.of("\"only words\"").reasons())
                .containsExactly(RejectReason.UNKNOWN_FORMAT);
    }

    @Test
    void linesThatNobodyKnowsAreOnePieceWhileTheyFollowEachOther() {
        Unwrapped pieces =
                Unwrapped.of("one\n\ntwo\r\n" + FLOW + "\nthree\n" + EVENT + "\nfour\nfive");

        assertThat(pieces.rejectedTexts()).containsExactly("one\ntwo", "three", "four\nfive");
        assertThat(pieces.payloads()).containsExactly(FLOW, EVENT);
        assertThat(pieces.indexes).containsExactly(0, 2, 3, 4, 5);
        assertThat(pieces.rejections.get(0).detail()).startsWith("2 lines, of which the first: ");
    }

    @Test
    void noByteOfUnknownLinesIsLostWhereTheyAreMoreThanOnePieceHolds() {
        String text = "alpha\nbeta\ngamma\ndelta\nepsilon";

        Unwrapped pieces = Unwrapped.of(bytes(text), DecodeLimits.DEFAULT.withMaxRejectedBytes(11));

        assertThat(pieces.rejectedTexts())
                .containsExactly("alpha\nbeta", "gamma\ndelta", "epsilon");
        assertThat(pieces.rejections).noneMatch(piece -> piece.detail().contains("kept"));
    }

    /** The format told for all flow records must not swallow what is plainly something else. */
    @Test
    void aFormatToldForAllFlowRecordsLeavesOtherLinesAlone() {
        String balancer =
                "http 2026-11-20T08:03:11.000000Z app/lb/50dc6c495c0c9188 198.51.100.7:2817"
                    + " 10.0.1.9:80 0.000 0.001 0.000 200 200 34 366 \"GET http://example.com:80/"
                    + " HTTP/1.1\" \"curl/8\" - - arn:aws:elasticloadbalancing:eu-west-1:1:tg/t/7"
                    + " \"Root=1-5\" \"-\" \"-\" 0 2026-11-20T08:03:10.000000Z \"forward\" \"-\""
                    + " \"-\" \"10.0.1.9:80\" \"200\" \"-\" \"-\"";
        UnwrapSettings settings =
                new UnwrapSettings(
                        SourceHint.AUTO, "srcaddr dstaddr start end", DecodeLimits.DEFAULT);

        Unwrapped pieces =
                Unwrapped.of(
                        bytes(balancer + "\n198.51.100.7 203.0.113.9 1795161600 1795161660\n"),
                        settings);

        assertThat(pieces.events)
                .extracting(event -> event.kind() + " " + event.format())
                .containsExactly(
                        "HTTP_ACCESS " + pieces.events.get(0).format(),
                        "VPC_FLOW srcaddr dstaddr start end");
    }

    @Test
    void aFieldThatStandsTwiceCountsTheLastTime() {
        String twice = EVENT.replace("{\"eventVersion\"", "{\"eventID\":\"z\",\"eventVersion\"");

        assertThat(Unwrapped.of(twice).keys()).containsExactly("ct/111122223333/a");
        assertThat(Unwrapped.of(EVENT.replace("\"a\"", "\"\\u0061\"")).keys())
                .containsExactly("ct/111122223333/a");
    }

    @Test
    void namesKeepTheirKind() {
        Unwrapped pieces = Unwrapped.of(EVENT + APP);

        assertThat(pieces.events)
                .extracting(event -> event.kind() + " " + event.format())
                .containsExactly(LogKind.CLOUDTRAIL + " cloudtrail", LogKind.APP_EVENT + " json");
    }

    private static String subscription(String... logEvents) {
        return ("{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"111122223333\",\"logGroup\":\"trail\","
                    + "\"logStream\":\"stream-1\",\"subscriptionFilters\":[\"f\"],\"logEvents\":[%s]}")
                .formatted(String.join(",", List.of(logEvents)));
    }

    private static String logEvent(String id, long timestamp, String message, String more)
            throws IOException {
        return "{\"id\":\"%s\",\"timestamp\":%d,\"message\":%s%s}"
                .formatted(id, timestamp, quoted(message), more);
    }

    private static String eventBridge(String source, String detailType, String detail) {
        return ("{\"version\":\"0\",\"id\":\"11111111-2222\",\"detail-type\":\"%s\",\"source\":\"%s\","
                    + "\"account\":\"111122223333\",\"time\":\"2026-11-20T08:03:11Z\",\"region\":\"eu-west-1\","
                    + "\"resources\":[],\"detail\":%s}")
                .formatted(detailType, source, detail);
    }

    private static String quoted(String text) throws IOException {
        return JSON.writeValueAsString(text);
    }

    private static String base64(byte[] bytes) {
        return new String(Base64.getEncoder().encode(bytes), UTF_8);
    }

    private static byte[] zlib(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(bytes);
        }
        return out.toByteArray();
    }
}
