package io.trailwatch.cli.lake;

import static java.util.Objects.requireNonNull;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeException;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.rollback.LakeHistory;
import io.trailwatch.connector.iceberg.rollback.Rollback;
import io.trailwatch.connector.iceberg.rollback.SavepointFile;
import io.trailwatch.connector.iceberg.rollback.TableCommit;
import io.trailwatch.connector.iceberg.rollback.TableRollback;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.exceptions.NotFoundException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lake rollback}: tables back to a checkpoint, before a job is restored from it. */
@Command(
        name = "rollback",
        description = {
            "Takes the tables of a lake back to a checkpoint, so that a job restored from it writes"
                + " nothing twice. Only for a savepoint that is not the last: restoring the latest"
                + " state is exact by itself. Stop the job first, and start it afterwards.",
            "",
            "A table without newer commits is left alone. Commits that no job writes again (a"
                + " replay, a move out of quarantine, another job, changes by hand) stop it, by"
                + " name, unless --force gives them up; compactions do not. What is undone can be"
                + " read by its snapshot until that expires.",
            "",
            "On a terminal it asks; elsewhere it changes nothing without --yes and ends with 1.",
            "",
            "With --json: one object a table with table, action (rolled_back, would_roll_back,"
                + " unchanged), checkpoint, from_snapshot, to_snapshot, to_checkpoint, rows_before,"
                + " rows_after, commits, lost (snapshots of others)."
        },
        footer = {
            "Examples:",
            "  ./trailwatch lake rollback --config run.json --to-savepoint s3://bucket/savepoint-1f"
                    + " \\",
            "      --dry-run",
            "  ./trailwatch lake rollback --warehouse warehouse --to-checkpoint 42 --yes"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class LakeRollbackCommand extends TrailwatchCommand {
    /** A job commits at least this often, unless nothing comes in. */
    private static final Duration RECENT = Duration.ofMinutes(10);

    @Mixin private LakeOption lake = new LakeOption();

    @ArgGroup(multiplicity = "1")
    private Target target;

    private static final class Target {
        @Option(
                names = "--to-checkpoint",
                paramLabel = "N",
                description =
                        "Id of the checkpoint or savepoint, as the job logs it and as lake"
                                + " snapshots shows it.")
        private @Nullable Long checkpoint;

        @Option(
                names = "--to-savepoint",
                paramLabel = "PATH",
                description =
                        "Folder of the savepoint, or of a checkpoint that was kept: a path, file:"
                                + " or s3://.")
        private @Nullable String savepoint;
    }

    @Option(
            names = "--job",
            paramLabel = "ID",
            description =
                    "Job that took it, or the beginning of its id; needed when several jobs have"
                            + " such a checkpoint.")
    private @Nullable String job;

    @Mixin private TablesOption tables = new TablesOption();

    @Option(names = "--dry-run", description = "Tell what would change; change nothing.")
    private boolean dryRun;

    @Option(names = "--force", description = "Give up commits of others.")
    private boolean force;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Override
    public Integer call() {
        LakeSettings settings = lake.existing();
        List<TableLayout> layouts = tables.layouts();
        return Warehouses.ask(settings, opened -> rollBack(opened, layouts));
    }

    private int rollBack(Lake opened, List<TableLayout> layouts) {
        List<TableLayout> present = layouts.stream().filter(opened::exists).toList();
        // Whose checkpoint it is, all tables tell together: one alone may have no commit of it.
        LakeHistory history = LakeHistory.of(opened, Tables.ALL);
        LakeHistory.Checkpoint checkpoint = checkpoint(opened, present, history);
        List<TableRollback> plan =
                history.plan(checkpoint).stream()
                        .filter(
                                table ->
                                        present.stream()
                                                .anyMatch(
                                                        layout ->
                                                                layout.name()
                                                                        .equals(table.table())))
                        .toList();
        boolean changes = plan.stream().anyMatch(TableRollback::changes);
        if (!json) {
            print(checkpoint, plan);
        }
        try {
            Rollback.check(plan, force);
        } catch (LakeException e) {
            throw CommandException.failure(
                    "%s%nNothing was changed.%s"
                            .formatted(
                                    e.getMessage(),
                                    plan.stream().allMatch(table -> table.problem().isEmpty())
                                            ? " --force gives these commits up."
                                            : ""),
                    e);
        }
        if (changes && !dryRun) {
            warnOfARunningJob(history);
            if (!yes && !confirmed()) {
                throw CommandException.failure("nothing was changed; --yes does it");
            }
            apply(opened, plan, present);
        }
        if (json) {
            plan.forEach(this::printJson);
        } else if (changes) {
            console().println("");
            console()
                    .println(
                            dryRun
                                    ? "Nothing was changed."
                                    : "Done. Restore the job from checkpoint %d now."
                                            .formatted(checkpoint.id()));
        }
        return Trailwatch.EXIT_OK;
    }

    private LakeHistory.Checkpoint checkpoint(
            Lake opened, List<TableLayout> present, LakeHistory history) {
        if (target.savepoint == null) {
            return history.checkpoint(requireNonNull(target.checkpoint), job);
        }
        SavepointFile savepoint = read(opened, present, target.savepoint);
        String prefix = savepoint.jobPrefix();
        // A job that has committed nothing yet is unknown to the tables; then the id must do.
        boolean known =
                prefix != null
                        && history.runs().stream().anyMatch(run -> run.job().startsWith(prefix));
        return history.checkpoint(savepoint.checkpoint(), job != null || !known ? job : prefix);
    }

    private static SavepointFile read(Lake opened, List<TableLayout> present, String location) {
        String file = SavepointFile.folder(location) + "/" + SavepointFile.METADATA;
        try (InputStream metadata = open(opened, present, file)) {
            return SavepointFile.read(metadata, location);
        } catch (IOException | NotFoundException | IllegalArgumentException e) {
            throw CommandException.usage(
                    "--to-savepoint: cannot read %s: %s".formatted(file, e.getMessage()));
        }
    }

    private static InputStream open(Lake opened, List<TableLayout> present, String file)
            throws IOException {
        if (file.startsWith("s3://") || file.startsWith("s3a://")) {
            if (present.isEmpty()) {
                throw new IOException("the lake has no table");
            }
            return opened.table(present.get(0))
                    .io()
                    .newInputFile(file.replaceFirst("^s3a:", "s3:"))
                    .newStream();
        }
        return Files.newInputStream(
                file.startsWith("file:") ? Path.of(URI.create(file)) : Path.of(file));
    }

    private void apply(Lake opened, List<TableRollback> plan, List<TableLayout> present) {
        List<String> done = new ArrayList<>();
        for (TableRollback table : plan) {
            TableLayout layout =
                    present.stream()
                            .filter(candidate -> candidate.name().equals(table.table()))
                            .findFirst()
                            .orElseThrow();
            try {
                Rollback.apply(opened, layout, table, Clock.systemUTC());
            } catch (LakeException e) {
                throw CommandException.failure(
                        "%s%n%s; the same command goes on where this one stopped"
                                .formatted(
                                        e.getMessage(),
                                        done.isEmpty()
                                                ? "nothing was changed"
                                                : "changed: " + String.join(", ", done)),
                        e);
            }
            if (table.changes()) {
                done.add(table.table());
            }
        }
    }

    private void warnOfARunningJob(LakeHistory history) {
        history.newestCommit()
                .map(newest -> Duration.between(newest, Instant.now()))
                .filter(age -> age.compareTo(RECENT) < 0)
                .ifPresent(
                        age ->
                                console()
                                        .err()
                                        .println(
                                                "The newest commit of a job is %,d s old. Is it stopped? A job that goes on would take what is undone for written."
                                                        .formatted(Math.max(0, age.toSeconds()))));
    }

    private boolean confirmed() {
        if (!console().interactive()) {
            return false;
        }
        console().out().flush();
        return console().confirm("Roll back?");
    }

    private void print(LakeHistory.Checkpoint checkpoint, List<TableRollback> plan) {
        List<TableRollback> changed = plan.stream().filter(TableRollback::changes).toList();
        console()
                .println(
                        "Checkpoint %,d%s: %d of %d tables have newer commits."
                                .formatted(
                                        checkpoint.id(),
                                        checkpoint.run() == null
                                                ? ""
                                                : " of job " + checkpoint.run().job(),
                                        changed.size(),
                                        plan.size()));
        if (changed.isEmpty()) {
            return;
        }
        TextTable shown =
                TextTable.of(
                        "TABLE",
                        ">COMMITS",
                        ">ROWS",
                        ">ROWS AFTER",
                        ">FROM SNAPSHOT",
                        ">TO SNAPSHOT",
                        ">OF CHECKPOINT",
                        "LOST OF OTHERS");
        for (TableRollback table : changed) {
            shown.row(
                    table.table(),
                    "%,d".formatted(table.dropped().size()),
                    "%,d".formatted(table.rowsBefore()),
                    table.targetKnown() ? "%,d".formatted(table.rowsAfter()) : "?",
                    String.valueOf(table.current()),
                    !table.targetKnown()
                            ? "expired"
                            : table.target() == null ? "empty" : "" + table.target(),
                    table.targetCheckpoint() == null
                            ? ""
                            : "%,d".formatted(table.targetCheckpoint()),
                    table.others().isEmpty() ? "" : table.others().size() + " commits");
        }
        console().println("");
        shown.print(console());
    }

    private void printJson(TableRollback table) {
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("table", table.table());
                            out.writeStringField(
                                    "action",
                                    !table.changes()
                                            ? "unchanged"
                                            : dryRun ? "would_roll_back" : "rolled_back");
                            out.writeNumberField("checkpoint", table.checkpoint());
                            LakeSnapshotsCommand.number(out, "from_snapshot", table.current());
                            LakeSnapshotsCommand.number(out, "to_snapshot", table.target());
                            LakeSnapshotsCommand.number(
                                    out, "to_checkpoint", table.targetCheckpoint());
                            out.writeNumberField("rows_before", table.rowsBefore());
                            out.writeNumberField("rows_after", table.rowsAfter());
                            out.writeNumberField("commits", table.dropped().size());
                            out.writeArrayFieldStart("lost");
                            for (TableCommit lost : table.others()) {
                                out.writeNumber(lost.snapshot());
                            }
                            out.writeEndArray();
                        });
    }
}
