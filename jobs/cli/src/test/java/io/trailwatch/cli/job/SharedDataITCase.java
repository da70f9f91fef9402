package io.trailwatch.cli.job;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
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
     * What each folder may leave in quarantine: files that are no logs (licences, databases, rules,
     * schemas, test cases around a log), events of applications that come with no mapping, and the
     * files that were made to be broken.
     */
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

        CommandLineRun run =
                CommandLineRun.of("replay", SHARED.toString(), "--warehouse", warehouse.toString());
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

        String report = report(byFile);
        reporter.publishEntry("real data, by folder", report);
        Files.writeString(Path.of("target", "shared-data.txt"), report);
    }

    private static String report(Map<String, Tally> byFile) {
        Map<String, Tally> byFolder = new TreeMap<>();
        byFile.forEach(
                (file, tally) -> {
                    Path relative = SHARED.toAbsolutePath().normalize().relativize(Path.of(file));
                    Tally sum =
                            byFolder.computeIfAbsent(
                                    relative.getName(0).toString(), name -> new Tally());
                    sum.received += tally.received;
                    sum.written += tally.written;
                    sum.deduplicated += tally.deduplicated;
                    sum.control += tally.control;
                    tally.quarantined.forEach(
                            (reason, count) -> sum.quarantined.merge(reason, count, Long::sum));
                });
        String line = "%-32s %8s %8s %6s %7s  %s%n";
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
