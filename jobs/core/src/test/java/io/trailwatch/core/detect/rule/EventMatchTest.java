package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.detect.rule.Explanation.Kind;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Events on their whole way from the raw record, with what is known of their source address. */
class EventMatchTest {
    private static final IpContext SWEDEN =
            new IpContext("SE", "Lund", 64_500L, "Example Net", List.of("scanners", "tor"));
    private static final String CALL =
            """
            {"eventVersion":"1.11","eventTime":"2026-11-20T08:00:00Z","eventID":"e1",\
            "eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"eu-north-1",\
            "sourceIPAddress":"%s","recipientAccountId":"111122223333",\
            "userIdentity":{"type":"IAMUser","userName":"alice"},\
            "requestParameters":{"userName":"bob","tags":[{"key":"a"},{"key":"b"}]}}\
            """;
    private static final String SIGN_IN =
            """
            {"event_id":"1","time":"2026-11-20T08:00:00Z","type":"auth.sign_in","user":"alice",\
            "source_ip":"203.0.113.9","attributes":{"mfa":false,"device":{"os":"x"}},"beyond":[1]}\
            """;
    private static final String FLOW =
            "2 111122223333 eni-1 203.0.113.9 10.0.0.7 40000 22 6 5 300 1795161600 1795161660"
                    + " REJECT OK";

    static DecodedEvent decoded(String raw) {
        List<DecodedEvent> decoded = new ArrayList<>();
        Decoder decoder = new Decoder(DecodeLimits.DEFAULT);
        new Unwrapper(UnwrapSettings.DEFAULT)
                .unwrap(
                        RawRecord.of(
                                "test",
                                "",
                                "1",
                                Instant.EPOCH,
                                raw.getBytes(StandardCharsets.UTF_8)),
                        new Pieces() {
                            @Override
                            public void event(LogEvent event) {
                                decoder.decode(event)
                                        .route(
                                                decoded::add,
                                                (reason, detail) -> {
                                                    throw new AssertionError(detail);
                                                });
                            }

                            @Override
                            public void control(Origin origin, String what) {}

                            @Override
                            public void reject(Quarantined rejected) {
                                throw new AssertionError(rejected);
                            }
                        });
        assertThat(decoded).hasSize(1);
        return decoded.get(0);
    }

    private static SigmaRule rule(String logSource, String detection) {
        return RuleSamples.parsed(
                RuleSamples.rule("r", detection)
                        .replace("  product: aws\n  service: cloudtrail\n", logSource.indent(2)));
    }

    private static boolean matches(SigmaRule rule, String raw, IpContext source) {
        return !RuleSet.compile(List.of(rule)).match(decoded(raw), source).isEmpty();
    }

    private static boolean callMatches(String selection) {
        return matches(
                rule(
                        "product: aws\nservice: cloudtrail",
                        "s:\n" + selection.indent(2) + "condition: s\n"),
                CALL.formatted("203.0.113.9"),
                SWEDEN);
    }

    @Test
    void everyLogHasTheFieldsOfTheSourceAddress() {
        assertThat(callMatches("src_country: [NO, se]")).isTrue();
        assertThat(callMatches("src_country: NO")).isFalse();
        assertThat(callMatches("src_city: lund")).isTrue();
        assertThat(callMatches("src_asn: 64500")).isTrue();
        assertThat(callMatches("src_asn|gt: 64500")).isFalse();
        assertThat(callMatches("src_as_org|contains: example")).isTrue();
        assertThat(callMatches("src_threat_list: tor")).isTrue();
        assertThat(callMatches("src_threat_list|all: [tor, scanners]")).isTrue();
        assertThat(callMatches("src_threat_list: botnet")).isFalse();
        assertThat(callMatches("src_ip|cidr: 203.0.113.0/24")).isTrue();
        SigmaRule flow =
                rule(
                        "product: aws\nservice: vpcflow",
                        "s:\n  src_threat_list: tor\n  dstport: 22\ncondition: s\n");
        assertThat(matches(flow, FLOW, SWEDEN)).isTrue();
        assertThat(matches(flow, FLOW, IpContext.EMPTY)).isFalse();
        SigmaRule app =
                rule("category: application", "s:\n  src_country|exists: true\ncondition: s\n");
        assertThat(matches(app, SIGN_IN, SWEDEN)).isTrue();
        assertThat(matches(app, SIGN_IN, IpContext.EMPTY)).isFalse();
    }

    @Test
    void aServiceInPlaceOfTheAddressIsNoSourceAddress() {
        SigmaRule known =
                rule("product: aws\nservice: cloudtrail", "s:\n  src_ip: null\ncondition: not s\n");
        assertThat(matches(known, CALL.formatted("ec2.amazonaws.com"), IpContext.EMPTY)).isFalse();
        assertThat(matches(known, CALL.formatted("2001:db8::7"), IpContext.EMPTY)).isTrue();
    }

    @Test
    void applicationEventsAreSeenWholeWithoutParsingThemAgain() {
        for (String selection :
                List.of(
                        "type: AUTH.sign_in",
                        "attributes.mfa: false",
                        "attributes.device.os: X",
                        "attributes|contains: '\"mfa\":false'",
                        "time|startswith: 2026-11-20")) {
            assertThat(
                            matches(
                                    rule(
                                            "category: application",
                                            "s:\n  " + selection + "\ncondition: s\n"),
                                    SIGN_IN,
                                    IpContext.EMPTY))
                    .as(selection)
                    .isTrue();
        }
    }

    private static FilterRule filter(
            String id, List<String> rules, String detection, @Nullable Instant expires) {
        SigmaRule read = RuleSamples.parsed(RuleSamples.rule(id, detection));
        return new FilterRule(read.metadata(), read.logSource(), rules, read.condition(), expires);
    }

    @Test
    void filtersNarrowTheRulesTheyNameUntilTheyExpireByEventTime() {
        SigmaRule rule =
                rule(
                        "product: aws\nservice: cloudtrail",
                        "s:\n  eventName: CreateUser\ncondition: s\n");
        String notAlice = "f:\n  userIdentity.userName: alice\ncondition: not f\n";
        DecodedEvent event = decoded(CALL.formatted("203.0.113.9"));
        Instant eventTime = event.body().time();

        assertThat(filtered(rule, filter("f", List.of("r"), notAlice, null)).match(event))
                .isEmpty();
        assertThat(filtered(rule, filter("f", List.of(), notAlice, null)).match(event)).isEmpty();
        assertThat(filtered(rule, filter("f", List.of("other"), notAlice, null)).match(event))
                .containsExactly(rule);
        assertThat(
                        filtered(
                                        rule,
                                        filter(
                                                "f",
                                                List.of("r"),
                                                notAlice.replace("alice", "carol"),
                                                null))
                                .match(event))
                .containsExactly(rule);
        assertThat(
                        filtered(rule, filter("f", List.of("r"), notAlice, eventTime.plusMillis(1)))
                                .match(event))
                .isEmpty();
        assertThat(filtered(rule, filter("f", List.of("r"), notAlice, eventTime)).match(event))
                .containsExactly(rule);
    }

    private static RuleSet filtered(SigmaRule rule, FilterRule filter) {
        return RuleSet.compile(
                new RuleCollection(List.of(rule), List.of(), List.of(filter), List.of()));
    }

    @Test
    void explainsWhichPartsDecided() {
        SigmaRule rule =
                rule(
                        "product: aws\nservice: cloudtrail",
                        """
                        selection:
                          eventName: [DeleteUser, CreateUser]
                          requestParameters.tags.key: c
                        filter:
                          userIdentity.userName|endswith: ice
                        condition: selection and not filter
                        """);
        Explanation told =
                RuleSet.compile(List.of(rule))
                        .explain(rule, decoded(CALL.formatted("203.0.113.9")), IpContext.EMPTY);

        assertThat(told.kind()).isEqualTo(Kind.RULE);
        assertThat(told.holds()).isFalse();
        Explanation log = told.parts().get(0);
        assertThat(log.holds()).isTrue();
        assertThat(log.decisive()).isFalse();
        Explanation selection = told.parts().get(1).parts().get(0);
        assertThat(selection.text()).isEqualTo("selection");
        assertThat(selection.decisive()).isTrue();
        Explanation name = selection.parts().get(0).parts().get(0);
        assertThat(name.text()).isEqualTo("eventName");
        assertThat(name.wanted()).containsExactlyInAnyOrder("DeleteUser", "CreateUser");
        assertThat(name.found()).containsExactly("CreateUser");
        assertThat(name.holds()).isTrue();
        assertThat(name.decisive()).isFalse();
        Explanation tags = selection.parts().get(0).parts().get(1);
        assertThat(tags.wanted()).containsExactly("c");
        assertThat(tags.found()).containsExactly("a", "b");
        assertThat(tags.holds()).isFalse();
        assertThat(tags.decisive()).isTrue();
        Explanation not = told.parts().get(1).parts().get(1);
        assertThat(not.kind()).isEqualTo(Kind.NOT);
        assertThat(not.decisive()).isTrue();
        Explanation user = not.parts().get(0).parts().get(0);
        assertThat(user.text()).isEqualTo("userIdentity.userName|endswith");
        assertThat(user.wanted()).containsExactly("ice");
        assertThat(user.found()).containsExactly("alice");
        assertThat(user.holds()).isTrue();
        assertThat(user.decisive()).isTrue();
    }

    @Test
    void explainsThatAnotherLogIsNotRead() {
        SigmaRule rule =
                rule("product: aws\nservice: vpcflow", "s:\n  dstport: 22\ncondition: s\n");
        Explanation told =
                RuleSet.compile(List.of(rule))
                        .explain(rule, decoded(CALL.formatted("203.0.113.9")), IpContext.EMPTY);
        assertThat(told.holds()).isFalse();
        assertThat(told.parts())
                .singleElement()
                .satisfies(
                        log -> {
                            assertThat(log.wanted()).containsExactly("vpc-flow");
                            assertThat(log.found()).containsExactly("cloudtrail");
                        });
    }

    @Test
    void explainsFiltersAndTellsExpiredOnes() {
        SigmaRule rule =
                rule(
                        "product: aws\nservice: cloudtrail",
                        "s:\n  eventName: CreateUser\ncondition: s\n");
        String notAlice = "f:\n  userIdentity.userName: alice\ncondition: not f\n";
        DecodedEvent event = decoded(CALL.formatted("203.0.113.9"));
        Explanation filtered =
                filtered(rule, filter("calm", List.of("r"), notAlice, null))
                        .explain(rule, event, IpContext.EMPTY);
        assertThat(filtered.holds()).isFalse();
        assertThat(filtered.parts().get(2).text()).isEqualTo("filter calm");
        assertThat(filtered.parts().get(2).decisive()).isTrue();
        Explanation expired =
                filtered(rule, filter("calm", List.of("r"), notAlice, Instant.EPOCH))
                        .explain(rule, event, IpContext.EMPTY);
        assertThat(expired.holds()).isTrue();
        assertThat(expired.parts().get(2).text()).isEqualTo("filter calm (expired)");
    }
}
