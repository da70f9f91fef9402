package io.trailwatch.core.detect.rule.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.trailwatch.core.detect.rule.example.RuleTestResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleTesterTest {
    private static final String FLOW_RULE =
            """
            title: Rejected
            id: flow
            logsource: {product: aws, service: vpcflow}
            detection:
              selection: {action: REJECT, dstport: 22}
              condition: selection
            """;

    @TempDir Path folder;

    @BeforeEach
    void writeRule() throws IOException {
        write("one.yml", rule("one", "s:\n  eventName: ListUsers\ncondition: s\n"));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static String call(String eventName) {
        return """
        {"eventVersion":"1.11","eventTime":"2026-11-20T08:00:12Z","eventID":"e-1",\
        "eventSource":"iam.amazonaws.com","eventName":"%s","awsRegion":"us-east-1",\
        "sourceIPAddress":"198.51.100.7","recipientAccountId":"111122223333",\
        "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice"}}
        """
                .formatted(eventName);
    }

    private static String flow(String action) {
        return """
        {"version":"2","account-id":"111122223333","interface-id":"eni-0a","srcaddr":"198.51.100.7",\
        "dstaddr":"10.0.0.4","srcport":"40000","dstport":"22","protocol":"6","packets":"1",\
        "bytes":"40","start":"1790000000","end":"1790000060","action":"%s","log-status":"OK"}
        """
                .formatted(action);
    }

    /** A CloudTrail rule with this detection, its lines not indented. */
    private static String rule(String id, String detection) {
        return """
        title: Sample %s
        id: %s
        logsource: {product: aws, service: cloudtrail}
        detection:
        %slevel: low
        """
                .formatted(id, id, detection.indent(2));
    }

    private List<RuleTestResult> failures() {
        return RuleTester.test(folder).stream().filter(result -> !result.passed()).toList();
    }

    @Test
    void aRuleWithoutItsExampleFilesFails() {
        assertThat(failures())
                .extracting(RuleTestResult::detail)
                .containsExactly(
                        "there is no example in one.match.ndjson",
                        "there is no example in one.miss.ndjson");
    }

    @Test
    void everyExampleIsTriedAndNamedByItsLine() throws IOException {
        write("one.match.ndjson", call("ListUsers") + "\n" + call("ListRoles"));
        write("one.miss.ndjson", call("ListRoles") + "nonsense\n" + call("ListUsers"));
        assertThat(RuleTester.test(folder)).hasSize(5);
        assertThat(failures())
                .extracting(RuleTestResult::line, RuleTestResult::expected, RuleTestResult::actual)
                .containsExactly(
                        tuple(3, Outcome.MATCH, Outcome.MISS),
                        tuple(2, Outcome.MISS, Outcome.UNTESTABLE),
                        tuple(3, Outcome.MISS, Outcome.MATCH));
        assertThat(failures().get(0).detail())
                .contains("the event does not match")
                .contains("fails: eventName wants 'ListUsers', the event has 'ListRoles'");
        assertThat(failures().get(2).detail())
                .startsWith("the event matches: alice called iam:ListUsers from 198.51.100.7");
    }

    @Test
    void anExampleThatNoDecoderReadsProvesNothing() throws IOException {
        write("one.match.ndjson", "{\"eventName\":\"ListUsers\"}");
        write("one.miss.ndjson", call("ListRoles").replace("2026-11-20T", "20 November "));
        assertThat(failures())
                .extracting(RuleTestResult::actual)
                .containsExactly(Outcome.UNTESTABLE, Outcome.UNTESTABLE);
        assertThat(failures().get(1).detail())
                .startsWith("the example cannot be")
                .contains("eventTime");
    }

    @Test
    void anExampleOfAnotherLogProvesNothing() throws IOException {
        write("one.match.ndjson", call("ListUsers"));
        write(
                "one.miss.ndjson",
                """
                {"event_id":"a-1","time":"2026-11-20T08:00:12Z","type":"login","user":"ann"}
                """);
        assertThat(failures())
                .singleElement()
                .satisfies(result -> assertThat(result.actual()).isEqualTo(Outcome.UNTESTABLE));
    }

    @Test
    void columnsOfAFlowRecordAreReadAsALineBelowItsHeader() throws IOException {
        Files.delete(folder.resolve("one.yml"));
        write("flow.yml", FLOW_RULE);
        write("flow.match.ndjson", flow("REJECT"));
        write("flow.miss.ndjson", flow("ACCEPT"));
        assertThat(RuleTester.test(folder))
                .extracting(RuleTestResult::actual)
                .containsExactly(Outcome.MATCH, Outcome.MISS);

        write("flow.miss.ndjson", flow("ACCEPT OK"));
        assertThat(failures())
                .singleElement()
                .satisfies(
                        result ->
                                assertThat(result.detail())
                                        .contains("'\"ACCEPT OK\"' in column action"));
    }

    private static String listing(String user, int minute) {
        return call("ListUsers")
                .replace("alice", user)
                .replace("e-1", user + minute)
                .replace("08:00:12", "08:%02d:12".formatted(minute));
    }

    private void writeCorrelation() throws IOException {
        Files.delete(folder.resolve("one.yml"));
        write(
                "burst.yml",
                rule("one", "s:\n  eventName: ListUsers\ncondition: s\n")
                        + """
                        ---
                        title: Burst
                        id: burst
                        correlation:
                          type: event_count
                          rules: one
                          group-by: [userIdentity.arn]
                          timespan: 10m
                          condition: {gte: 3}
                        level: high
                        """);
    }

    @Test
    void aCorrelationIsTriedOnSequencesAndProvesTheRuleBesideIt() throws IOException {
        writeCorrelation();
        String three = listing("ann", 1) + listing("ann", 2) + listing("ann", 3);
        write("burst.match.ndjson", three + "\n\n" + three.replace("ann", "bob"));
        write(
                "burst.miss.ndjson",
                listing("ann", 1) + listing("ann", 2) + "\n" + listing("ann", 9) + "\n");
        assertThat(RuleTester.test(folder))
                .extracting(RuleTestResult::ruleId, RuleTestResult::line, RuleTestResult::actual)
                .containsExactly(
                        tuple("burst", 1, Outcome.MATCH),
                        tuple("burst", 6, Outcome.MATCH),
                        tuple("burst", 1, Outcome.MISS),
                        tuple("burst", 4, Outcome.MISS));
    }

    @Test
    void aSequenceThatFailsTellsWhatCounted() throws IOException {
        writeCorrelation();
        String two = listing("ann", 1) + listing("ann", 2);
        write("burst.match.ndjson", two + call("ListRoles"));
        write("burst.miss.ndjson", two + listing("ann", 3));
        assertThat(failures()).hasSize(2);
        assertThat(failures().get(0).detail().lines())
                .containsExactly(
                        "the sequence gives no finding",
                        "2 events match 'Sample one'",
                        "no rule that counts matches the events of lines [3]");
        assertThat(failures().get(1).detail())
                .startsWith("the sequence gives a finding: ")
                .contains("3 events match 'Sample one'");
    }

    @Test
    void aRefusedRuleFails() throws IOException {
        write("one.yml", rule("one", "s:\n  a|unheard: 1\ncondition: s\n"));
        assertThat(failures())
                .singleElement()
                .satisfies(
                        result -> {
                            assertThat(result.ruleId()).isEqualTo("one");
                            assertThat(result.file()).isEqualTo("one.yml");
                            assertThat(result.detail()).contains("unheard");
                        });
    }
}
