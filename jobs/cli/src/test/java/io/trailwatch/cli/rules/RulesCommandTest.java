package io.trailwatch.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.core.detect.rule.lint.LintCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesCommandTest {
    private static final String RULE =
            """
            title: Access key created
            id: 6f2d8c1e-0000-4000-8000-000000000001
            author: Ann Author
            level: medium
            logsource: {product: aws, service: cloudtrail}
            detection:
              selection: {eventName: CreateAccessKey}
              condition: selection
            """;

    @TempDir private Path folder;
    private Path rules;

    @BeforeEach
    void writeRule() throws IOException {
        rules = Files.createDirectory(folder.resolve("rules"));
        Files.writeString(rules.resolve("key.yml"), RULE);
    }

    private static String event(String id, String name) {
        return """
        {"eventVersion":"1.08","eventTime":"2026-03-01T10:00:00Z","eventID":"%s",\
        "eventSource":"iam.amazonaws.com","eventName":"%s","awsRegion":"us-east-1",\
        "recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser",\
        "arn":"arn:aws:iam::111122223333:user/alice"}}\
        """
                .formatted(id, name);
    }

    @Test
    void matchNamesRuleEventFileAndLineOncePerPair() throws Exception {
        Path events = folder.resolve("events.jsonl");
        Files.writeString(
                events,
                String.join(
                        "\n",
                        event("e1", "ListUsers"),
                        "",
                        event("e2", "CreateAccessKey"),
                        event("e2", "CreateAccessKey"),
                        "not json",
                        event("e3", "CreateAccessKey")));
        CommandLineRun run =
                CommandLineRun.of(
                        "rules", "match", "--rules", rules.toString(), events.toString(), "--json");
        assertThat(run.status()).isZero();
        assertThat(run.lines()).hasSize(2);
        assertThat(new ObjectMapper().readTree(run.lines().get(0)))
                .isEqualTo(
                        new ObjectMapper()
                                .createObjectNode()
                                .put("rule_id", "6f2d8c1e-0000-4000-8000-000000000001")
                                .put("rule_title", "Access key created")
                                .put("event_id", "e2")
                                .put("file", events.toString())
                                .put("line", 3)
                                .put("kind", "rule")
                                .put("severity", "medium")
                                .put("mode", "enabled")
                                .put("reported", true));
        assertThat(run.lines().get(1)).contains("\"e3\"").contains("\"line\":6");
        assertThat(run.err()).contains("not read: " + events + ": UNKNOWN_FORMAT");
    }

    @Test
    void matchReadsJsonOfTheUsersByAMapping() throws Exception {
        Files.writeString(
                rules.resolve("denied.yml"),
                RULE.replace("Access key created", "Request denied")
                        .replace("000000000001", "000000000002")
                        .replace("{product: aws, service: cloudtrail}", "{category: application}")
                        .replace(
                                "{eventName: CreateAccessKey}",
                                "{type: api.request, outcome: failure}"));
        Path mappings = folder.resolve("mappings.yaml");
        Files.writeString(
                mappings,
                """
                mappings:
                  - name: api
                    match: {fields: [requestId, status]}
                    event:
                      event_id: requestId
                      type: {literal: api.request}
                      outcome: {path: status, success_below: 400}
                """);
        Path log = folder.resolve("access.log");
        Files.writeString(
                log,
                """
                {"requestId":"r-1","status":"200"}
                {"requestId":"r-2","status":"403"}
                """);

        CommandLineRun run =
                CommandLineRun.of(
                        "rules",
                        "match",
                        "--rules",
                        rules.toString(),
                        "--app-mappings",
                        mappings.toString(),
                        "--json",
                        log.toString());

        assertThat(run.status()).isZero();
        assertThat(run.lines())
                .singleElement()
                .satisfies(line -> assertThat(line).contains("Request denied", "\"r-2\""));
    }

    @Test
    void aMappingThatCannotBeUsedIsWrongUse() throws Exception {
        Path mappings = folder.resolve("mappings.yaml");
        Files.writeString(mappings, "mappings: [{name: api, match: {fields: [a]}, event: {}}]");

        CommandLineRun run =
                CommandLineRun.of(
                        "rules",
                        "match",
                        "--rules",
                        rules.toString(),
                        "--app-mappings",
                        mappings.toString(),
                        folder.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("--app-mappings: " + mappings + ": mapping 'api': event.type is missing");
    }

    @Test
    void checkTellsWhichRulesAreRefused() throws Exception {
        CommandLineRun sound = CommandLineRun.of("rules", "check", "--rules", rules.toString());
        assertThat(sound.status()).isZero();
        assertThat(sound.out()).contains("1 rule, 0 correlations, 0 filters: 0 errors, 6 warnings");

        Files.writeString(rules.resolve("bad.yml"), RULE.replace("  condition: selection", ""));
        CommandLineRun broken = CommandLineRun.of("rules", "check", "--rules", rules.toString());
        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.out())
                .contains("bad.yml:")
                .contains(" error ")
                .contains("detection.condition: is missing")
                .contains(" 1 error, ");
    }

    @Test
    void checkPointsAtFileAndLineAndIsStrictWhenAsked() {
        String file = rules.resolve("key.yml").toString();
        CommandLineRun run = CommandLineRun.of("rules", "check", "--rules", file);
        assertThat(run.lines())
                .contains(
                        file
                                + ":1: warning no-description: description: is missing; say what a"
                                + " finding means",
                        file
                                + ":7: warning event-name-without-source:"
                                + " detection.selection.eventName: names an action, but no"
                                + " eventSource says of which service");
        assertThat(run.status()).isZero();
        assertThat(CommandLineRun.of("rules", "check", "--rules", file, "--strict").status())
                .isEqualTo(1);
        CommandLineRun ignoring =
                CommandLineRun.of(
                        "rules",
                        "check",
                        "--strict",
                        "--rules",
                        file,
                        "--ignore",
                        "no-description,no-date,no-examples,no-attack-tag,no-false-positives,"
                                + "event-name-without-source");
        assertThat(ignoring.out()).doesNotContain("warning ");
        assertThat(ignoring.status()).isZero();
        CommandLineRun unknown = CommandLineRun.of("rules", "check", "--ignore", "no-desc");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("--ignore: 'no-desc' is the code of no warning");
    }

    @Test
    void checkWritesAProblemAsOneJsonObject() throws Exception {
        String file = rules.resolve("key.yml").toString();
        CommandLineRun run = CommandLineRun.of("rules", "check", "--json", "--rules", file);
        assertThat(new ObjectMapper().readTree(run.lines().get(0)))
                .isEqualTo(
                        new ObjectMapper()
                                .createObjectNode()
                                .put("file", file)
                                .put("line", 1)
                                .put("severity", "warning")
                                .put("code", "no-description")
                                .put("rule_id", "6f2d8c1e-0000-4000-8000-000000000001")
                                .put("path", "description")
                                .put("message", "is missing; say what a finding means"));
    }

    @Test
    void checkExplainsItsCodes() {
        CommandLineRun run = CommandLineRun.of("rules", "check", "--codes");
        assertThat(run.status()).isZero();
        for (LintCode code : LintCode.values()) {
            assertThat(run.out()).contains(code.label()).contains(code.meaning());
        }
        assertThat(run.out()).contains("unused-selection");
    }

    @Test
    void testFailsWhenAnExampleDoesNotMatch() throws Exception {
        Files.writeString(rules.resolve("key.match.ndjson"), event("e1", "CreateAccessKey"));
        Files.writeString(rules.resolve("key.miss.ndjson"), event("e2", "ListAccessKeys"));
        assertThat(CommandLineRun.of("rules", "test", "--rules", rules.toString()).status())
                .isZero();

        Files.writeString(rules.resolve("key.miss.ndjson"), event("e2", "CreateAccessKey"));
        CommandLineRun failed = CommandLineRun.of("rules", "test", "--rules", rules.toString());
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.out()).contains("key.miss.ndjson:1: the event matches");
    }

    @Test
    void aFolderThatIsNotThereIsWrongUse() {
        CommandLineRun run = CommandLineRun.of("rules", "list", "--rules", "/does/not/exist");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--rules: there is no /does/not/exist");
    }
}
