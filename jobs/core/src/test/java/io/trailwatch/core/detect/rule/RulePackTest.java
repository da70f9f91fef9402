package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.rule.example.RuleTestResult;
import io.trailwatch.core.detect.rule.example.RuleTester;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Our own rules: each keeps its promises about examples and about what it says of itself. */
class RulePackTest {
    private final List<SigmaRule> pack = RuleLoader.pack().rules();

    @Test
    void everyExampleComesOutAsItsFileSays() {
        List<RuleTestResult> results = RuleTester.test(RuleFiles.pack());
        assertThat(results).hasSizeGreaterThanOrEqualTo(2 * pack.size());
        assertThat(results).allSatisfy(result -> assertThat(result.detail()).isEmpty());
        assertThat(results).allMatch(RuleTestResult::passed);
    }

    @Test
    void theIndexNamesEveryRuleOfTheFolder() throws URISyntaxException {
        Path index = Path.of(getClass().getResource("/rules/index.txt").toURI());
        assertThat(RuleFiles.pack().rules())
                .isEqualTo(RuleFiles.folder(index.resolveSibling(".").normalize()).rules())
                .hasSizeGreaterThanOrEqualTo(16);
    }

    @Test
    void everyRuleSaysWhatAnAnalystNeeds() {
        assertThat(pack)
                .allSatisfy(
                        rule -> {
                            assertThat(UUID.fromString(rule.id())).isNotNull();
                            assertThat(rule.author()).isEqualTo("Trailwatch");
                            assertThat(rule.version()).matches("2026-\\d\\d-\\d\\d");
                            assertThat(rule.metadata().description()).hasSizeGreaterThan(40);
                            assertThat(rule.metadata().falsePositives()).isNotEmpty();
                            assertThat(rule.techniques()).isNotEmpty();
                            assertThat(rule.metadata().references())
                                    .isNotEmpty()
                                    .allMatch(
                                            url -> url.startsWith("https://docs.aws.amazon.com/"));
                        });
        assertThat(pack).extracting(SigmaRule::title).doesNotHaveDuplicates();
    }

    @Test
    void noRuleLooksAtTheUserAgentWhichTheCallerChooses() {
        for (String file : RuleFiles.pack().rules()) {
            assertThat(RuleFiles.pack().read(file).orElseThrow())
                    .doesNotContainIgnoringCase("userAgent");
        }
    }
}
