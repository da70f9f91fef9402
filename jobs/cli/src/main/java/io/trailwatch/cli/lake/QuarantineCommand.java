package io.trailwatch.cli.lake;

import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.cli.job.QuarantineReplayCommand;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What could not be read: groups the commands over the quarantine. */
@Command(
        name = "quarantine",
        subcommands = {QuarantineCommand.ListCommand.class, QuarantineReplayCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows what could not be read, and reads it again.",
        footer = {
            "Examples:",
            "  ./trailwatch quarantine list --warehouse warehouse",
            "  ./trailwatch quarantine replay --warehouse warehouse --dry-run"
        })
public final class QuarantineCommand extends TrailwatchCommand {
    @Override
    public Integer call() {
        spec().commandLine().usage(console().err());
        return Trailwatch.EXIT_USAGE;
    }

    /** Counts quarantined pieces by stage and reason. */
    @Command(
            name = "list",
            description = {
                "Counts what could not be read, by stage and reason, with an example of each.",
                "",
                "With --json: one object a line with stage, reason, count, example,"
                        + " first_arrival, last_arrival."
            },
            footer = {
                "Examples:",
                "  ./trailwatch quarantine list --warehouse warehouse",
                "  ./trailwatch sql --warehouse warehouse \\",
                "      \"SELECT source, sequence, detail FROM quarantine WHERE reason ="
                        + " 'BROKEN_JSON'\""
            })
    static final class ListCommand extends TrailwatchCommand {
        private static final List<String> COLUMNS =
                List.of(
                        "id",
                        "stage",
                        "reason",
                        "detail",
                        "source",
                        "shard",
                        "sequence",
                        "index",
                        "arrival_time");
        private static final RowReader READER = new RowReader(COLUMNS);
        private static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                        .withZone(ZoneOffset.UTC);

        @Mixin private LakeOption lake = new LakeOption();

        @Option(
                names = "--source",
                paramLabel = "TEXT",
                description = "Only pieces of sources with this text in their ARN or path.")
        private @Nullable String source;

        @Option(names = "--json", description = "One JSON object a line.")
        private boolean json;

        private record Group(String stage, String reason) implements Comparable<Group> {
            private static final Comparator<Group> ORDER =
                    Comparator.comparing(Group::stage).thenComparing(Group::reason);

            @Override
            public int compareTo(Group other) {
                return ORDER.compare(this, other);
            }
        }

        /** The example is that of the smallest id: the same however the rows are read. */
        private record Tally(
                long count, String exampleId, String example, Instant first, Instant last) {
            Tally plus(Tally other) {
                Tally smaller = exampleId.compareTo(other.exampleId) <= 0 ? this : other;
                return new Tally(
                        count + other.count,
                        smaller.exampleId,
                        smaller.example,
                        first.isBefore(other.first) ? first : other.first,
                        last.isAfter(other.last) ? last : other.last);
            }
        }

        @Override
        public Integer call() {
            Map<Group, Tally> tallies = new TreeMap<>();
            Warehouses.read(
                    lake.existing(),
                    Tables.QUARANTINE,
                    COLUMNS,
                    row -> {
                        if (source == null || READER.text(row, "source").contains(source)) {
                            Instant arrival = READER.instant(row, "arrival_time");
                            tallies.merge(
                                    new Group(
                                            READER.text(row, "stage"), READER.text(row, "reason")),
                                    new Tally(
                                            1,
                                            READER.text(row, "id"),
                                            example(row),
                                            arrival,
                                            arrival),
                                    Tally::plus);
                        }
                    });
            if (json) {
                tallies.forEach(this::printJson);
            } else {
                printTable(tallies);
            }
            return Trailwatch.EXIT_OK;
        }

        private static String example(Row row) {
            String shard = READER.text(row, "shard");
            return "%s (%s%s, %s %s, piece %d)"
                    .formatted(
                            READER.text(row, "detail"),
                            READER.text(row, "source"),
                            shard.isEmpty() ? "" : " " + shard,
                            shard.isEmpty() ? "byte" : "sequence",
                            READER.text(row, "sequence"),
                            READER.number(row, "index"));
        }

        private void printJson(Group group, Tally tally) {
            jsonLines()
                    .object(
                            out -> {
                                out.writeStringField("stage", group.stage());
                                out.writeStringField("reason", group.reason());
                                out.writeNumberField("count", tally.count());
                                out.writeStringField("example", tally.example());
                                out.writeStringField("first_arrival", tally.first().toString());
                                out.writeStringField("last_arrival", tally.last().toString());
                            });
        }

        private void printTable(Map<Group, Tally> tallies) {
            if (tallies.isEmpty()) {
                console()
                        .println(
                                source == null
                                        ? "Nothing is in quarantine."
                                        : "Nothing of that source is in quarantine.");
                return;
            }
            TextTable table =
                    TextTable.of(
                            "STAGE",
                            "REASON",
                            ">COUNT",
                            "FIRST ARRIVAL (UTC)",
                            "LAST ARRIVAL (UTC)",
                            "EXAMPLE");
            tallies.forEach(
                    (group, tally) ->
                            table.row(
                                    group.stage(),
                                    group.reason(),
                                    "%,d".formatted(tally.count()),
                                    TIME.format(tally.first()),
                                    TIME.format(tally.last()),
                                    tally.example()));
            table.print(console());
        }
    }
}
