package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleSetTest {
    private final RuleSet rules =
            RuleSet.compile(
                    List.of(
                            rule(
                                    "name",
                                    "s:\n  eventName: [CreateUser, DeleteUser]\ncondition: s\n"),
                            rule("source", "s:\n  eventSource: iam.amazonaws.com\ncondition: s\n"),
                            rule("general", "s:\n  eventName: 'Create*'\ncondition: s\n"),
                            rule(
                                    "either",
                                    "s:\n  eventName: CreateUser\nt:\n  requestParameters.a: 1\n"
                                            + "condition: s or t\n"),
                            rule("unless", "s:\n  eventName: CreateUser\ncondition: not s\n")));

    private static SigmaRule rule(String id, String detection) {
        return RuleSamples.parsed(RuleSamples.rule(id, detection));
    }

    private List<String> matching(String json) {
        return rules.match(RuleSamples.event(json), LogKind.CLOUDTRAIL).stream()
                .map(SigmaRule::id)
                .toList();
    }

    @Test
    void findsTheSameRulesThroughTheIndexAsWithoutIt() {
        assertThat(matching("{'eventName':'createuser','eventSource':'IAM.amazonaws.com'}"))
                .containsExactly("either", "general", "name", "source");
        assertThat(matching("{'eventName':'DeleteUser','eventSource':'x'}"))
                .containsExactly("name", "unless");
        assertThat(matching("{'eventName':['x','CreateUser']}"))
                .containsExactly("either", "general", "name");
        assertThat(matching("{'requestParameters':{'a':1}}")).containsExactly("either", "unless");
        assertThat(matching("{'eventName':null,'eventSource':null}")).containsExactly("unless");
    }

    @Test
    void asksOnlyTheRulesOfTheKindOfLog() {
        ObjectNode event = RuleSamples.event("{'eventName':'CreateUser'}");
        assertThat(rules.match(event, LogKind.VPC_FLOW)).isEmpty();
        assertThat(rules.match(event, LogKind.APP_EVENT)).isEmpty();
        assertThat(rules.match(event, LogKind.CLOUDTRAIL)).isNotEmpty();
    }

    @Test
    void anEventWithoutMatchGivesTheSharedEmptyList() {
        RuleSet one =
                RuleSet.compile(List.of(rule("x", "s:\n  requestParameters.a: 1\ncondition: s\n")));
        assertThat(
                        one.match(
                                RuleSamples.event("{'requestParameters':{'a':2}}"),
                                LogKind.CLOUDTRAIL))
                .isSameAs(List.of());
    }

    @Test
    void refusesTwoRulesWithOneId() {
        SigmaRule rule = rule("x", "s:\n  requestParameters.a: 1\ncondition: s\n");
        assertThatThrownBy(() -> RuleSet.compile(List.of(rule, rule)))
                .hasMessage("rule id 'x' is in sample.yml and in sample.yml");
    }

    @Test
    void matchesTheSameAfterSerialization() throws IOException, ClassNotFoundException {
        String detection =
                "s:\n"
                        + "  requestParameters.a|re: '^x+$'\n"
                        + "  requestParameters.b|cidr: 10.0.0.0/8\n"
                        + "  requestParameters.c: ['p*q*', r]\n"
                        + "  requestParameters.d|exists: true\n"
                        + "  requestParameters.e: null\n"
                        + "  requestParameters.f|fieldref: requestParameters.c\n"
                        + "  requestParameters.g: '*'\n"
                        + "k:\n"
                        + "  - word\n"
                        + "condition: s and not k\n";
        RuleSet before = RuleSet.compile(List.of(rule("x", detection)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(before);
        }
        RuleSet after;
        try (ObjectInputStream in =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            after = (RuleSet) in.readObject();
        }
        ObjectNode event =
                RuleSamples.event(
                        "{'requestParameters':{'a':'xx','b':'10.1.2.3','c':'R','d':0,'f':'r',"
                                + "'g':'h'},'eventName':'n'}");
        assertThat(after.match(event, LogKind.CLOUDTRAIL))
                .extracting(SigmaRule::id)
                .containsExactly("x");
        event.put("h", "a word");
        assertThat(after.match(event, LogKind.CLOUDTRAIL)).isEmpty();
    }
}
