package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.ledger.LedgerEntry;
import io.trailwatch.pipeline.rules.LinkedRules;
import io.trailwatch.pipeline.rules.RuleReload;
import io.trailwatch.pipeline.rules.RuleUpdate;
import io.trailwatch.pipeline.rules.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.Test;

class ReloadingDedupeFunctionTest {
    private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");
    private static final Duration TTL = Duration.ofHours(25);
    private static final int MAX_PARALLELISM = 8;
    private static final Map<String, String> ONE = Map.of("a.yml", Rules.rule(1, "StopLogging"));
    private static final Map<String, String> TWO =
            Map.of(
                    "a.yml", Rules.rule(1, "StopLogging"),
                    "b.yml", Rules.rule(2, "DeleteTrail"));
    private static final Map<String, String> THREE =
            Map.of("c.yml", Rules.rule(3, "PutEventSelectors"));

    @Test
    void anEventGetsTheRulesOfTheStartAndThenThoseOfTheLatestUpdate() throws Exception {
        try (var harness = harness(ONE, 1, 0)) {
            harness.open();
            harness.processElement(event("ct/1/a"), 0);
            harness.processBroadcastElement(update(TWO), 0);
            harness.processElement(event("ct/1/b"), 0);
            harness.processBroadcastElement(update(Map.of()), 0);
            harness.processElement(event("ct/1/c"), 0);

            assertThat(harness.extractOutputValues())
                    .extracting(ReloadingDedupeFunctionTest::ids)
                    .containsExactly(
                            List.of(Rules.id(1)), List.of(Rules.id(1), Rules.id(2)), List.of());
        }
    }

    @Test
    void rulesAreCompiledOncePerVersionAndSharedByTheEvents() throws Exception {
        try (var harness = harness(ONE, 1, 0)) {
            harness.open();
            harness.processElement(event("ct/1/a"), 0);
            harness.processBroadcastElement(update(ONE), 0);
            harness.processElement(event("ct/1/b"), 0);

            List<RuledEvent> out = harness.extractOutputValues();
            assertThat(out.get(1).rules()).isSameAs(out.get(0).rules());
        }
    }

    @Test
    void aRepeatIsBookedWhateverTheRules() throws Exception {
        try (var harness = harness(ONE, 1, 0)) {
            harness.open();
            harness.processElement(event("ct/1/a"), 0);
            harness.processBroadcastElement(update(TWO), 0);
            harness.processElement(event("ct/1/a"), 0);

            assertThat(harness.extractOutputValues()).hasSize(1);
            assertThat(harness.getSideOutput(Side.LEDGER))
                    .singleElement()
                    .extracting(record -> record.getValue())
                    .isEqualTo(LedgerEntry.empty("stream/shard", T0).withDeduplicated(1));
        }
    }

    @Test
    void afterARestoreTheRulesOfTheSnapshotHoldAndNotThoseOfTheStart() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness(ONE, 1, 0)) {
            harness.open();
            harness.processBroadcastElement(update(TWO), 0);
            harness.processElement(event("ct/1/a"), 0);
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness(THREE, 1, 0)) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(event("ct/1/a"), 0);
            harness.processElement(event("ct/1/b"), 0);

            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .satisfies(
                            ruled -> {
                                assertThat(ruled.event().key()).isEqualTo("ct/1/b");
                                assertThat(ids(ruled)).containsExactly(Rules.id(1), Rules.id(2));
                            });
        }
    }

    @Test
    void withoutAnUpdateBeforeTheSnapshotTheRulesOfTheNewStartHold() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness(ONE, 1, 0)) {
            harness.open();
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness(THREE, 1, 0)) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(event("ct/1/a"), 0);

            assertThat(harness.extractOutputValues())
                    .extracting(ReloadingDedupeFunctionTest::ids)
                    .containsExactly(List.of(Rules.id(3)));
        }
    }

    @Test
    void everySubtaskHasTheRulesAndItsKeysAfterARescale() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness(ONE, 1, 0)) {
            harness.open();
            harness.processBroadcastElement(update(TWO), 0);
            for (int i = 0; i < 20; i++) {
                harness.processElement(event("ct/1/" + i), 0);
            }
            snapshot = harness.snapshot(1, 1);
        }
        Set<Integer> used = new HashSet<>();
        List<RuledEvent> fresh = new ArrayList<>();
        for (int subtask = 0; subtask < 3; subtask++) {
            OperatorSubtaskState own =
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            snapshot, MAX_PARALLELISM, 1, 3, subtask);
            try (var harness = harness(THREE, 3, subtask)) {
                harness.initializeState(own);
                harness.open();
                for (int i = 0; i < 40; i++) {
                    LogEvent event = event("ct/1/" + i);
                    if (subtaskOf(event) == subtask) {
                        used.add(subtask);
                        harness.processElement(event, 0);
                    }
                }
                fresh.addAll(harness.extractOutputValues());
            }
        }
        assertThat(used).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(fresh).hasSize(20);
        assertThat(fresh)
                .extracting(ReloadingDedupeFunctionTest::ids)
                .containsOnly(List.of(Rules.id(1), Rules.id(2)));
    }

    private static int subtaskOf(LogEvent event) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                EventIdentity.of(event), MAX_PARALLELISM, 3);
    }

    private static List<String> ids(RuledEvent ruled) {
        return ruled.rules().rules().stream().map(SigmaRule::id).toList();
    }

    private static RuleUpdate update(Map<String, String> texts) {
        return new RuleUpdate(LinkedRules.link(false, texts).version(), texts);
    }

    private static KeyedBroadcastOperatorTestHarness<
                    EventIdentity, LogEvent, RuleUpdate, RuledEvent>
            harness(Map<String, String> start, int subtasks, int subtask) throws Exception {
        RuleReload reload = Rules.reload("rules", start);
        KeyedBroadcastOperatorTestHarness<EventIdentity, LogEvent, RuleUpdate, RuledEvent> harness =
                new KeyedBroadcastOperatorTestHarness<>(
                        new CoBroadcastWithKeyedOperator<>(
                                new ReloadingDedupeFunction(TTL, reload),
                                List.of(RuleUpdate.STATE)),
                        EventIdentity::of,
                        TypeInformation.of(EventIdentity.class),
                        MAX_PARALLELISM,
                        subtasks,
                        subtask);
        harness.setup(
                ChainedType.of(RuledEvent.class).createSerializer(new SerializerConfigImpl()));
        return harness;
    }

    private static LogEvent event(String key) {
        Origin origin = new Origin("stream", "shard", "1", 0, 0, T0);
        return new LogEvent(
                LogKind.CLOUDTRAIL, key, 1, "json", origin, Provenance.NONE, false, new byte[0]);
    }
}
