package io.trailwatch.pipeline.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.rule.RuleSetting;
import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.event.RawRecord;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DetectionTopologyITCase {
    private static final List<TableLayout> RESULTS =
            List.of(
                    Tables.CLOUD_TRAIL,
                    Tables.VPC_FLOW,
                    Tables.APP_EVENTS,
                    Tables.FINDINGS,
                    Tables.FINDINGS_DRY_RUN,
                    Tables.QUARANTINE);

    @Test
    void everyEventEndsInOneRowAndTheLedgerSaysSo() throws Exception {
        InMemoryEnds run = InMemoryEnds.replay(Logs.records(), List.of(), 2, Logs.settings());

        assertThat(run.rows(Tables.CLOUD_TRAIL)).hasSize(Logs.CLOUDTRAIL_EVENTS);
        assertThat(run.strings(Tables.CLOUD_TRAIL, "event_key"))
                .doesNotHaveDuplicates()
                .contains(Logs.key("call-stop"), Logs.key("call-refused-11"));
        assertThat(run.rows(Tables.VPC_FLOW)).hasSize(Logs.FLOW_RECORDS);
        assertThat(run.rows(Tables.APP_EVENTS)).hasSize(Logs.APP_EVENTS);
        assertThat(run.strings(Tables.QUARANTINE, "source")).containsExactly("noise.bin");

        long written = Logs.CLOUDTRAIL_EVENTS + Logs.FLOW_RECORDS + Logs.APP_EVENTS;
        assertThat(run.sum(Tables.LEDGER, "received")).isEqualTo(written + 10 + 1);
        assertThat(run.sum(Tables.LEDGER, "written")).isEqualTo(written);
        assertThat(run.sum(Tables.LEDGER, "deduplicated")).isEqualTo(10);
        assertThat(run.sum(Tables.LEDGER, "quarantined")).isEqualTo(1);
    }

    @Test
    void findsWhatThereIsToFind() throws Exception {
        InMemoryEnds run = InMemoryEnds.replay(Logs.records(), List.of(), 2, Logs.settings());

        assertThat(run.strings(Tables.FINDINGS, "rule_id"))
                .containsExactlyInAnyOrder(
                        "6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c01",
                        "6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c02",
                        "6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c03",
                        "trailwatch-denied-calls",
                        "trailwatch-port-scan-vertical",
                        "trailwatch-credential-stuffing");
        assertThat(run.strings(Tables.FINDINGS, "entity"))
                .containsExactlyInAnyOrder(
                        "arn:aws:iam::111122223333:user/alice",
                        "arn:aws:iam::111122223333:user/mallory",
                        "203.0.113.9",
                        "203.0.113.9",
                        "user-0",
                        "user-12");
    }

    @Test
    void findingsSevereEnoughAreAlsoAlerts() throws Exception {
        InMemoryEnds run = InMemoryEnds.stream(Logs.records(), 2, Logs.settings());

        List<String> severe =
                run.rows(Tables.FINDINGS).stream()
                        .filter(
                                row ->
                                        List.of("high", "critical")
                                                .contains(
                                                        row.getString(
                                                                        Tables.FINDINGS.indexOf(
                                                                                "severity"))
                                                                .toString()))
                        .map(row -> row.getString(Tables.FINDINGS.indexOf("id")).toString())
                        .sorted()
                        .toList();
        assertThat(severe).isNotEmpty().hasSizeLessThan(run.rows(Tables.FINDINGS).size());
        assertThat(run.alertIds()).isEqualTo(severe);
    }

    @Test
    void neitherOrderNorParallelismChangesAnyRowOrFinding() throws Exception {
        InMemoryEnds expected = InMemoryEnds.replay(Logs.records(), List.of(), 1, Logs.settings());
        for (int seed = 0; seed < 3; seed++) {
            List<RawRecord> shuffled = new ArrayList<>(Logs.records());
            Collections.shuffle(shuffled, new Random(seed));
            InMemoryEnds run =
                    InMemoryEnds.replay(shuffled, List.of(), 1 + seed % 2, Logs.settings());
            for (TableLayout table : RESULTS) {
                assertThat(run.fingerprints(table))
                        .as("%s, seed %d", table.name(), seed)
                        .isEqualTo(expected.fingerprints(table));
            }
        }
    }

    @Test
    void theStreamGivesTheRowsAndFindingsOfTheReplay() throws Exception {
        InMemoryEnds replay = InMemoryEnds.replay(Logs.records(), List.of(), 2, Logs.settings());
        InMemoryEnds stream = InMemoryEnds.stream(Logs.records(), 2, Logs.settings());

        for (TableLayout table : RESULTS) {
            assertThat(stream.fingerprints(table))
                    .as(table.name())
                    .isEqualTo(replay.fingerprints(table));
        }
        assertThat(stream.sum(Tables.LEDGER, "received"))
                .isEqualTo(
                        stream.sum(Tables.LEDGER, "written")
                                + stream.sum(Tables.LEDGER, "quarantined")
                                + stream.sum(Tables.LEDGER, "deduplicated"));
    }

    @Test
    void whatTheLakeHoldsIsDetectedOnButNotWrittenAgain() throws Exception {
        InMemoryEnds run =
                InMemoryEnds.replay(
                        Logs.records(), List.of(Logs.key("call-stop")), 2, Logs.settings());

        assertThat(run.strings(Tables.CLOUD_TRAIL, "event_key"))
                .hasSize(Logs.CLOUDTRAIL_EVENTS - 1)
                .doesNotContain(Logs.key("call-stop"));
        assertThat(run.strings(Tables.FINDINGS, "entity"))
                .contains("arn:aws:iam::111122223333:user/alice");
        assertThat(run.sum(Tables.LEDGER, "deduplicated")).isEqualTo(10 + 1);
    }

    @Test
    void dryRunsHaveTheirOwnTableAndNoAlertAndWhatIsDisabledIsNotFound() throws Exception {
        DetectionSettings settings = Logs.settings(tried());
        InMemoryEnds replay = InMemoryEnds.replay(Logs.records(), List.of(), 2, settings);
        InMemoryEnds stream = InMemoryEnds.stream(Logs.records(), 2, settings);

        for (InMemoryEnds run : List.of(replay, stream)) {
            assertThat(run.strings(Tables.FINDINGS_DRY_RUN, "rule_id"))
                    .containsExactlyInAnyOrder(
                            "6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c01",
                            "trailwatch-port-scan-vertical");
            assertThat(run.strings(Tables.FINDINGS, "rule_id"))
                    .containsExactly("trailwatch-denied-calls");
            assertThat(run.alertIds())
                    .doesNotContainAnyElementsOf(run.strings(Tables.FINDINGS_DRY_RUN, "id"));
        }
        assertThat(stream.fingerprints(Tables.FINDINGS_DRY_RUN))
                .isEqualTo(replay.fingerprints(Tables.FINDINGS_DRY_RUN));
    }

    @Test
    void aReplayAddsNoDryRunTwiceAndTheFindingMadeInEarnestIsAnother() throws Exception {
        List<String> stored =
                InMemoryEnds.replay(Logs.records(), List.of(), 2, Logs.settings(tried()))
                        .strings(Tables.FINDINGS_DRY_RUN, "id");

        InMemoryEnds again =
                InMemoryEnds.replayOver(stored, Logs.records(), Logs.settings(tried()));
        assertThat(again.rows(Tables.FINDINGS_DRY_RUN)).isEmpty();
        assertThat(again.rows(Tables.FINDINGS)).hasSize(1);

        InMemoryEnds inEarnest = InMemoryEnds.replayOver(stored, Logs.records(), Logs.settings());
        assertThat(inEarnest.strings(Tables.FINDINGS, "id")).containsAll(stored);
    }

    private static RuleSet tried() {
        return RuleSet.compile(
                new RuleCollection(
                        RuleLoader.parse("test.yml", Logs.TRAIL_STOPPED).orThrow().rules(),
                        List.of(),
                        List.of(),
                        List.of(
                                setting("6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c01", Mode.DRY_RUN),
                                setting("trailwatch-port-scan-vertical", Mode.DRY_RUN),
                                setting("trailwatch-credential-stuffing", Mode.DISABLED))));
    }

    private static RuleSetting setting(String rule, Mode mode) {
        return new RuleSetting(List.of(rule), List.of(), mode, "being tried", null);
    }
}
