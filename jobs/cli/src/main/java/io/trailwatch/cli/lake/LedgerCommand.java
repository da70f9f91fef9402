package io.trailwatch.cli.lake;

import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.ledger.LedgerEntry;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what became of every event, and whether the sums agree. */
@Command(
        name = "ledger",
        description = {
            "Shows what became of every event, per source and hour of arrival, and checks that",
            "received = written + quarantined + deduplicated + control.",
            "",
            "With --json: one object a line with source, hour, received, written, quarantined,"
                    + " deduplicated, control, late, balanced.",
            "Exit status 1 when the sums of a source and hour do not agree."
        },
        footer = {
            "Examples:",
            "  ./trailwatch ledger --warehouse warehouse",
            "  ./trailwatch ledger --warehouse warehouse --json"
        })
public final class LedgerCommand extends TrailwatchCommand {
    private static final List<String> COLUMNS =
            List.of(
                    "source",
                    "hour",
                    "received",
                    "written",
                    "quarantined",
                    "deduplicated",
                    "control",
                    "late",
                    "lost");
    private static final RowReader READER = new RowReader(COLUMNS);

    @Mixin private LakeOption lake = new LakeOption();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    private record SourceHour(String source, Instant hour) implements Comparable<SourceHour> {
        private static final Comparator<SourceHour> ORDER =
                Comparator.comparing(SourceHour::hour).thenComparing(SourceHour::source);

        @Override
        public int compareTo(SourceHour other) {
            return ORDER.compare(this, other);
        }
    }

    @Override
    public Integer call() {
        Map<SourceHour, LedgerEntry> sums = new TreeMap<>();
        Warehouses.read(
                lake.existing(),
                Tables.LEDGER,
                COLUMNS,
                row -> {
                    LedgerEntry entry = entry(row);
                    sums.merge(
                            new SourceHour(entry.source(), entry.hour()), entry, LedgerEntry::plus);
                });
        List<LedgerEntry> unbalanced =
                sums.values().stream().filter(entry -> !entry.isBalanced()).toList();
        if (json) {
            sums.values().forEach(this::printJson);
        } else {
            printTable(sums.values());
        }
        for (LedgerEntry entry : unbalanced) {
            console()
                    .err()
                    .println(
                            "ledger of %s at %s does not add up: received %d, accounted for %d"
                                    .formatted(
                                            SafeText.of(entry.source()),
                                            entry.hour(),
                                            entry.received(),
                                            accounted(entry)));
        }
        return unbalanced.isEmpty() ? Trailwatch.EXIT_OK : Trailwatch.EXIT_FAILED;
    }

    private static LedgerEntry entry(Row row) {
        return new LedgerEntry(
                READER.text(row, "source"),
                READER.instant(row, "hour"),
                READER.number(row, "received"),
                READER.number(row, "written"),
                READER.number(row, "quarantined"),
                READER.number(row, "deduplicated"),
                READER.number(row, "control"),
                READER.number(row, "late"),
                READER.number(row, "lost"));
    }

    private static long accounted(LedgerEntry entry) {
        return entry.written() + entry.quarantined() + entry.deduplicated() + entry.control();
    }

    private void printJson(LedgerEntry entry) {
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("source", entry.source());
                            out.writeStringField("hour", entry.hour().toString());
                            out.writeNumberField("received", entry.received());
                            out.writeNumberField("written", entry.written());
                            out.writeNumberField("quarantined", entry.quarantined());
                            out.writeNumberField("deduplicated", entry.deduplicated());
                            out.writeNumberField("control", entry.control());
                            out.writeNumberField("late", entry.late());
                            out.writeNumberField("lost", entry.lost());
                            out.writeBooleanField("balanced", entry.isBalanced());
                        });
    }

    private void printTable(Collection<LedgerEntry> entries) {
        if (entries.isEmpty()) {
            console().println("The ledger is empty.");
            return;
        }
        TextTable table =
                TextTable.of(
                        "HOUR (UTC)",
                        ">RECEIVED",
                        ">WRITTEN",
                        ">QUARANTINED",
                        ">DEDUPLICATED",
                        ">CONTROL",
                        ">LATE",
                        ">LOST",
                        "SUM",
                        "SOURCE");
        LedgerEntry total = LedgerEntry.empty("total", Instant.EPOCH);
        boolean balanced = true;
        for (LedgerEntry entry : entries) {
            balanced &= entry.isBalanced();
            total =
                    total.plus(
                            new LedgerEntry(
                                    total.source(),
                                    total.hour(),
                                    entry.received(),
                                    entry.written(),
                                    entry.quarantined(),
                                    entry.deduplicated(),
                                    entry.control(),
                                    entry.late(),
                                    entry.lost()));
            table.row(cells(entry, entry.hour().toString(), entry.source()));
        }
        table.row(cells(total, "total", ""));
        table.print(console());
        console().println("");
        String sum =
                "received %,d = written %,d + quarantined %,d + deduplicated %,d + control %,d"
                        .formatted(
                                total.received(),
                                total.written(),
                                total.quarantined(),
                                total.deduplicated(),
                                total.control());
        console()
                .println(
                        balanced
                                ? console().green("holds: ") + sum
                                : console().red("DOES NOT HOLD: ") + sum);
    }

    private List<TextTable.Cell> cells(LedgerEntry entry, String hour, String source) {
        return List.of(
                TextTable.cell(hour),
                number(entry.received()),
                number(entry.written()),
                number(entry.quarantined()),
                number(entry.deduplicated()),
                number(entry.control()),
                number(entry.late()),
                number(entry.lost()),
                new TextTable.Cell(
                        entry.isBalanced() ? "ok" : "WRONG",
                        entry.isBalanced() ? console()::green : console()::red),
                TextTable.cell(source));
    }

    private static TextTable.Cell number(long value) {
        return TextTable.cell("%,d".formatted(value));
    }
}
