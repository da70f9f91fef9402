package io.trailwatch.cli.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.cli.TableRows;
import io.trailwatch.cli.WarehouseFixture;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read a warehouse, over one that a job wrote. */
class ReadCommandsITCase {
    private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
    private static final String STREAM = "arn:aws:kinesis:eu-central-1:111122223333:stream/logs";

    @TempDir private static Path folder;
    private static String warehouse;

    @BeforeAll
    static void writeWarehouse() throws Exception {
        Path directory = folder.resolve("warehouse");
        warehouse = directory.toString();
        WarehouseFixture.write(
                directory,
                Map.of(
                        Tables.FINDINGS,
                        List.of(
                                finding("f2", T0.plusSeconds(60), "rule-b", "low", "Two\u001b[2J"),
                                finding("f1", T0, "rule-a", "critical", "One"),
                                finding("f3", T0.plusSeconds(90), "rule-a", "high", "Three")),
                        Tables.FINDINGS_DRY_RUN,
                        List.of(finding("f4", T0, "rule-c", "high", "Tried")),
                        Tables.LEDGER,
                        List.of(
                                ledger("logs/a.json.gz", 10, 7, 1, 1, 1),
                                ledger("logs/a.json.gz", 5, 5, 0, 0, 0),
                                ledger(STREAM + "/shard-0", 3, 2, 0, 1, 0)),
                        Tables.QUARANTINE,
                        List.of(
                                quarantined("q1", "decode", "MISSING_FIELD", "eventTime is absent"),
                                quarantined("q3", "unwrap", "BROKEN_GZIP", "ends early"),
                                quarantined("q2", "unwrap", "BROKEN_GZIP", "crc differs"))));
    }

    private static Row finding(
            String id, Instant time, String rule, String severity, String message) {
        return TableRows.row(
                Tables.FINDINGS,
                Map.ofEntries(
                        Map.entry("id", id),
                        Map.entry("time", time.toEpochMilli()),
                        Map.entry("time_dt", time),
                        Map.entry("rule_id", rule),
                        Map.entry("rule_title", "Title of " + rule),
                        Map.entry("rule_version", "2026-01-02"),
                        Map.entry("rule_author", "Ann Author"),
                        Map.entry("severity", severity),
                        Map.entry("entity_type", "principal"),
                        Map.entry("entity", "arn:aws:iam::111122223333:user/alice"),
                        Map.entry("account", "111122223333"),
                        Map.entry("techniques", List.of("T1098.001", "T1110")),
                        Map.entry("evidence", List.of("ct/111122223333/e-" + id)),
                        Map.entry("first_seen", time.minusSeconds(5)),
                        Map.entry("last_seen", time),
                        Map.entry("count", 4L),
                        Map.entry("message", message)));
    }

    private static Row ledger(
            String source,
            long received,
            long written,
            long quarantined,
            long deduplicated,
            long control) {
        return TableRows.row(
                Tables.LEDGER,
                Map.of(
                        "source", source,
                        "hour", T0,
                        "received", received,
                        "written", written,
                        "quarantined", quarantined,
                        "deduplicated", deduplicated,
                        "control", control));
    }

    private static Row quarantined(String id, String stage, String reason, String detail) {
        return TableRows.row(
                Tables.QUARANTINE,
                Map.of(
                        "id", id,
                        "arrival_time", T0,
                        "stage", stage,
                        "reason", reason,
                        "detail", detail,
                        "source", "logs/a.json.gz",
                        "sequence", "17"));
    }

    private static JsonNode json(String line) throws Exception {
        return new ObjectMapper().readTree(line);
    }

    @Test
    void findingsComeOldestFirstWithEveryFieldOfTheContract() throws Exception {
        CommandLineRun run = CommandLineRun.of("findings", "--warehouse", warehouse, "--json");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.lines()).hasSize(3);
        assertThat(json(run.lines().get(0)))
                .isEqualTo(
                        json(
                                """
                                {"id":"f1","time":"2026-03-01T10:00:00Z","rule_id":"rule-a",
                                "rule_title":"Title of rule-a","rule_version":"2026-01-02",
                                "rule_author":"Ann Author","severity":"critical",
                                "entity_type":"principal",
                                "entity":"arn:aws:iam::111122223333:user/alice",
                                "account":"111122223333","region":null,
                                "techniques":["T1098.001","T1110"],
                                "evidence":["ct/111122223333/e-f1"],
                                "first_seen":"2026-03-01T09:59:55Z",
                                "last_seen":"2026-03-01T10:00:00Z","count":4,"message":"One"}
                                """));
        assertThat(json(run.lines().get(1)).path("id").asText()).isEqualTo("f2");
        assertThat(json(run.lines().get(2)).path("id").asText()).isEqualTo("f3");
    }

    @Test
    void findingsAreNarrowedBySeverityRuleAndLimit() throws Exception {
        CommandLineRun severe =
                CommandLineRun.of(
                        "findings", "--warehouse", warehouse, "--severity", "high", "--json");
        assertThat(severe.lines()).hasSize(2).noneMatch(line -> line.contains("\"f2\""));

        CommandLineRun titled =
                CommandLineRun.of("findings", "--warehouse", warehouse, "--rule", "OF RULE-B");
        assertThat(titled.out()).contains("Title of rule-b").doesNotContain("rule-a");

        CommandLineRun latest =
                CommandLineRun.of("findings", "--warehouse", warehouse, "--limit", "1", "--json");
        assertThat(json(latest.out()).path("id").asText()).isEqualTo("f3");
    }

    @Test
    void findingsOfDryRunsAreShownOnDemandAlone() throws Exception {
        CommandLineRun tried =
                CommandLineRun.of("findings", "--warehouse", warehouse, "--dry-run", "--json");
        assertThat(tried.status()).as(tried.err()).isZero();
        assertThat(tried.lines())
                .singleElement()
                .satisfies(line -> assertThat(json(line).path("id").asText()).isEqualTo("f4"));

        CommandLineRun earnest = CommandLineRun.of("findings", "--warehouse", warehouse, "--json");
        assertThat(earnest.lines()).noneMatch(line -> line.contains("\"f4\""));
    }

    @Test
    void findingsNeverSendTheTerminalWhatALogWrote() {
        CommandLineRun run = CommandLineRun.of("findings", "--warehouse", warehouse);
        assertThat(run.out()).contains("Two?[2J").doesNotContain("\u001b");
        assertThat(run.out()).contains("3 findings: 1 critical, 1 high, 1 low");
    }

    @Test
    void theLedgerAddsUpTheRowsOfASourceAndHour() throws Exception {
        CommandLineRun run = CommandLineRun.of("ledger", "--warehouse", warehouse, "--json");
        assertThat(run.status()).isZero();
        assertThat(run.lines()).hasSize(2);
        assertThat(json(run.lines().get(1)))
                .isEqualTo(
                        json(
                                """
                                {"source":"logs/a.json.gz","hour":"2026-03-01T10:00:00Z",
                                "received":15,"written":12,"quarantined":1,"deduplicated":1,
                                "control":1,"late":0,"lost":0,"balanced":true}
                                """));
        assertThat(CommandLineRun.of("ledger", "--warehouse", warehouse).out())
                .contains(
                        "holds: received 18 = written 14 + quarantined 1 + deduplicated 2 +"
                                + " control 1");
    }

    @Test
    void aLedgerThatDoesNotAddUpFails(@TempDir Path other) throws Exception {
        Path directory = other.resolve("warehouse");
        WarehouseFixture.write(
                directory, Map.of(Tables.LEDGER, List.of(ledger("logs/b.json", 3, 1, 1, 0, 0))));
        CommandLineRun run = CommandLineRun.of("ledger", "--warehouse", directory.toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("DOES NOT HOLD");
        assertThat(run.err())
                .contains(
                        "ledger of logs/b.json at 2026-03-01T10:00:00Z does not add up: received"
                                + " 3, accounted for 2");
    }

    @Test
    void quarantineIsCountedByStageAndReason() throws Exception {
        CommandLineRun run =
                CommandLineRun.of("quarantine", "list", "--warehouse", warehouse, "--json");
        assertThat(run.lines()).hasSize(2);
        assertThat(json(run.lines().get(1)))
                .isEqualTo(
                        json(
                                """
                                {"stage":"unwrap","reason":"BROKEN_GZIP","count":2,
                                "example":"crc differs (logs/a.json.gz, byte 17, piece 0)",
                                "first_arrival":"2026-03-01T10:00:00Z",
                                "last_arrival":"2026-03-01T10:00:00Z"}
                                """));
    }

    /** Clears the screen, begins a line, colours, reverses the direction, and a C1 control. */
    private static final String HOSTILE = "x\u001b[2J\r\ny\u001b]0;t\u0007\u202eexe\u009b31mz";

    @Test
    void hostileNamesReachNoTerminalRaw(@TempDir Path other) throws Exception {
        Path directory = other.resolve("warehouse");
        Map<String, Object> finding = new HashMap<>();
        finding.put("id", "f1");
        finding.put("time_dt", T0);
        finding.put("rule_title", "Console login by " + HOSTILE);
        finding.put("severity", "high");
        finding.put("entity", "arn:aws:iam::111122223333:user/" + HOSTILE);
        finding.put("first_seen", T0);
        finding.put("last_seen", T0);
        finding.put("message", "user agent " + HOSTILE);
        WarehouseFixture.write(
                directory,
                Map.of(
                        Tables.FINDINGS,
                        List.of(TableRows.row(Tables.FINDINGS, finding)),
                        Tables.LEDGER,
                        List.of(ledger("logs/" + HOSTILE + ".gz", 2, 1, 0, 0, 0)),
                        Tables.QUARANTINE,
                        List.of(
                                TableRows.row(
                                        Tables.QUARANTINE,
                                        Map.of(
                                                "id",
                                                "q1",
                                                "arrival_time",
                                                T0,
                                                "stage",
                                                "unwrap",
                                                "reason",
                                                "BROKEN_JSON",
                                                "detail",
                                                "name is '" + HOSTILE + "'",
                                                "source",
                                                "logs/" + HOSTILE + ".gz")))));

        for (List<String> command :
                List.of(
                        List.of("findings"),
                        List.of("ledger"),
                        List.of("quarantine", "list"),
                        List.of("quarantine", "replay", "--dry-run"))) {
            for (String form : List.of("--verbose", "--json")) {
                List<String> line = new ArrayList<>(command);
                line.addAll(List.of("--warehouse", directory.toString(), form));
                CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));
                assertThat(run.out() + run.err())
                        .as(String.join(" ", line))
                        .isNotEmpty()
                        .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\u0080-\u009f&&[^\n]]")
                        .doesNotContain("\ny");
            }
        }
        assertThat(CommandLineRun.of("findings", "-w", directory.toString()).out())
                .contains("user/x?[2J??y?]0;t??exe?31mz");
    }

    @Test
    void tablesTellWhatTheyHold() throws Exception {
        CommandLineRun run = CommandLineRun.of("tables", "--warehouse", warehouse, "--json");
        assertThat(run.lines()).hasSize(Tables.ALL.size());
        assertThat(run.out())
                .contains("{\"table\":\"findings\",\"rows\":3,\"files\":1,\"snapshots\":1}")
                .contains("{\"table\":\"vpc_flow\",\"rows\":0,\"files\":0,\"snapshots\":0}");
    }

    @Test
    void aFolderWithoutCatalogIsWrongUse(@TempDir Path empty) {
        CommandLineRun run = CommandLineRun.of("findings", "--warehouse", empty.toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--warehouse").contains("it has no catalog.db");
    }
}
