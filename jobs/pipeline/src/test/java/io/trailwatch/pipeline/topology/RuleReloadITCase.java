package io.trailwatch.pipeline.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.event.RawRecord;
import io.trailwatch.pipeline.rules.LinkedRules;
import io.trailwatch.pipeline.rules.RuleReload;
import io.trailwatch.pipeline.rules.Rules;
import io.trailwatch.table.Tables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleReloadITCase {
    private static final Duration AT_MOST = Duration.ofSeconds(60);

    @TempDir Path folder;
    @TempDir Path savepoints;
    private final AtomicInteger sent = new AtomicInteger();
    private Path rules;

    @BeforeEach
    void makesTheFolder() throws Exception {
        rules = Files.createDirectory(folder.resolve("rules"));
    }

    @Test
    void rulesComeChangeBreakAndStayWhileTheJobRunsAndAfterARestore() throws Exception {
        Files.writeString(rules.resolve("a.yml"), Rules.rule(1, "StopLogging"));
        String savepoint;
        try (LiveJob job = LiveJob.start(settings(), Optional.empty())) {
            job.send(call("StopLogging"));
            awaitFindings(job, 1, 1);

            Files.writeString(rules.resolve("b.yml"), Rules.rule(2, "DeleteTrail"));
            awaitFindingOf(job, 2, "DeleteTrail");

            Files.writeString(rules.resolve("a.yml"), Rules.broken(1, "StopLogging"));
            await().atMost(AT_MOST)
                    .untilAsserted(
                            () ->
                                    assertThat(job.strings(Tables.QUARANTINE, "reason"))
                                            .containsExactly("REFUSED_RULE"));
            assertThat(job.strings(Tables.QUARANTINE, "detail"))
                    .singleElement()
                    .asString()
                    .contains("a.yml")
                    .contains("nonsense");
            job.send(call("StopLogging"));
            awaitFindings(job, 1, 2);

            savepoint = job.stopWithSavepoint(savepoints);
        }

        // What the next job could load at its start is gone, and so is the folder: the rules of
        // the savepoint hold.
        RuleReload empty = Rules.reload(folder.resolve("absent").toString(), Map.of());
        try (LiveJob job =
                LiveJob.start(
                        Logs.settings(RuleSet.compile(List.of()), empty), Optional.of(savepoint))) {
            job.send(call("StopLogging"));
            job.send(call("DeleteTrail"));
            awaitFindings(job, 1, 1);
            awaitFindings(job, 2, 1);
        }
    }

    @Test
    void aRuleIsTriedAndThenDeletedWhileTheJobRuns() throws Exception {
        Files.writeString(rules.resolve("a.yml"), Rules.rule(1, "StopLogging"));
        try (LiveJob job = LiveJob.start(settings(), Optional.empty())) {
            Files.writeString(rules.resolve("trial.yml"), Rules.setting(Rules.id(1), "dry-run"));
            await().atMost(AT_MOST)
                    .until(
                            () -> {
                                job.send(call("StopLogging"));
                                return !job.strings(Tables.FINDINGS_DRY_RUN, "id").isEmpty();
                            });
            assertThat(job.strings(Tables.FINDINGS_DRY_RUN, "rule_id")).containsOnly(Rules.id(1));
            // Those made in earnest before the trial began; no other may be sent.
            assertThat(job.alertIds())
                    .doesNotContainAnyElementsOf(job.strings(Tables.FINDINGS_DRY_RUN, "id"));

            Files.delete(rules.resolve("a.yml"));
            Files.delete(rules.resolve("trial.yml"));
            Files.writeString(rules.resolve("b.yml"), Rules.rule(2, "DeleteTrail"));
            awaitFindingOf(job, 2, "DeleteTrail");
            int before = of(job, 1);
            job.send(call("StopLogging"));
            job.awaitNormalised(sent.get());
            assertThat(of(job, 1)).isEqualTo(before);
        }
    }

    private static int of(LiveJob job, int rule) {
        return count(job, rule)
                + (int)
                        job.strings(Tables.FINDINGS_DRY_RUN, "rule_id").stream()
                                .filter(Rules.id(rule)::equals)
                                .count();
    }

    private static int count(LiveJob job, int rule) {
        return (int)
                job.strings(Tables.FINDINGS, "rule_id").stream()
                        .filter(Rules.id(rule)::equals)
                        .count();
    }

    private void awaitFindings(LiveJob job, int rule, int findings) {
        await().atMost(AT_MOST)
                .untilAsserted(() -> assertThat(count(job, rule)).isEqualTo(findings));
    }

    /** Sends calls until one of them meets the rule. */
    private void awaitFindingOf(LiveJob job, int rule, String eventName) {
        await().atMost(AT_MOST)
                .until(
                        () -> {
                            job.send(call(eventName));
                            return count(job, rule) > 0;
                        });
    }

    private RawRecord call(String name) {
        int number = sent.incrementAndGet();
        return Logs.oneCall(
                "call-" + number, Logs.T0.plusSeconds(number), "alice", "cloudtrail", name);
    }

    private DetectionSettings settings() throws Exception {
        Map<String, String> start = Map.of("a.yml", Files.readString(rules.resolve("a.yml")));
        return Logs.settings(
                RuleSet.compile(LinkedRules.link(false, start).collection()),
                Rules.reload(rules.toString(), start));
    }
}
