package io.trailwatch.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.core.detect.window.CredentialStuffing;
import io.trailwatch.core.detect.window.SignIn;
import io.trailwatch.core.detect.window.Step;
import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.event.LogEvent;
import io.trailwatch.finding.Finding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Detections that were written for our own events hold for those that AWS writes. */
class ForeignSignInTest {
    private static final long T0_MILLIS = 1_795_161_600_000L;

    @Test
    void stolenPasswordsTriedOnAUserPoolAreACredentialStuffing() {
        List<String> log = new ArrayList<>();
        for (int user = 0; user < 10; user++) {
            log.add(signIn(user, "victim-" + user, "Fail"));
        }
        log.add(signIn(10, "in-progress", "InProgress"));
        log.add(signIn(11, "unlucky", "Pass"));

        CredentialStuffing detector = new CredentialStuffing();
        CredentialStuffing.State state = detector.empty();
        List<Finding> findings = new ArrayList<>();
        for (DecodedEvent event : decoded(String.join("\n", log))) {
            SignIn signIn = detector.feature(event).orElse(null);
            if (signIn != null) {
                Step<CredentialStuffing.State> step = detector.advance(state, signIn);
                state = step.state();
                findings.addAll(step.findings());
            }
        }

        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).entity()).isEqualTo("unlucky");
        assertThat(findings.get(0).message())
                .startsWith("198.51.100.7 signed in as unlucky after failing as 10 other users");
        assertThat(findings.get(0).evidence())
                .contains("cog/pool/event-0/Fail/" + T0_MILLIS)
                .hasSize(11);
    }

    @Test
    void aRuleSeesTheEnvelopeAndStepsIntoImages() {
        String promoted =
                """
                {"awsRegion":"eu-west-1","eventID":"e-1","eventName":"MODIFY","tableName":"members","eventSource":"aws:dynamodb",
                 "dynamodb":{"ApproximateCreationDateTime":1795161600123,"Keys":{"id":{"S":"m-1"}},
                 "OldImage":{"role":{"S":"user"}},"NewImage":{"role":{"S":"admin"},"by":{"M":{"name":{"S":"eve"}}}}}}
                """;
        String failed = signIn(0, "ada", "Fail");

        assertThat(
                        matched(
                                "{type: dynamodb.modify, attributes.table: members,"
                                        + " attributes.changed_fields: role,"
                                        + " attributes.new_image.role: admin,"
                                        + " attributes.new_image.by.name: eve}",
                                promoted))
                .isTrue();
        assertThat(matched("{attributes.new_image.role: user}", promoted)).isFalse();
        assertThatThrownBy(() -> matched("{tableName: members}", promoted))
                .hasMessageContaining("'tableName' is no field of this log");
        assertThat(
                        matched(
                                "{type: auth.sign_in, user: ada, source_ip: 198.51.100.7,"
                                        + " outcome: failure, event_id: event-0,"
                                        + " attributes.riskDecision: NO_RISK}",
                                failed))
                .isTrue();
        assertThat(matched("{outcome: success}", failed)).isFalse();
    }

    @Test
    void aRuleSeesAnEventOfOurOwnAsItsApplicationWroteIt() {
        String own =
                "{\"event_id\":\"e\",\"time\":\"2026-11-20T08:00:00Z\",\"type\":\"a.b\","
                        + "\"attributes\":{\"n\":{\"m\":1}}}";

        assertThat(matched("{attributes.n.m: 1}", own)).isTrue();
    }

    private static boolean matched(String selection, String text) {
        List<SigmaRule> rules =
                RuleLoader.parse(
                                "rule.yml",
                                """
                                title: T
                                id: 6f2d8c1e-0000-4000-8000-000000000002
                                author: Ann Author
                                level: medium
                                logsource: {category: application}
                                detection: {selection: %s, condition: selection}
                                """
                                        .formatted(selection))
                        .orThrow()
                        .rules();
        List<DecodedEvent> events = decoded(text);
        assertThat(events).hasSize(1);
        return !RuleSet.compile(rules).match(events.get(0)).isEmpty();
    }

    private static String signIn(int number, String user, String response) {
        return """
        {"eventTimestamp":"%d","eventSource":"USER_AUTH_EVENTS","logLevel":"INFO","message":{"eventId":"event-%d",\
        "eventType":"SignIn","userName":"%s","userPoolId":"pool","eventResponse":"%s","riskDecision":"NO_RISK",\
        "ipAddress":"198.51.100.7"}}\
        """
                .formatted(T0_MILLIS + number * 1_000L, number, user, response);
    }

    private static List<DecodedEvent> decoded(String text) {
        Decoder decoder = new Decoder(DecodeLimits.DEFAULT);
        List<DecodedEvent> events = new ArrayList<>();
        for (LogEvent event : Unwrapped.of(text).events) {
            Decoded<DecodedEvent> decoded = decoder.decode(event);
            assertThat(decoded).isInstanceOf(Decoded.Accepted.class);
            events.add(((Decoded.Accepted<DecodedEvent>) decoded).value());
        }
        return events;
    }
}
