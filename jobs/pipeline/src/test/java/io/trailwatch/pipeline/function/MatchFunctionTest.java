package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import java.time.Instant;
import java.util.Map;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class MatchFunctionTest {
    private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");
    private static final String RULE =
            """
            title: Sign-in
            id: 6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c09
            status: test
            description: Any sign-in.
            author: Trailwatch
            date: 2026-11-21
            logsource:
                category: application
            detection:
                selection:
                    type: auth.sign_in
                condition: selection
            level: low
            """;

    @Test
    void anEventThatBreaksMatchingIsQuarantinedAndTheNextOneIsMatched() throws Exception {
        RuleSet rules = RuleSet.compile(RuleLoader.parse("rule.yml", RULE).orThrow());
        try (var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(new MatchFunction(rules)))) {
            harness.open();
            harness.processElement(event("broken", "no JSON at all"), 0);
            harness.processElement(event("good", "{\"type\":\"auth.sign_in\"}"), 0);

            assertThat(harness.extractOutputValues())
                    .extracting(enriched -> enriched.decoded().event().key())
                    .containsExactly("app/good");
            assertThat(harness.getSideOutput(Side.QUARANTINE))
                    .singleElement()
                    .satisfies(
                            record -> {
                                assertThat(record.getValue().stage()).isEqualTo("match");
                                assertThat(record.getValue().detail()).contains("matching failed");
                            });
            assertThat(harness.getSideOutput(Side.FINDINGS))
                    .singleElement()
                    .satisfies(
                            record ->
                                    assertThat(record.getValue().evidence())
                                            .containsExactly("app/good"));
        }
    }

    private static EnrichedEvent event(String id, String raw) {
        LogEvent event =
                new LogEvent(
                        LogKind.APP_EVENT,
                        "app/" + id,
                        0,
                        "json",
                        new Origin("file", "", "0", 0, 0, T0),
                        Provenance.NONE,
                        false,
                        new byte[0]);
        AppEvent app =
                new AppEvent(
                        id,
                        T0,
                        "auth.sign_in",
                        "eve",
                        null,
                        "198.51.100.4",
                        null,
                        "failure",
                        Map.of(),
                        raw);
        return new EnrichedEvent(new DecodedEvent(event, app), IpContext.EMPTY, IpContext.EMPTY);
    }
}
