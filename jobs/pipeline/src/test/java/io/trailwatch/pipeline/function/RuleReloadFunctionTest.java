package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.pipeline.rules.RuleFolder;
import io.trailwatch.pipeline.rules.RuleLocation;
import io.trailwatch.pipeline.rules.RuleTexts;
import io.trailwatch.pipeline.rules.RuleUpdate;
import io.trailwatch.pipeline.rules.Rules;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleReloadFunctionTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    @TempDir Path folder;
    private RuleFolder rules;

    @BeforeEach
    void readsTheFolder() {
        rules = new RuleFolder(RuleLocation.of(folder.toString()));
    }

    @Test
    void changesBreaksDeletionsAndReturnsGiveTheRulesInForce() throws Exception {
        try (var harness = harness(Map.of())) {
            harness.open();

            write("a.yml", Rules.rule(1, "StopLogging"));
            look(harness);
            assertThat(last(harness).texts()).containsOnlyKeys("a.yml");

            write("b.yml", Rules.rule(2, "DeleteTrail"));
            look(harness);
            assertThat(last(harness).texts()).containsOnlyKeys("a.yml", "b.yml");

            write("a.yml", Rules.broken(1, "StopLogging"));
            look(harness);
            assertThat(harness.extractOutputValues()).hasSize(2);

            Files.delete(folder.resolve("b.yml"));
            look(harness);
            assertThat(last(harness).texts())
                    .containsOnly(Map.entry("a.yml", Rules.rule(1, "StopLogging")));

            write("a.yml", Rules.rule(1, "UpdateTrail"));
            write("b.yml", Rules.rule(2, "DeleteTrail"));
            look(harness);
            assertThat(last(harness).texts())
                    .containsOnly(
                            Map.entry("a.yml", Rules.rule(1, "UpdateTrail")),
                            Map.entry("b.yml", Rules.rule(2, "DeleteTrail")));
        }
    }

    @Test
    void aRefusalIsOneRowWithTextAndProblemUntilItChanges() throws Exception {
        try (var harness = harness(Map.of())) {
            harness.setProcessingTime(NOW.toEpochMilli());
            harness.open();
            write("a.yml", Rules.broken(1, "StopLogging"));
            look(harness);
            write("b.yml", Rules.rule(2, "DeleteTrail"));
            look(harness);

            assertThat(quarantined(harness))
                    .singleElement()
                    .satisfies(
                            piece -> {
                                assertThat(piece.stage()).isEqualTo("rules");
                                assertThat(piece.reason()).isEqualTo(RejectReason.REFUSED_RULE);
                                assertThat(piece.detail()).contains("a.yml").contains("nonsense");
                                assertThat(new String(piece.payload(), StandardCharsets.UTF_8))
                                        .isEqualTo(Rules.broken(1, "StopLogging"));
                                assertThat(piece.origin().source()).isEqualTo(folder + "/a.yml");
                                assertThat(piece.origin().arrivalTime()).isEqualTo(NOW);
                            });

            write("a.yml", Rules.broken(1, "UpdateTrail"));
            look(harness);
            assertThat(quarantined(harness))
                    .extracting(Quarantined::id)
                    .hasSize(2)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aFileOfManyProblemsGivesABoundedNumberOfRowsOfABoundedSize() throws Exception {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < RuleReloadFunction.MAX_ROWS_OF_FILE + 5; i++) {
            many.append(Rules.broken(i, "StopLogging")).append("---\n");
        }
        many.append("# ").append("x".repeat(RuleReloadFunction.MAX_ROW_BYTES)).append("\n");
        try (var harness = harness(Map.of())) {
            harness.open();
            write("a.yml", many.toString());
            look(harness);

            assertThat(quarantined(harness))
                    .hasSize(RuleReloadFunction.MAX_ROWS_OF_FILE)
                    .allSatisfy(
                            piece -> {
                                assertThat(piece.payload())
                                        .hasSize(RuleReloadFunction.MAX_ROW_BYTES);
                                assertThat(piece.totalBytes()).isEqualTo(many.length());
                            });
        }
    }

    @Test
    void lastGoodTextsAndWhatWasToldSurviveARestore() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness(Map.of())) {
            harness.open();
            write("a.yml", Rules.rule(1, "StopLogging"));
            look(harness);
            write("a.yml", Rules.broken(1, "StopLogging"));
            look(harness);
            snapshot = harness.snapshot(1, 1);
        }
        // The job that starts anew finds only the broken text.
        try (var harness = harness(Map.of("a.yml", Rules.broken(1, "StopLogging")))) {
            harness.initializeState(snapshot);
            harness.open();
            look(harness);
            assertThat(harness.extractOutputValues()).isEmpty();
            assertThat(quarantined(harness)).isEmpty();

            write("b.yml", Rules.rule(2, "DeleteTrail"));
            look(harness);
            assertThat(last(harness).texts())
                    .containsEntry("a.yml", Rules.rule(1, "StopLogging"))
                    .containsKey("b.yml");
        }
    }

    @Test
    void rulesOfTheStartAreNoUpdate() throws Exception {
        write("a.yml", Rules.rule(1, "StopLogging"));
        try (var harness = harness(rules.read().texts())) {
            harness.open();
            look(harness);

            assertThat(harness.extractOutputValues()).isEmpty();
        }
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name), text);
    }

    private void look(OneInputStreamOperatorTestHarness<RuleTexts, RuleUpdate> harness)
            throws Exception {
        harness.processElement(rules.read(), 0);
    }

    private static RuleUpdate last(
            OneInputStreamOperatorTestHarness<RuleTexts, RuleUpdate> harness) {
        Iterator<RuleUpdate> updates = harness.extractOutputValues().iterator();
        RuleUpdate last = updates.next();
        while (updates.hasNext()) {
            last = updates.next();
        }
        return last;
    }

    private static List<Quarantined> quarantined(
            OneInputStreamOperatorTestHarness<RuleTexts, RuleUpdate> harness) {
        Queue<StreamRecord<Quarantined>> rows = harness.getSideOutput(Side.QUARANTINE);
        return rows == null ? List.of() : rows.stream().map(StreamRecord::getValue).toList();
    }

    private OneInputStreamOperatorTestHarness<RuleTexts, RuleUpdate> harness(
            Map<String, String> start) throws Exception {
        OneInputStreamOperatorTestHarness<RuleTexts, RuleUpdate> harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(
                                new RuleReloadFunction(Rules.reload(folder.toString(), start))));
        harness.setup(
                TypeInformation.of(RuleUpdate.class).createSerializer(new SerializerConfigImpl()));
        return harness;
    }
}
