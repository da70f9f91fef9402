package io.trailwatch.cli.lake;

import com.fasterxml.jackson.core.JsonGenerator;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.connector.iceberg.LakeException;
import io.trailwatch.connector.iceberg.rollback.LakeHistory;
import io.trailwatch.connector.iceberg.rollback.TableCommit;
import io.trailwatch.connector.iceberg.rollback.TableHistory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lake snapshots}: the commits to the tables, by checkpoint. */
@Command(
        name = "snapshots",
        description = {
            "Shows the commits to the tables of a lake that have not expired: when, by which job"
                    + " for which checkpoint, and how many rows. The newest come first.",
            "",
            "With --checkpoint: the snapshot of each table that holds the rows up to that"
                    + " checkpoint. Together they are one state of the lake: SELECT ... FROM"
                    + " cloud_trail FOR VERSION AS OF SNAPSHOT.",
            "",
            "With --json: one object a commit with table, time, checkpoint, job, operation, added,"
                + " removed, rows, snapshot, state (current, past, rolled back), sink, job_version,"
                + " counters; with --checkpoint one object a table with table, checkpoint,"
                + " snapshot."
        },
        footer = {
            "Examples:",
            "  ./trailwatch lake snapshots --warehouse warehouse --table cloud_trail",
            "  ./trailwatch lake snapshots --config run.json --checkpoint 42"
        })
public final class LakeSnapshotsCommand extends TrailwatchCommand {
    /** Enough to tell jobs apart; savepoints have six in their names. */
    private static final int JOB_CHARS = 8;

    @Mixin private LakeOption lake = new LakeOption();
    @Mixin private TablesOption tables = new TablesOption();

    @Option(
            names = "--checkpoint",
            paramLabel = "N",
            description = "Only the snapshot of each table at this checkpoint.")
    private @Nullable Long checkpoint;

    @Option(
            names = "--job",
            paramLabel = "ID",
            description = "Job that took the checkpoint, or the beginning of its id.")
    private @Nullable String job;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Override
    public Integer call() {
        if (job != null && checkpoint == null) {
            throw CommandException.usage("--job says whose checkpoint is meant: give --checkpoint");
        }
        LakeHistory history =
                Warehouses.ask(lake.existing(), opened -> LakeHistory.of(opened, tables.layouts()));
        if (checkpoint != null) {
            try {
                printAt(history, history.checkpoint(checkpoint, job));
            } catch (LakeException e) {
                throw CommandException.failure(String.valueOf(e.getMessage()), e);
            }
        } else if (json) {
            history.tables().values().forEach(this::printJson);
        } else {
            print(history);
        }
        return Trailwatch.EXIT_OK;
    }

    private void printAt(LakeHistory history, LakeHistory.Checkpoint at) {
        if (at.run() == null) {
            throw CommandException.failure(
                    "no streaming job has committed to these tables, so they have no checkpoint "
                            + at.id());
        }
        Map<String, Optional<Long>> snapshots = new LinkedHashMap<>();
        for (String table : history.tables().keySet()) {
            snapshots.put(table, history.snapshotAt(table, at));
        }
        if (json) {
            snapshots.forEach(
                    (table, snapshot) ->
                            jsonLines()
                                    .object(
                                            out -> {
                                                out.writeStringField("table", table);
                                                out.writeNumberField("checkpoint", at.id());
                                                number(out, "snapshot", snapshot.orElse(null));
                                            }));
            return;
        }
        TextTable shown = TextTable.of("TABLE", ">SNAPSHOT AT CHECKPOINT " + at.id());
        snapshots.forEach(
                (table, snapshot) ->
                        shown.row(table, snapshot.map(String::valueOf).orElse("none yet")));
        shown.print(console());
    }

    private void print(LakeHistory history) {
        TextTable shown =
                TextTable.of(
                        "TABLE",
                        "TIME",
                        ">CHECKPOINT",
                        "JOB",
                        "OPERATION",
                        ">ADDED",
                        ">REMOVED",
                        ">ROWS",
                        ">SNAPSHOT",
                        "STATE");
        boolean any = false;
        for (TableHistory table : history.tables().values()) {
            for (TableCommit commit : table.all()) {
                any = true;
                String id = commit.job() == null ? "" : commit.job();
                shown.row(
                        table.table(),
                        commit.time().toString(),
                        commit.checkpoint() == null ? "" : "%,d".formatted(commit.checkpoint()),
                        id.substring(0, Math.min(JOB_CHARS, id.length())),
                        commit.operation(),
                        "%,d".formatted(commit.rowsAdded()),
                        "%,d".formatted(commit.rowsRemoved()),
                        "%,d".formatted(commit.rowsTotal()),
                        Long.toString(commit.snapshot()),
                        state(table, commit));
            }
        }
        if (!any) {
            console().println("No snapshots.");
            return;
        }
        shown.print(console());
    }

    private void printJson(TableHistory table) {
        for (TableCommit commit : table.all()) {
            jsonLines()
                    .object(
                            out -> {
                                out.writeStringField("table", table.table());
                                out.writeStringField("time", commit.time().toString());
                                number(out, "checkpoint", commit.checkpoint());
                                JsonLines.text(out, "job", commit.job());
                                out.writeStringField("operation", commit.operation());
                                out.writeNumberField("added", commit.rowsAdded());
                                out.writeNumberField("removed", commit.rowsRemoved());
                                out.writeNumberField("rows", commit.rowsTotal());
                                out.writeNumberField("snapshot", commit.snapshot());
                                out.writeStringField("state", state(table, commit));
                                JsonLines.text(out, "sink", commit.sink());
                                JsonLines.text(out, "job_version", commit.jobVersion());
                                out.writeObjectFieldStart("counters");
                                for (Map.Entry<String, Long> counter :
                                        new TreeMap<>(commit.counters()).entrySet()) {
                                    out.writeNumberField(counter.getKey(), counter.getValue());
                                }
                                out.writeEndObject();
                            });
        }
    }

    private static String state(TableHistory table, TableCommit commit) {
        if (!commit.inHistory()) {
            return "rolled back";
        }
        return table.line().get(0).equals(commit) ? "current" : "past";
    }

    static void number(JsonGenerator out, String name, @Nullable Long value) throws IOException {
        if (value == null) {
            out.writeNullField(name);
        } else {
            out.writeNumberField(name, value);
        }
    }
}
