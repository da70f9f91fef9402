package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.event.LogKind;
import io.trailwatch.finding.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleLoaderTest {
    private static final String DETECTION = "s:\n  eventName: x\ncondition: s\n";

    @TempDir Path folder;

    @Test
    void readsWhatARuleSaysAboutItself() {
        SigmaRule rule =
                RuleSamples.parsed(
                        """
                        title: Key made
                        id: 0f3c
                        status: test
                        description: Somebody makes a key.
                        author: Jo
                        date: 2025-01-02
                        modified: 2026-03-04
                        references: [https://example.org/a]
                        tags: [attack.persistence, attack.t1098.001, attack.T1078, cve.2024-1]
                        logsource: {product: aws, service: cloudtrail, definition: a trail}
                        detection: {s: {eventName: CreateAccessKey}, condition: s}
                        falsepositives: [Administrators]
                        level: critical
                        """);
        assertThat(rule.title()).isEqualTo("Key made");
        assertThat(rule.metadata().status()).isEqualTo("test");
        assertThat(rule.metadata().description()).isEqualTo("Somebody makes a key.");
        assertThat(rule.author()).isEqualTo("Jo");
        assertThat(rule.version()).isEqualTo("2026-03-04");
        assertThat(rule.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(rule.techniques()).containsExactly("T1078", "T1098.001");
        assertThat(rule.metadata().references()).containsExactly("https://example.org/a");
        assertThat(rule.metadata().falsePositives()).containsExactly("Administrators");
        assertThat(rule.kind()).isEqualTo(LogKind.CLOUDTRAIL);
    }

    @Test
    void theLogSourceDecidesTheKindOfLog() {
        String rule = RuleSamples.rule("x", DETECTION);
        String flow =
                rule.replace("service: cloudtrail", "service: vpcflow")
                        .replace("eventName", "dstport");
        String app =
                rule.replace("eventName", "user")
                        .replace("product: aws\n  service: cloudtrail", "category: application");
        assertThat(RuleSamples.parsed(flow).kind()).isEqualTo(LogKind.VPC_FLOW);
        assertThat(RuleSamples.parsed(app).kind()).isEqualTo(LogKind.APP_EVENT);
    }

    @Test
    void readsAFolderWithItsSubfoldersAndReportsTheSecondOfTwoEqualIds() throws IOException {
        Files.createDirectories(folder.resolve("deep/er"));
        Files.writeString(folder.resolve("b.yaml"), RuleSamples.rule("two", DETECTION));
        Files.writeString(folder.resolve("deep/er/a.yml"), RuleSamples.rule("one", DETECTION));
        Files.writeString(folder.resolve("z.yml"), RuleSamples.rule("one", DETECTION));
        Files.writeString(folder.resolve("notes.txt"), "no rule");
        LoadedRules loaded = RuleLoader.folder(folder);
        assertThat(loaded.rules())
                .extracting(SigmaRule::file)
                .containsExactly("deep/er/a.yml", "b.yaml");
        assertThat(loaded.problems())
                .containsExactly(
                        new RuleProblem(
                                "z.yml",
                                2,
                                "one",
                                "id",
                                ProblemCode.DUPLICATE_ID,
                                "'one' is the id of a rule in deep/er/a.yml"));
        assertThatThrownBy(loaded::orThrow)
                .isInstanceOf(RuleException.class)
                .hasMessage(
                        "z.yml:2: id: 'one' is the id of a rule in deep/er/a.yml"
                                + " [duplicate-id]");
    }

    @Test
    void readsASingleFile() throws IOException {
        Path file = folder.resolve("a.yml");
        Files.writeString(file, RuleSamples.rule("one", DETECTION));
        assertThat(RuleLoader.folder(file).orThrow().rules())
                .extracting(SigmaRule::file)
                .containsExactly("a.yml");
    }
}
