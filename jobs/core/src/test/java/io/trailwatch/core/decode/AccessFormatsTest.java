package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.event.LogKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What identifies an event, and what is refused; the golden files show how it is read. */
class AccessFormatsTest {
    private static final String OWNER = "0123456789abcdef".repeat(4);

    @Test
    void aClientCannotHideRequestsBehindOneTraceId() {
        String first = waf("ALB", "Root=chosen", "/a");
        String second = waf("ALB", "Root=chosen", "/b");

        assertThat(Unwrapped.of(first + "\n" + second + "\n" + first).keys())
                .satisfies(
                        keys -> {
                            assertThat(keys.get(0)).isNotEqualTo(keys.get(1));
                            assertThat(keys.get(2)).isEqualTo(keys.get(0));
                        });
        assertThat(Unwrapped.of(waf("CF", "made-by-aws", "/a")).keys().get(0))
                .startsWith("waf/h:")
                .endsWith("/made-by-aws/1795161791123");
    }

    @Test
    void oneAuditIdAtTwoStagesOrTimesIsTwoEvents() {
        List<String> keys =
                Unwrapped.of(
                                audit("ResponseStarted", "11.000001Z")
                                        + audit("ResponseComplete", "11.000001Z")
                                        + audit("ResponseComplete", "11.000002Z")
                                        + audit("ResponseComplete", "11.000002Z"))
                        .keys();

        assertThat(keys)
                .containsExactly(
                        "eks/a-1/ResponseStarted/2026-11-20T08:03:11.000001Z",
                        "eks/a-1/ResponseComplete/2026-11-20T08:03:11.000001Z",
                        "eks/a-1/ResponseComplete/2026-11-20T08:03:11.000002Z",
                        "eks/a-1/ResponseComplete/2026-11-20T08:03:11.000002Z");
    }

    @Test
    void aFindingThatIsUpdatedIsAnEventOfItsOwn() {
        String finding =
                "{\"SchemaVersion\":\"2018-10-08\",\"Id\":\"f-2\",\"AwsAccountId\":\"111122223333\","
                    + "\"ProductArn\":\"p\",\"UpdatedAt\":\"2026-11-20T08:05:00Z\","
                    + "\"Workflow\":{\"Status\":\"NEW\"}}";

        assertThat(
                        Unwrapped.of(
                                        finding
                                                + finding.replace("08:05", "08:06")
                                                + finding.replace("NEW", "RESOLVED")
                                                + finding)
                                .keys())
                .containsExactly(
                        "asff/111122223333/p/f-2/2026-11-20T08:05:00Z/-/NEW/-",
                        "asff/111122223333/p/f-2/2026-11-20T08:06:00Z/-/NEW/-",
                        "asff/111122223333/p/f-2/2026-11-20T08:05:00Z/-/RESOLVED/-",
                        "asff/111122223333/p/f-2/2026-11-20T08:05:00Z/-/NEW/-");
    }

    @Test
    void otherLinesOfTheControlPlaneAreNoAuditEvents() {
        Unwrapped pieces =
                Unwrapped.of(
                        "time=\"2026-11-20T08:03:11Z\" level=info msg=\"access granted\"\n"
                                + "I1120 08:03:11.1 1 httplog.go:132] \"HTTP\" verb=\"GET\"\n");

        assertThat(pieces.events).isEmpty();
        assertThat(pieces.rejections).isNotEmpty();
    }

    @Test
    void theClusterIsThatOfTheLogGroup() {
        String message = audit("ResponseComplete", "11.000001Z").replace("\"", "\\\"");
        String delivered =
                "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"111122223333\",\"logGroup\":"
                        + "\"%s\",\"logStream\":\"s\",\"logEvents\":[{\"id\":\"1\",\"timestamp\":1,"
                        + "\"message\":\"%s\"}]}";

        assertThat(
                        Decodings.body(
                                        KubernetesAudit.class,
                                        delivered.formatted("/aws/eks/prod/cluster", message))
                                .cluster())
                .isEqualTo("prod");
        assertThat(
                        Decodings.body(
                                        KubernetesAudit.class,
                                        delivered.formatted("/aws/eks/cluster", message))
                                .cluster())
                .isNull();
    }

    @Test
    void aUserAgentWithQuotesCannotMoveTheColumnsBehindIt() {
        String line =
                OWNER
                        + " reports [20/Nov/2026:08:03:16 +0000] 203.0.113.9 - R5 REST.GET.OBJECT"
                        + " a.txt \"GET /a\"b.txt HTTP/1.1\" 403 AccessDenied 243 - 4 - \"-\" \"x\""
                        + " 200 - 1 1 1 1 \"-\" \"y\" - host= - - - h.example.com TLSv1.3 - -";
        HttpRequest http = Decodings.body(HttpRequest.class, line);

        assertThat(http.status()).isEqualTo(403);
        assertThat(http.errorCode()).isEqualTo("AccessDenied");
        assertThat(http.url().path()).isEqualTo("/a\"b.txt");
        assertThat(http.userAgent()).isEqualTo("x\" 200 - 1 1 1 1 \"-\" \"y");
        assertThat(http.server().hostname()).isEqualTo("h.example.com");
        assertThat(http.unmapped()).containsEntry("hostid", "host=");
    }

    @Test
    void aHeaderNamesTheColumnsOfTheLinesBehindIt() {
        String content =
                "#Version: 1.0\n#Fields: date time x-edge-request-id cs-method\n"
                        + "2026-11-20\t08:03:11\tR-1\tGET\n"
                        + "#Version: 1.0\n#Fields: x-edge-request-id cs-method timestamp\n"
                        + "R-2\tHEAD\t1795161792\n";

        assertThat(Decodings.all(content))
                .extracting(
                        event -> event.event().key(),
                        event -> ((HttpRequest) event.body()).method(),
                        event -> event.body().time().toString(),
                        event -> event.event().eventHour())
                .containsExactly(
                        tuple("cf/R-1", "GET", "2026-11-20T08:03:11Z", 498_656L),
                        tuple("cf/R-2", "HEAD", "2026-11-20T08:03:12Z", 498_656L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "cloudfront|2026-11-20\\t08:03:11|UNKNOWN_FORMAT: CloudFront entry has no #Fields"
                        + " header before it that names its columns",
                "cloudfront date time c-ip|2026-11-20\\t08:03:11|COLUMN_COUNT: CloudFront entry has"
                        + " 2 columns, its header names 3",
                "cloudfront c-ip|203.0.113.9|MISSING_FIELD: date or time, and so are timestamp and"
                        + " timestamp(ms) is missing",
                "s3-access|a b [now] d|COLUMN_COUNT: S3 access log entry has 4 columns, must have"
                        + " at least 17",
                "waf|{\"timestamp\":\"soon\",\"action\":\"BLOCK\"}|INVALID_FIELD: timestamp is"
                        + " 'soon', must be a whole number from 0 to 253402300799999",
                "waf|{\"timestamp\":1}|MISSING_FIELD: action is missing",
                "route53-resolver|{\"query_timestamp\":\"2026-11-20T08:03:11Z\"}|MISSING_FIELD:"
                        + " query_name is missing",
                "eks-audit|{\"requestReceivedTimestamp\":\"2026-11-20T08:03:11Z\"}|MISSING_FIELD:"
                        + " auditID is missing",
                "guardduty|{\"type\":\"t\"}|MISSING_FIELD: updatedAt is missing",
                "securityhub|{\"Id\":\"f\",\"UpdatedAt\":\"x\"}|INVALID_FIELD: UpdatedAt is 'x',"
                        + " must be a time such as 2026-11-20T08:03:11Z, from 1970 to 9999"
            })
    void whatCannotBeReadNamesItsField(String format, String payload, String problem) {
        assertThat(Decodings.rejection(LogKind.HTTP_ACCESS, format, payload.replace("\\t", "\t")))
                .isEqualTo(problem);
    }

    private static String waf(String source, String requestId, String uri) {
        return ("{\"timestamp\":1795161791123,\"webaclId\":\"arn:aws:wafv2:eu-west-1:111122223333:"
                    + "regional/webacl/shop/a1\",\"action\":\"ALLOW\",\"httpSourceName\":\"%s\","
                    + "\"httpRequest\":{\"clientIp\":\"203.0.113.9\",\"uri\":\"%s\","
                    + "\"requestId\":\"%s\"}}")
                .formatted(source, uri, requestId);
    }

    private static String audit(String stage, String received) {
        return ("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"a-1\","
                        + "\"stage\":\"%s\",\"verb\":\"get\",\"requestReceivedTimestamp\":"
                        + "\"2026-11-20T08:03:%s\"}")
                .formatted(stage, received);
    }
}
