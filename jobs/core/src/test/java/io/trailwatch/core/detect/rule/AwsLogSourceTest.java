package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decodings;
import io.trailwatch.finding.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwsLogSourceTest {
    private static final String ALB =
            "http 2026-11-20T08:03:11Z app/web/50dc6c495c0c9188 203.0.113.9:4711 10.0.1.9:8080 0 0"
                + " 0 200 200 34 366 \"GET http://shop.example.com:80/x HTTP/1.1\" \"sqlmap/1.8\"";
    private static final String CLASSIC =
            "2026-11-20T08:03:11Z shop 203.0.113.9:4711 10.0.1.9:8080 0.1 0.2 0.3 200 200 0 29"
                    + " \"GET http://shop.example.com:80/x HTTP/1.1\" \"sqlmap/1.8\" - -";
    private static final String NLB =
            "tls 2.0 2026-11-20T08:03:11 net/edge/c6e7 g3d4 203.0.113.9:51341 198.51.100.1:443 5 2"
                    + " 98 246 - - - - tlsv12 - api.example.com - - - -";
    private static final String S3 =
            "0123456789abcdef".repeat(4)
                    + " reports [20/Nov/2026:08:03:11 +0000] 203.0.113.9 - R1 REST.GET.OBJECT a.txt"
                    + " \"GET /a.txt HTTP/1.1\" 200 - 113 113 7 5 \"-\" \"sqlmap/1.8\" -";
    private static final String CLOUDFRONT =
            "{\"date\":\"2026-11-20\",\"time\":\"08:03:11\",\"x-edge-location\":\"FRA50-C1\","
                    + "\"c-ip\":\"203.0.113.9\",\"cs(User-Agent)\":\"sqlmap/1.8\"}";
    private static final String CLOUDFRONT_TEXT =
            "#Fields: date time x-edge-location c-ip cs(User-Agent)\n"
                    + "2026-11-20\t08:03:11\tFRA50-C1\t203.0.113.9\tsqlmap/1.8\n";
    private static final String WAF =
            "{\"timestamp\":1795161791123,\"webaclId\":\"arn:aws:wafv2:eu-west-1:111122223333:"
                    + "regional/webacl/shop/a1\",\"action\":\"BLOCK\",\"httpSourceName\":\"ALB\","
                    + "\"httpRequest\":{\"clientIp\":\"203.0.113.9\",\"uri\":\"/x\","
                    + "\"headers\":[{\"name\":\"User-Agent\",\"value\":\"sqlmap/1.8\"}]}}";
    private static final String RESOLVER =
            "{\"query_timestamp\":\"2026-11-20T08:03:11Z\",\"query_name\":\"x.bad.example.\","
                    + "\"query_type\":\"TXT\",\"vpc_id\":\"vpc-1\",\"srcaddr\":\"10.0.1.9\"}";
    private static final String EKS =
            "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"a-1\","
                    + "\"stage\":\"ResponseComplete\",\"verb\":\"create\","
                    + "\"requestURI\":\"/api/v1/namespaces/default/pods/web/exec\","
                    + "\"user\":{\"username\":\"jo\"},\"sourceIPs\":[\"203.0.113.9\"],"
                    + "\"objectRef\":{\"resource\":\"pods\",\"subresource\":\"exec\"},"
                    + "\"requestReceivedTimestamp\":\"2026-11-20T08:03:11.123456Z\"}";
    private static final String GUARDDUTY =
            "{\"accountId\":\"111122223333\",\"region\":\"eu-west-1\",\"id\":\"f1\","
                    + "\"arn\":\"arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/f1\","
                    + "\"type\":\"Recon:EC2/Portscan\",\"severity\":8,\"service\":{},"
                    + "\"resource\":{\"resourceType\":\"Instance\","
                    + "\"instanceDetails\":{\"instanceId\":\"i-1\"}},"
                    + "\"updatedAt\":\"2026-11-20T08:05:00Z\"}";
    private static final String SECURITYHUB =
            "{\"SchemaVersion\":\"2018-10-08\",\"Id\":\"f-2\",\"AwsAccountId\":\"111122223333\","
                    + "\"ProductArn\":\"arn:aws:securityhub:eu-west-1::product/aws/securityhub\","
                    + "\"UpdatedAt\":\"2026-11-20T08:05:00Z\",\"Title\":\"t\","
                    + "\"Severity\":{\"Label\":\"HIGH\"},\"RecordState\":\"ACTIVE\"}";

    private static final List<String> ALL =
            List.of(
                    ALB,
                    CLASSIC,
                    NLB,
                    S3,
                    CLOUDFRONT,
                    CLOUDFRONT_TEXT,
                    WAF,
                    RESOLVER,
                    EKS,
                    GUARDDUTY,
                    SECURITYHUB);

    @ParameterizedTest
    @CsvSource({
        "waf, httpRequest.headers.value: sqlmap*, 6",
        "elb, user_agent: sqlmap*, 0 1",
        "elb, domain_name: api.example.com, 2",
        "s3access, useragent: sqlmap*, 3",
        "cloudfront, cs(User-Agent): sqlmap*, 4 5",
        "route53, query_name|endswith: .bad.example., 7",
        "dns, query_type: TXT, 7",
        "eks, objectRef.subresource: exec, 8",
        "guardduty, severity|gte: 7, 9",
        "securityhub, Severity.Label: HIGH, 10"
    })
    void aRuleReadsItsLogByTheNamesOfTheLog(String service, String selection, String matching) {
        RuleSet rules = RuleSet.compile(List.of(rule(service, selection)));

        StringBuilder matched = new StringBuilder();
        for (int i = 0; i < ALL.size(); i++) {
            if (!rules.match(event(ALL.get(i))).isEmpty()) {
                matched.append(matched.isEmpty() ? "" : " ").append(i);
            }
        }

        assertThat(matched.toString()).isEqualTo(matching);
    }

    @Test
    void rulesOfLogsThatShareATableDoNotSeeEachOther() {
        RuleSet rules =
                RuleSet.compile(
                        List.of(any("waf"), any("elb"), any("s3access"), any("cloudfront")));

        assertThat(ids(rules, ALB)).containsExactly("any-elb");
        assertThat(ids(rules, WAF)).containsExactly("any-waf");
        assertThat(ids(rules, S3)).containsExactly("any-s3access");
        assertThat(ids(rules, CLOUDFRONT_TEXT)).containsExactly("any-cloudfront");
    }

    @Test
    void aFindingNamesWhoItIsAbout() {
        assertThat(finding("elb", ALB))
                .extracting(Finding::entityType, Finding::entity, Finding::message)
                .containsExactly(
                        "ip",
                        "203.0.113.9",
                        "203.0.113.9 asked GET http://shop.example.com:80/x of"
                                + " app/web/50dc6c495c0c9188: 200");
        assertThat(finding("elb", NLB).message())
                .isEqualTo("203.0.113.9 connected to net/edge/c6e7");
        assertThat(finding("route53", RESOLVER).message())
                .isEqualTo("10.0.1.9 asked for TXT x.bad.example: -");
        assertThat(finding("eks", EKS))
                .extracting(Finding::entityType, Finding::entity, Finding::message)
                .containsExactly(
                        "user",
                        "jo",
                        "jo did create /api/v1/namespaces/default/pods/web/exec from"
                                + " 203.0.113.9");
        assertThat(finding("guardduty", GUARDDUTY))
                .extracting(
                        Finding::entityType, Finding::entity, Finding::account, Finding::message)
                .containsExactly(
                        "resource", "i-1", "111122223333", "Amazon GuardDuty: Recon:EC2/Portscan");
    }

    private static Finding finding(String service, String content) {
        DecodedEvent event = event(content);
        RuleSet rules = RuleSet.compile(List.of(any(service)));
        List<SigmaRule> matched = rules.match(event);
        assertThat(matched).hasSize(1);
        Finding finding = RuleFindings.finding(matched.get(0), event);
        assertThat(finding.evidence()).containsExactly(event.event().key());
        return finding;
    }

    private static List<String> ids(RuleSet rules, String content) {
        return rules.match(event(content)).stream().map(SigmaRule::id).toList();
    }

    private static DecodedEvent event(String content) {
        return Decodings.one(content);
    }

    /** A rule that holds for every event of its log. */
    private static SigmaRule any(String service) {
        return RuleSamples.parsed(
                RuleSamples.rule("any-" + service, "s:\n  no_such_field: x\ncondition: not s\n")
                        .replace("service: cloudtrail", "service: " + service));
    }

    private static SigmaRule rule(String service, String selection) {
        return RuleSamples.parsed(
                RuleSamples.rule("rule-" + service, "s:\n  " + selection + "\ncondition: s\n")
                        .replace("service: cloudtrail", "service: " + service));
    }
}
