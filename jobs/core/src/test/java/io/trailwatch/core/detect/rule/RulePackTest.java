package io.trailwatch.core.detect.rule;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.rule.CorrelationRule.Type;
import io.trailwatch.core.detect.rule.example.RuleTestResult;
import io.trailwatch.core.detect.rule.example.RuleTester;
import io.trailwatch.event.LogKind;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Our own rules: each keeps its promises about examples and about what it says of itself. */
class RulePackTest {
    private final RuleCollection pack = RuleLoader.pack();
    private final List<RuleMetadata> documents =
            Stream.concat(
                            pack.rules().stream().map(SigmaRule::metadata),
                            pack.correlations().stream().map(CorrelationRule::metadata))
                    .toList();

    @Test
    void everyExampleComesOutAsItsFileSays() {
        List<RuleTestResult> results = RuleTester.test(RuleFiles.pack());
        assertThat(results).hasSizeGreaterThanOrEqualTo(2 * RuleFiles.pack().rules().size());
        assertThat(results).allSatisfy(result -> assertThat(result.detail()).isEmpty());
        assertThat(results).allMatch(RuleTestResult::passed);
    }

    @Test
    void theIndexNamesEveryRuleOfTheFolder() throws URISyntaxException {
        Path index = Path.of(getClass().getResource("/rules/index.txt").toURI());
        assertThat(RuleFiles.pack().rules())
                .isEqualTo(RuleFiles.folder(index.resolveSibling(".").normalize()).rules());
    }

    @Test
    void thePackIsAsLargeAsItPromises() {
        Map<LogKind, Long> reporting =
                pack.rules().stream()
                        .filter(rule -> pack.reports(rule.id()))
                        .collect(groupingBy(SigmaRule::kind, counting()));
        assertThat(reporting.get(LogKind.CLOUDTRAIL)).isGreaterThanOrEqualTo(90);
        assertThat(reporting.get(LogKind.VPC_FLOW)).isGreaterThanOrEqualTo(8);
        assertThat(reporting.get(LogKind.APP_EVENT)).isGreaterThanOrEqualTo(8);
        assertThat(pack.correlations())
                .filteredOn(correlation -> pack.reports(correlation.id()))
                .hasSizeGreaterThanOrEqualTo(12)
                .extracting(CorrelationRule::type)
                .contains(
                        Type.EVENT_COUNT,
                        Type.VALUE_COUNT,
                        Type.TEMPORAL,
                        Type.TEMPORAL_ORDERED,
                        Type.VALUE_SUM);
    }

    @Test
    void whatASingleRuleReportsStaysReportedBesideTheCorrelations() {
        assertThat(pack.rules())
                .filteredOn(rule -> !rule.file().startsWith("correlation/"))
                .allMatch(rule -> pack.reports(rule.id()));
        assertThat(pack.rules())
                .filteredOn(rule -> rule.file().startsWith("correlation/"))
                .noneMatch(rule -> pack.reports(rule.id()));
    }

    @Test
    void everyRuleSaysWhatAnAnalystNeeds() {
        assertThat(documents)
                .allSatisfy(
                        rule -> {
                            assertThat(UUID.fromString(rule.id())).isNotNull();
                            assertThat(rule.author()).isEqualTo("Trailwatch");
                            assertThat(rule.version()).matches("2026-\\d\\d-\\d\\d");
                            assertThat(rule.description()).hasSizeGreaterThan(40);
                            assertThat(rule.falsePositives()).isNotEmpty();
                            assertThat(rule.techniques()).isNotEmpty();
                            assertThat(rule.references())
                                    .isNotEmpty()
                                    .allMatch(
                                            url -> url.startsWith("https://docs.aws.amazon.com/"));
                        });
        assertThat(documents).extracting(RuleMetadata::title).doesNotHaveDuplicates();
    }

    @Test
    void noRuleLooksAtTheUserAgentWhichTheCallerChooses() {
        for (String file : RuleFiles.pack().rules()) {
            assertThat(RuleFiles.pack().read(file).orElseThrow())
                    .doesNotContainIgnoringCase("userAgent");
        }
    }
}
