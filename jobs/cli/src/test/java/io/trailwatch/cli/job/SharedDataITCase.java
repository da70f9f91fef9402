package io.trailwatch.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything in the folder of real data through {@code replay}: for every file the ledger holds,
 * and nothing that is a log of AWS is refused. The report lists each folder.
 */
class SharedDataITCase {
    private static final Path SHARED =
            Path.of(System.getProperty("trailwatch.shared.data", "none"));

    /**
     * What the folders of AWS logs leave in quarantine. The user guide has one example that is but
     * a userIdentity; one file of the honey bucket is a table made by a script; two folders hold
     * test cases around a log; three messages of each subscription are what Lambda prints about a
     * call.
     */
    private static final Map<String, Map<String, Long>> REFUSED =
            Map.ofEntries(
                    entry("appevents-wikipedia-2015", Map.of()),
                    entry("cloudtrail-aws-docs", Map.of("MISSING_FIELD", 1L)),
                    entry("cloudtrail-invictus-2023", Map.of()),
                    entry("cloudtrail-otrf-s3-exfil", Map.of("UNKNOWN_FORMAT", 1L)),
                    entry("cloudtrail-panther-tests", Map.of("UNKNOWN_EVENT", 248L)),
                    entry(
                            "panther.jsonl",
                            Map.of("INVALID_FIELD", 43L, "MISSING_FIELD", 7L, "UNKNOWN_EVENT", 7L)),
                    entry("cloudtrail-stratus-detonations", Map.of()),
                    entry("cloudtrail-streamalert-tests", Map.of("UNKNOWN_EVENT", 62L)),
                    entry(
                            "streamalert.jsonl",
                            Map.of(
                                    "INVALID_FIELD", 3L,
                                    "UNKNOWN_FORMAT", 3L,
                                    "UNKNOWN_VERSION", 2L)),
                    entry("kinesis-cwl-powertools", Map.of("UNKNOWN_FORMAT", 6L)),
                    entry("vpcflow-aws-docs", Map.of()));

    @TempDir private Path folder;

    /** What became of the pieces of a folder. */
    private static final class Tally {
        private long received;
        private long written;
        private long deduplicated;
        private long control;
        private final Map<String, Long> quarantined = new TreeMap<>();
    }

    @Test
    void everyFileIsAccountedFor(TestReporter reporter) throws Exception {
        assumeTrue(Files.exists(SHARED), () -> "real logs are absent: " + SHARED);
        Path warehouse = folder.resolve("warehouse");

        List<String> command = new ArrayList<>();
        Path taken = logsOutOfTestCases();
        command.addAll(
                List.of(
                        "replay",
                        SHARED.toString(),
                        taken.toString(),
                        "--warehouse",
                        warehouse.toString()));
        command.addAll(List.of("--app-mappings", mappings().toString()));
        try (Stream<Path> flowLogs = Files.list(SHARED.resolve("vpcflow-aws-docs"))) {
            for (Path fields :
                    flowLogs.filter(file -> file.toString().endsWith(".fields")).toList()) {
                String log = fields.getFileName().toString().replace(".fields", ".log");
                command.add("--flow-format");
                command.add(log + "=" + Files.readString(fields).strip());
            }
        }
        CommandLineRun run = CommandLineRun.of(command.toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();

        Map<String, Tally> byFile = new TreeMap<>();
        for (Row row :
                LakeRows.of(
                        warehouse,
                        Tables.LEDGER,
                        "source",
                        "received",
                        "written",
                        "deduplicated",
                        "control")) {
            Tally tally = byFile.computeIfAbsent(text(row, 0), file -> new Tally());
            tally.received += number(row, 1);
            tally.written += number(row, 2);
            tally.deduplicated += number(row, 3);
            tally.control += number(row, 4);
        }
        for (Row row : LakeRows.of(warehouse, Tables.QUARANTINE, "source", "reason")) {
            byFile.computeIfAbsent(text(row, 0), file -> new Tally())
                    .quarantined
                    .merge(text(row, 1), 1L, Long::sum);
        }
        byFile.forEach(
                (file, tally) ->
                        assertThat(tally.received)
                                .as(file)
                                .isEqualTo(
                                        tally.written
                                                + tally.deduplicated
                                                + tally.control
                                                + sum(tally.quarantined)));
        long rows = 0;
        for (TableLayout table : Tables.EVENTS) {
            rows += LakeRows.column(warehouse, table, "event_key").size();
        }
        assertThat(byFile.values().stream().mapToLong(tally -> tally.written).sum())
                .isEqualTo(rows);

        Map<String, Tally> byFolder = byFolder(byFile);
        REFUSED.forEach(
                (name, refused) ->
                        assertThat(byFolder.get(name).quarantined).as(name).isEqualTo(refused));

        String report = report(byFolder);
        reporter.publishEntry("real data, by folder", report);
        Files.writeString(Path.of("target", "shared-data.txt"), report);
    }

    /** The logs within the test cases of two folders, each folder as a file of lines. */
    private Path logsOutOfTestCases() throws IOException {
        ObjectMapper json = new ObjectMapper();
        Path taken = Files.createDirectories(folder.resolve("out of test cases"));
        StringBuilder panther = new StringBuilder();
        try (GZIPInputStream in =
                new GZIPInputStream(
                        Files.newInputStream(
                                SHARED.resolve(
                                        "cloudtrail-panther-tests/cloudtrail-tests.jsonl.gz")))) {
            for (String line : new String(in.readAllBytes(), UTF_8).split("\n")) {
                panther.append(json.readTree(line).path("log")).append('\n');
            }
        }
        Files.writeString(taken.resolve("panther.jsonl"), panther);
        StringBuilder streamAlert = new StringBuilder();
        try (Stream<Path> files = Files.list(SHARED.resolve("cloudtrail-streamalert-tests"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
                for (JsonNode testCase : json.readTree(file.toFile())) {
                    streamAlert.append(testCase.path("data")).append('\n');
                }
            }
        }
        Files.writeString(taken.resolve("streamalert.jsonl"), streamAlert);
        return taken;
    }

    private Path mappings() throws IOException {
        return Files.writeString(
                folder.resolve("mappings.yaml"),
                """
                mappings:
                  - name: wiki-edit
                    match: {fields: [time, channel, page, user, isAnonymous]}
                    event:
                      time: time
                      type: {literal: wiki.edit}
                      user: user
                """);
    }

    /** Licences and notes about the data are told apart from the data. */
    private static Map<String, Tally> byFolder(Map<String, Tally> byFile) {
        Map<String, Tally> byFolder = new TreeMap<>();
        byFile.forEach(
                (file, tally) -> {
                    Path path = Path.of(file);
                    boolean note =
                            path.getFileName().toString().matches("(LICENSE|NOTICE|SOURCE).*");
                    Path shared = SHARED.toAbsolutePath().normalize();
                    String name =
                            (path.startsWith(shared)
                                            ? shared.relativize(path).getName(0)
                                            : path.getFileName())
                                    + (note ? " (notes)" : "");
                    Tally sum = byFolder.computeIfAbsent(name, unused -> new Tally());
                    sum.received += tally.received;
                    sum.written += tally.written;
                    sum.deduplicated += tally.deduplicated;
                    sum.control += tally.control;
                    tally.quarantined.forEach(
                            (reason, count) -> sum.quarantined.merge(reason, count, Long::sum));
                });
        return byFolder;
    }

    private static String report(Map<String, Tally> byFolder) {
        String line = "%-42s %8s %8s %6s %7s  %s%n";
        StringBuilder text = new StringBuilder();
        text.append(
                line.formatted("folder", "records", "rows", "repeat", "control", "quarantined"));
        byFolder.forEach(
                (name, tally) ->
                        text.append(
                                line.formatted(
                                        name,
                                        tally.received,
                                        tally.written,
                                        tally.deduplicated,
                                        tally.control,
                                        tally.quarantined.entrySet().stream()
                                                .map(
                                                        entry ->
                                                                entry.getValue()
                                                                        + " "
                                                                        + entry.getKey())
                                                .collect(joining(", ")))));
        return text.toString();
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String text(Row row, int column) {
        return String.valueOf(row.value(column));
    }

    private static long number(Row row, int column) {
        return ((Number) row.value(column)).longValue();
    }
}
