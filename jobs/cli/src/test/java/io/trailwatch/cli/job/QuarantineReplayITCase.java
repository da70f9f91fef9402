package io.trailwatch.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.lake.StoredFindings;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.finding.Finding;
import io.trailwatch.pipeline.job.JobOptions;
import io.trailwatch.pipeline.job.JobSettings;
import io.trailwatch.table.Tables;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code quarantine replay}: what an earlier run could not read, read with other settings. */
class QuarantineReplayITCase {
    private static final String FORMAT =
            "srcaddr dstaddr srcport dstport protocol start end action";
    private static final int FLOWS = 40;

    @TempDir private Path folder;
    private Path warehouse;

    /** Ports of one host, enough for the detector of port scans. */
    private static String flow(int i) {
        return "198.51.100.7 192.0.2.9 40000 %d 6 %d %d REJECT"
                .formatted(100 + i, 1_795_421_000 + i, 1_795_421_030 + i);
    }

    @BeforeEach
    void fillQuarantine() throws Exception {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        warehouse = folder.resolve("warehouse");
        List<String> lines = new ArrayList<>();
        IntStream.range(0, FLOWS).forEach(i -> lines.add(flow(i)));
        lines.add(10, SampleLogs.call("between", 1, "iam", "GetUser").json());
        Files.write(logs.resolve("flow.log"), lines);
        Files.writeString(logs.resolve("words.txt"), "words that nobody reads\n");
        byte[] trail =
                SampleLogs.gzip(SampleLogs.trail(List.of(SampleLogs.call("x", 2, "s3", "Get"))));
        Files.write(logs.resolve("cut.json.gz"), Arrays.copyOf(trail, trail.length - 9));
        Files.write(
                logs.resolve("mixed.log"), List.of(flow(500), "a line of something else entirely"));
        CommandLineRun run =
                CommandLineRun.of("replay", logs.toString(), "--warehouse", warehouse.toString());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(LakeRows.column(warehouse, Tables.VPC_FLOW, "event_key")).isEmpty();
        assertThat(quarantined()).hasSize(5);
    }

    private List<String> quarantined() throws Exception {
        return LakeRows.of(warehouse, Tables.QUARANTINE, "source", "reason", "index").stream()
                .map(
                        row ->
                                "%s %s %s"
                                        .formatted(
                                                Path.of(String.valueOf(row.value(0))).getFileName(),
                                                row.value(1),
                                                row.value(2)))
                .sorted()
                .toList();
    }

    private Map<String, JsonNode> replay(String... options) throws Exception {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "quarantine",
                                "replay",
                                "--json",
                                "--warehouse",
                                warehouse.toString()));
        line.addAll(Arrays.asList(options));
        CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        Map<String, JsonNode> byReason = new LinkedHashMap<>();
        for (String json : run.lines()) {
            JsonNode object = new ObjectMapper().readTree(json);
            byReason.put(object.path("reason").asText(), object);
        }
        return byReason;
    }

    private void assertMoved() throws Exception {
        assertThat(LakeRows.column(warehouse, Tables.VPC_FLOW, "raw_data"))
                .containsExactlyElementsOf(
                        IntStream.range(0, FLOWS)
                                .mapToObj(QuarantineReplayITCase::flow)
                                .sorted()
                                .toList());
        assertThat(LakeRows.column(warehouse, Tables.VPC_FLOW, "event_key"))
                .doesNotHaveDuplicates();
        assertThat(quarantined())
                .containsExactly(
                        "cut.json.gz BROKEN_GZIP 1",
                        "mixed.log UNKNOWN_FORMAT 0",
                        "words.txt UNKNOWN_FORMAT 0");
        assertThat(LakeRows.column(warehouse, Tables.CLOUD_TRAIL, "event_key"))
                .hasSize(2)
                .doesNotHaveDuplicates();
        List<Finding> findings = StoredFindings.read(warehouse);
        assertThat(findings).extracting(Finding::id).doesNotHaveDuplicates();
        assertThat(findings).extracting(Finding::entity).contains("198.51.100.7");
        assertLedger();
    }

    /** Per source the identity, and that as many pieces count as quarantined as there are. */
    private void assertLedger() throws Exception {
        CommandLineRun ledger =
                CommandLineRun.of("ledger", "--json", "--warehouse", warehouse.toString());
        assertThat(ledger.status()).as(ledger.err()).isZero();
        Map<String, Long> quarantined = new LinkedHashMap<>();
        for (String line : ledger.lines()) {
            JsonNode page = new ObjectMapper().readTree(line);
            assertThat(page.path("balanced").asBoolean()).as(line).isTrue();
            quarantined.put(
                    Path.of(page.path("source").asText()).getFileName().toString(),
                    page.path("quarantined").asLong());
            if (page.path("source").asText().endsWith("flow.log")) {
                assertThat(page.path("written").asLong()).as(line).isEqualTo(FLOWS + 1);
            }
        }
        assertThat(quarantined)
                .containsOnly(
                        Map.entry("flow.log", 0L),
                        Map.entry("words.txt", 1L),
                        Map.entry("cut.json.gz", 1L),
                        Map.entry("mixed.log", 1L));
    }

    private QuarantineMove steps() {
        Configuration options = new Configuration();
        options.set(JobOptions.FLOW_FORMAT, FORMAT);
        return new QuarantineMove(
                LakeSettings.local(warehouse), JobSettings.detection(options, unused -> {}), 1);
    }

    private static Progress silent() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return new Progress(Console.plain(nowhere, nowhere));
    }

    @Test
    void movesWhatCanBeReadWithTheFormatAndASecondReplayMovesNothing() throws Exception {
        List<String> before = quarantined();
        Map<String, JsonNode> dry = replay("--flow-format", FORMAT, "--dry-run");
        assertThat(dry.get("UNKNOWN_FORMAT").path("moved").asLong()).isEqualTo(2);
        assertThat(quarantined()).isEqualTo(before);
        assertThat(LakeRows.column(warehouse, Tables.VPC_FLOW, "event_key")).isEmpty();

        Map<String, JsonNode> moved = replay("--flow-format", FORMAT);

        assertThat(moved).containsOnlyKeys("UNKNOWN_FORMAT", "BROKEN_GZIP");
        JsonNode unknown = moved.get("UNKNOWN_FORMAT");
        assertThat(unknown.path("moved").asLong()).isEqualTo(2);
        assertThat(unknown.path("rejected").asLong()).isEqualTo(1);
        assertThat(unknown.path("partly").asLong()).isEqualTo(1);
        assertThat(unknown.path("example").asText()).startsWith("COLUMN_COUNT: flow record has ");
        assertThat(moved.get("BROKEN_GZIP").path("moved").asLong()).isZero();
        assertMoved();

        List<Finding> findings = StoredFindings.read(warehouse);
        Map<String, JsonNode> second = replay("--flow-format", FORMAT);
        assertThat(second.get("UNKNOWN_FORMAT").path("moved").asLong()).isZero();
        assertMoved();
        assertThat(StoredFindings.read(warehouse)).isEqualTo(findings);
    }

    @Test
    void aFirstReplayOfTheFilesWithTheFormatAddsNothingAfterwards() throws Exception {
        replay("--flow-format", FORMAT, "--reason", "unknown_format");
        List<String> keys = LakeRows.column(warehouse, Tables.VPC_FLOW, "event_key");

        CommandLineRun again =
                CommandLineRun.of(
                        "replay",
                        folder.resolve("logs/flow.log").toString(),
                        "--warehouse",
                        warehouse.toString(),
                        "--flow-format",
                        FORMAT);

        assertThat(again.status()).as(again.err()).isZero();
        assertThat(LakeRows.column(warehouse, Tables.VPC_FLOW, "event_key")).isEqualTo(keys);
    }

    @Test
    void whatIsLeftWhenARunEndsBeforeThePiecesAreTakenOutIsTakenOutByTheNext() throws Exception {
        QuarantineMove crashed = steps();
        QuarantineMove.Plan plan = crashed.plan(piece -> true);
        crashed.run(plan, silent());
        assertThat(quarantined()).hasSize(5);
        List<Finding> findings = StoredFindings.read(warehouse);

        replay("--flow-format", FORMAT);

        assertThat(StoredFindings.read(warehouse)).isEqualTo(findings);
        assertMoved();
    }

    @Test
    void whatIsLeftWhenARunEndsBeforeTheLedgerIsCorrectedIsCorrectedByTheNext() throws Exception {
        QuarantineMove crashed = steps();
        QuarantineMove.Plan plan = crashed.plan(piece -> true);
        crashed.run(plan, silent());
        Set<String> stored = crashed.stored(plan);
        assertThat(stored).hasSize(2);
        crashed.delete(stored);
        assertThat(CommandLineRun.of("ledger", "--json", "--warehouse", warehouse.toString()).out())
                .contains("\"quarantined\":2");

        replay(); // without the format: nothing is movable, the correction is made all the same

        assertMoved();
        assertThat(steps().settle()).isFalse();
    }

    @Test
    void aPieceWhoseEventsAreNotStoredIsNotTakenOut() {
        QuarantineMove move = steps();
        QuarantineMove.Plan plan = move.plan(piece -> true);
        assertThat(plan.movable()).hasSize(2);

        assertThat(move.stored(plan)).isEmpty();
    }

    @Test
    void onePieceMovesByItsId() throws Exception {
        String id =
                LakeRows.of(warehouse, Tables.QUARANTINE, "id", "payload").stream()
                        .filter(row -> lines((byte[]) row.value(1)) == 10)
                        .map(row -> String.valueOf(row.value(0)))
                        .findFirst()
                        .orElseThrow();

        Map<String, JsonNode> moved = replay("--flow-format", FORMAT, "--id", id);

        assertThat(moved.get("UNKNOWN_FORMAT").path("moved").asLong()).isEqualTo(1);
        assertThat(LakeRows.column(warehouse, Tables.VPC_FLOW, "event_key")).hasSize(10);
        assertThat(LakeRows.column(warehouse, Tables.QUARANTINE, "id"))
                .hasSize(4)
                .doesNotContain(id);
    }

    private static long lines(byte[] payload) {
        return new String(payload, UTF_8).lines().count();
    }

    @Test
    void aPieceAboveALimitMovesOnceTheLimitAllowsIt() throws Exception {
        Path large = folder.resolve("large.json");
        Files.writeString(large, SampleLogs.call("large", 3, "iam", "GetRole").json());
        long bytes = Files.size(large);
        CommandLineRun run =
                CommandLineRun.of(
                        "replay",
                        large.toString(),
                        "--warehouse",
                        warehouse.toString(),
                        "--limit",
                        "max-event=" + (bytes - 1));
        assertThat(run.status()).as(run.err()).isZero();
        Map<String, JsonNode> tooLow =
                replay("--limit", "max-event=" + (bytes - 1), "--reason", "TOO_LARGE");
        assertThat(tooLow.get("TOO_LARGE").path("rejected").asLong()).isEqualTo(1);
        assertThat(tooLow.get("TOO_LARGE").path("example").asText())
                .isEqualTo("TOO_LARGE: event has %d bytes, limit %d".formatted(bytes, bytes - 1));

        Map<String, JsonNode> moved =
                replay("--limit", "max-event=" + bytes, "--reason", "TOO_LARGE");

        assertThat(moved.get("TOO_LARGE").path("moved").asLong()).isEqualTo(1);
        assertThat(LakeRows.column(warehouse, Tables.CLOUD_TRAIL, "raw_data"))
                .contains(Files.readString(large));
    }

    @Test
    void saysSoWhenNothingIsThere() throws Exception {
        CommandLineRun none =
                CommandLineRun.of(
                        "quarantine",
                        "replay",
                        "--warehouse",
                        warehouse.toString(),
                        "--reason",
                        "BROKEN_AVRO");
        assertThat(none.status()).isZero();
        assertThat(none.out()).contains("Nothing in quarantine is of that reason and id.");
    }
}
