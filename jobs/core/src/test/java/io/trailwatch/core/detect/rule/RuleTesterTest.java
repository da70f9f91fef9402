package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.trailwatch.core.detect.rule.RuleTestResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleTesterTest {
    @TempDir Path folder;

    @BeforeEach
    void writeRule() throws IOException {
        Files.writeString(
                folder.resolve("one.yml"),
                RuleSamples.rule("one", "s:\n  requestParameters.a: 1\ncondition: s\n"));
    }

    private List<RuleTestResult> failures() {
        return RuleTester.test(folder).stream().filter(result -> !result.passed()).toList();
    }

    @Test
    void aRuleWithoutItsExampleFilesFails() {
        assertThat(failures())
                .extracting(RuleTestResult::detail)
                .containsExactly(
                        "the rule has no one.match.ndjson with an example in it",
                        "the rule has no one.miss.ndjson with an example in it");
    }

    @Test
    void everyExampleIsTriedAndNamedByItsLine() throws IOException {
        Files.writeString(
                folder.resolve("one.match.ndjson"),
                "{\"requestParameters\":{\"a\":1}}\n\n{\"requestParameters\":{\"a\":2}}\n");
        Files.writeString(
                folder.resolve("one.miss.ndjson"),
                "{\"requestParameters\":{\"a\":2}}\n"
                        + "nonsense\n"
                        + "{\"requestParameters\":{\"a\":\"1\"}}\n");
        assertThat(RuleTester.test(folder)).hasSize(5);
        assertThat(failures())
                .extracting(RuleTestResult::line, RuleTestResult::expected, RuleTestResult::actual)
                .containsExactly(
                        tuple(3, Outcome.MATCH, Outcome.MISS),
                        tuple(2, Outcome.MISS, Outcome.UNTESTABLE),
                        tuple(3, Outcome.MISS, Outcome.MATCH));
        assertThat(failures().get(0).detail())
                .isEqualTo("one.match.ndjson line 3 does not match the rule");
    }

    @Test
    void aRefusedRuleFails() throws IOException {
        Files.writeString(
                folder.resolve("one.yml"),
                RuleSamples.rule("one", "s:\n  requestParameters.a|expand: '%x%'\ncondition: s\n"));
        assertThat(failures())
                .singleElement()
                .satisfies(
                        result -> {
                            assertThat(result.ruleId()).isEqualTo("one");
                            assertThat(result.file()).isEqualTo("one.yml");
                            assertThat(result.detail()).contains("expand");
                        });
    }
}
