package io.trailwatch.cli.job;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.cli.lake.LakeOption;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeException;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.pipeline.function.RunCounters;
import io.trailwatch.pipeline.job.JobSettings;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import io.trailwatch.table.Tables;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quarantine replay}: moves what can be read now from quarantine to the event tables. */
@Command(
        name = "replay",
        description = {
            "Reads quarantined pieces again and moves what can be read now to the event tables,"
                    + " with its findings. Until a piece can be read in full it stays.",
            "",
            "Pieces of which only the head was kept cannot be read again: replay their files. A run"
                    + " that is stopped midway loses and doubles nothing; the next one goes on.",
            "",
            "Of a --config file only the lake is taken: what reading needs is told by the options.",
            "",
            "With --json: one object a line for each reason in quarantine with reason, moved,"
                    + " rejected, partly, head_only, example."
        },
        footer = {
            "Examples:",
            "  ./trailwatch quarantine replay --warehouse warehouse --dry-run",
            "  ./trailwatch quarantine replay --warehouse warehouse --reason UNKNOWN_FORMAT \\",
            "      --flow-format \"interface-id srcaddr dstaddr start end action\"",
            "  ./trailwatch quarantine replay --warehouse warehouse --limit max-event=4mb"
        })
public final class QuarantineReplayCommand extends TrailwatchCommand {
    @Mixin private LakeOption place = new LakeOption();

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "Only pieces with this reason, as quarantine list shows it.")
    private @Nullable RejectReason reason;

    @Option(names = "--id", paramLabel = "ID", description = "Only the piece with this id.")
    private @Nullable String id;

    @Option(names = "--dry-run", description = "Tell what would be moved; change nothing.")
    private boolean dryRun;

    @Mixin private ReplayOptions options = new ReplayOptions();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    /** What the run did besides moving pieces. */
    private record Run(long written, long deduplicated, long findings) {
        static final Run NONE = new Run(0, 0, 0);
    }

    @Override
    public Integer call() {
        QuarantineMove move = move();
        Map<RejectReason, QuarantineMove.Tally> byReason;
        Run run = Run.NONE;
        try {
            if (!dryRun) {
                move.settle();
            }
            QuarantineMove.Plan plan = move.plan(this::isWanted);
            byReason = new EnumMap<>(RejectReason.class);
            byReason.putAll(plan.byReason());
            if (!dryRun && !plan.movable().isEmpty()) {
                Map<String, Object> counters = move.run(plan, new Progress(console()));
                run =
                        new Run(
                                RunCounters.count(counters, RunCounters.WRITTEN),
                                RunCounters.count(counters, RunCounters.DEDUPLICATED),
                                RunCounters.count(counters, RunCounters.FINDINGS));
                Set<String> stored = move.stored(plan);
                move.delete(stored);
                move.settle();
                plan.movable()
                        .forEach(
                                (piece, movable) -> {
                                    if (!stored.contains(piece)) {
                                        byReason.merge(
                                                movable.reason(),
                                                new QuarantineMove.Tally(
                                                        -1, 1, 0, 0, "fails behind decoding"),
                                                QuarantineMove.Tally::plus);
                                    }
                                });
            }
        } catch (LakeException e) {
            throw CommandException.failure(String.valueOf(e.getMessage()), e);
        }
        if (json) {
            byReason.forEach(this::printJson);
        } else {
            print(byReason, run);
        }
        return Trailwatch.EXIT_OK;
    }

    private QuarantineMove move() {
        Console console = console();
        LakeSettings lake = place.existing();
        try (Lake existing = Lake.open(lake)) {
            existing.snapshot(Tables.QUARANTINE);
            return new QuarantineMove(
                    lake,
                    JobSettings.detection(
                            options.jobOptions(),
                            warning -> console.err().println(SafeText.of(warning))),
                    options.parallelism());
        } catch (LakeException e) {
            throw CommandException.usage(place.option() + ": " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    private boolean isWanted(Quarantined piece) {
        return (reason == null || piece.reason() == reason)
                && (id == null || piece.id().equals(id));
    }

    private void printJson(RejectReason why, QuarantineMove.Tally tally) {
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("reason", why.name());
                            out.writeNumberField("moved", tally.movable());
                            out.writeNumberField("rejected", tally.rejected());
                            out.writeNumberField("partly", tally.partly());
                            out.writeNumberField("head_only", tally.headOnly());
                            out.writeStringField("example", tally.why());
                        });
    }

    private void print(Map<RejectReason, QuarantineMove.Tally> byReason, Run run) {
        if (byReason.isEmpty()) {
            console()
                    .println(
                            reason == null && id == null
                                    ? "Nothing is in quarantine."
                                    : "Nothing in quarantine is of that reason and id.");
            return;
        }
        TextTable table =
                TextTable.of(
                        "REASON",
                        dryRun ? ">MOVABLE" : ">MOVED",
                        ">REJECTED",
                        ">PARTLY",
                        ">HEAD ONLY",
                        "EXAMPLE OF WHAT STAYS");
        long moved = 0;
        for (Map.Entry<RejectReason, QuarantineMove.Tally> entry : byReason.entrySet()) {
            QuarantineMove.Tally tally = entry.getValue();
            moved += tally.movable();
            table.row(
                    entry.getKey().name(),
                    "%,d".formatted(tally.movable()),
                    "%,d".formatted(tally.rejected()),
                    "%,d".formatted(tally.partly()),
                    "%,d".formatted(tally.headOnly()),
                    tally.why());
        }
        table.print(console());
        console().println("");
        console()
                .println(
                        dryRun
                                ? String.format(
                                        Locale.ROOT, "%,d would be moved; nothing was.", moved)
                                : String.format(
                                        Locale.ROOT,
                                        "%,d moved: %,d events written, %,d were stored already,"
                                                + " %,d new findings.",
                                        moved,
                                        run.written(),
                                        run.deduplicated(),
                                        run.findings()));
    }
}
