package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.rule.RuleSetting;
import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.finding.Finding;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class MatchFunctionTest {
    private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ID = "6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c09";
    private static final String RULE =
            """
            title: Sign-in
            id: 6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c09
            status: test
            description: Any sign-in.
            author: Trailwatch
            date: 2026-11-21
            logsource:
                product: aws
                service: cloudtrail
            detection:
                selection:
                    eventName: ConsoleLogin
                condition: selection
            level: low
            """;

    @Test
    void anEventThatBreaksMatchingIsQuarantinedAndTheNextOneIsMatched() throws Exception {
        RuleSet rules = rules();
        try (var harness = harness()) {
            harness.open();
            harness.processElement(event(rules, "broken", new BrokenTree()), 0);
            harness.processElement(event(rules, "good", signIn("111122223333")), 0);

            assertThat(harness.extractOutputValues())
                    .extracting(enriched -> enriched.decoded().event().key())
                    .containsExactly("ct/good");
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
                                            .containsExactly("ct/good"));
        }
    }

    @Test
    void everyEventIsJudgedByTheRulesItCameWith() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processElement(event(RuleSet.compile(List.of()), "before", signIn("1")), 0);
            harness.processElement(event(rules(), "after", signIn("1")), 0);

            assertThat(findings(harness))
                    .extracting(Finding::evidence)
                    .containsExactly(List.of("ct/after"));
        }
    }

    @Test
    void aRuleIsTriedOrSilencedInTheAccountsThatItsSettingsName() throws Exception {
        RuleSet rules =
                rules(
                        new RuleSetting(
                                List.of(ID),
                                List.of("222"),
                                Mode.DRY_RUN,
                                "new",
                                T0.plusSeconds(1)),
                        new RuleSetting(List.of(ID), List.of("333"), Mode.DISABLED, "lab", null));
        try (var harness = harness()) {
            harness.open();
            harness.processElement(event(rules, "enabled", signIn("111")), 0);
            harness.processElement(event(rules, "tried", signIn("222")), 0);
            harness.processElement(event(rules, "silenced", signIn("333")), 0);

            assertThat(findings(harness))
                    .extracting(Finding::account, Finding::dryRun)
                    .containsExactly(tuple("111", false), tuple("222", true));
            assertThat(harness.extractOutputValues()).hasSize(3);
        }
    }

    private static List<Finding> findings(
            OneInputStreamOperatorTestHarness<EnrichedEvent, EnrichedEvent> harness) {
        return harness.getSideOutput(Side.FINDINGS).stream().map(StreamRecord::getValue).toList();
    }

    private static OneInputStreamOperatorTestHarness<EnrichedEvent, EnrichedEvent> harness()
            throws Exception {
        OneInputStreamOperatorTestHarness<EnrichedEvent, EnrichedEvent> harness =
                new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(new MatchFunction()));
        harness.setup(
                ChainedType.of(EnrichedEvent.class).createSerializer(new SerializerConfigImpl()));
        return harness;
    }

    private static RuleSet rules(RuleSetting... settings) {
        return RuleSet.compile(
                new RuleCollection(
                        RuleLoader.parse("rule.yml", RULE).orThrow().rules(),
                        List.of(),
                        List.of(),
                        List.of(settings)));
    }

    private static ObjectNode signIn(String account) {
        return JSON.createObjectNode()
                .put("eventSource", "signin.amazonaws.com")
                .put("eventName", "ConsoleLogin")
                .put("recipientAccountId", account);
    }

    private static EnrichedEvent event(RuleSet rules, String id, ObjectNode json) {
        LogEvent event =
                new LogEvent(
                        LogKind.CLOUDTRAIL,
                        "ct/" + id,
                        0,
                        "json",
                        new Origin("file", "", "0", 0, 0, T0),
                        Provenance.NONE,
                        false,
                        new byte[0]);
        CloudTrailEvent call =
                new CloudTrailEvent(json, T0, id, "signin.amazonaws.com", "ConsoleLogin", null);
        return new EnrichedEvent(
                new DecodedEvent(event, call), IpContext.EMPTY, IpContext.EMPTY, rules);
    }

    /** A tree that no code of ours expects. */
    private static final class BrokenTree extends ObjectNode {
        private static final long serialVersionUID = 1L;

        BrokenTree() {
            super(JsonNodeFactory.instance);
        }

        @Override
        public JsonNode get(String name) {
            throw new IllegalStateException("no field " + name);
        }

        @Override
        public JsonNode path(String name) {
            throw new IllegalStateException("no field " + name);
        }
    }
}
