package io.trailwatch.cli.lake;

import com.fasterxml.jackson.core.JsonGenerator;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.maintain.LakeMaintenance;
import io.trailwatch.connector.iceberg.maintain.MaintenanceReport;
import io.trailwatch.connector.iceberg.maintain.MaintenanceSettings;
import io.trailwatch.connector.iceberg.maintain.MaintenanceStep;
import io.trailwatch.table.TableLayout;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lake maintain}: merges small files, forgets old snapshots, removes orphans. */
@Command(
        name = "maintain",
        description = {
            "Merges small files of each partition in the table's sort order, tidies manifests,"
                + " forgets old snapshots and removes files that no snapshot refers to. The job may"
                + " run meanwhile. What the job needs to go on from its last checkpoint stays,"
                + " however old.",
            "",
            "Not for tables that the optimizers of Glue or S3 Tables look after: one of the two.",
            "",
            "With --json: one object a table with table, dry_run, data_files_before,"
                + " data_files_after, manifests_before, manifests_after, snapshots_before,"
                + " snapshots_after, metadata_bytes, partitions_compacted, files_compacted,"
                + " bytes_read, bytes_written, rows_compacted, partitions_skipped[],"
                + " snapshots_expired, snapshots_kept_for_writers, files_expired, oldest_snapshot,"
                + " orphans_removed, orphan_bytes, orphans_too_young, warnings[], millis, error.",
            "",
            "Exit status 1 when a table could not be maintained; the others are."
        },
        footer = {
            "Examples:",
            "  ./trailwatch lake maintain --warehouse warehouse --dry-run",
            "  ./trailwatch lake maintain --config run.json --table vpc_flow --only compact,expire"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class LakeMaintainCommand extends TrailwatchCommand {
    @Mixin private LakeOption lake = new LakeOption();

    @Mixin private TablesOption tables = new TablesOption();

    @Option(
            names = "--only",
            paramLabel = "STEPS",
            split = ",",
            description = "Of compact, manifests, expire and orphans. All when not given.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--older-than",
            paramLabel = "AGE",
            description =
                    "Age from which snapshots are forgotten, such as 36h or 5d. 3d when not given.")
    private @Nullable String olderThan;

    @Option(
            names = "--orphan-age",
            paramLabel = "AGE",
            description =
                    "Age from which files that no snapshot refers to are removed, at least 1h; it"
                            + " counts back from the last commit of a job that stands still. 3d"
                            + " when not given.")
    private @Nullable String orphanAge;

    @Option(names = "--dry-run", description = "Tell what would change; change nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Override
    public Integer call() {
        LakeSettings settings = lake.existing();
        List<TableLayout> layouts = tables.layouts();
        MaintenanceSettings maintenance = maintenance();
        List<LakeMaintenance.Outcome> outcomes = new ArrayList<>();
        int failed =
                Warehouses.ask(
                        settings,
                        opened ->
                                LakeMaintenance.run(
                                        opened,
                                        layouts,
                                        maintenance,
                                        outcome -> {
                                            outcomes.add(outcome);
                                            if (json) {
                                                print(outcome);
                                            } else {
                                                console()
                                                        .progress(
                                                                "done with "
                                                                        + outcome.table().name());
                                            }
                                        }));
        if (!json) {
            console().clearProgress();
            print(outcomes);
        }
        return failed == 0 ? Trailwatch.EXIT_OK : Trailwatch.EXIT_FAILED;
    }

    private MaintenanceSettings maintenance() {
        MaintenanceSettings settings = MaintenanceSettings.DEFAULTS.withDryRun(dryRun);
        if (!only.isEmpty()) {
            try {
                settings = settings.withSteps(MaintenanceStep.of(only));
            } catch (IllegalArgumentException e) {
                throw CommandException.usage("--only: " + e.getMessage());
            }
        }
        if (olderThan != null) {
            settings =
                    settings.withSnapshots(age("--older-than", olderThan), settings.minSnapshots());
        }
        if (orphanAge != null) {
            Duration age = age("--orphan-age", orphanAge);
            try {
                settings = settings.withOrphanAge(age);
            } catch (IllegalArgumentException e) {
                throw CommandException.usage("--orphan-age: " + e.getMessage());
            }
        }
        return settings;
    }

    private static Duration age(String option, String text) {
        try {
            return TimeUtils.parseDuration(text);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(
                    "%s is %s, must be an age such as 36h or 5d".formatted(option, text));
        }
    }

    private void print(List<LakeMaintenance.Outcome> outcomes) {
        if (outcomes.isEmpty()) {
            console().println("No tables.");
            return;
        }
        TextTable shown =
                TextTable.of(
                        "TABLE",
                        ">FILES",
                        ">AFTER",
                        ">MERGED",
                        ">MANIFESTS",
                        ">SNAPSHOTS",
                        ">FORGOTTEN",
                        ">FOR WRITERS",
                        ">ORPHANS",
                        ">TOO YOUNG",
                        ">SECONDS");
        for (LakeMaintenance.Outcome outcome : outcomes) {
            MaintenanceReport report = outcome.report();
            if (report == null) {
                shown.row(outcome.table().name(), "failed", "", "", "", "", "", "", "", "", "");
                continue;
            }
            shown.row(
                    outcome.table().name(),
                    count(report.dataFilesBefore()),
                    count(report.dataFilesAfter()),
                    count(report.compacted().filesRead()),
                    count(report.manifestsAfter()),
                    count(report.snapshotsAfter()),
                    count(report.expired().snapshots()),
                    count(report.expired().keptForWriters()),
                    count(report.orphans().filesDeleted()),
                    count(report.orphans().filesTooYoung()),
                    "%.1f".formatted(report.took().toMillis() / 1000.0));
        }
        shown.print(console());
        for (LakeMaintenance.Outcome outcome : outcomes) {
            RuntimeException failure = outcome.failure();
            if (failure != null) {
                console().println("%s: %s".formatted(outcome.table().name(), why(failure)));
            }
            MaintenanceReport report = outcome.report();
            if (report != null) {
                for (String skipped : report.compacted().skipped()) {
                    console()
                            .println(
                                    "%s: skipped partition %s"
                                            .formatted(outcome.table().name(), skipped));
                }
                for (String warning : report.warnings()) {
                    console().println("%s: %s".formatted(outcome.table().name(), warning));
                }
            }
        }
        if (dryRun) {
            console().println("Nothing was changed.");
        }
    }

    private static String count(long number) {
        return "%,d".formatted(number);
    }

    private static String why(RuntimeException failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }

    private void print(LakeMaintenance.Outcome outcome) {
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("table", outcome.table().name());
                            MaintenanceReport report = outcome.report();
                            if (report != null) {
                                write(out, report);
                            }
                            RuntimeException failure = outcome.failure();
                            JsonLines.text(out, "error", failure == null ? null : why(failure));
                        });
    }

    private static void write(JsonGenerator out, MaintenanceReport report) throws IOException {
        out.writeBooleanField("dry_run", report.dryRun());
        out.writeNumberField("data_files_before", report.dataFilesBefore());
        out.writeNumberField("data_files_after", report.dataFilesAfter());
        out.writeNumberField("manifests_before", report.manifestsBefore());
        out.writeNumberField("manifests_after", report.manifestsAfter());
        out.writeNumberField("snapshots_before", report.snapshotsBefore());
        out.writeNumberField("snapshots_after", report.snapshotsAfter());
        out.writeNumberField("metadata_bytes", report.metadataBytes());
        out.writeNumberField("partitions_compacted", report.compacted().partitions());
        out.writeNumberField("files_compacted", report.compacted().filesRead());
        out.writeNumberField("bytes_read", report.compacted().bytesRead());
        out.writeNumberField("bytes_written", report.compacted().bytesWritten());
        out.writeNumberField("rows_compacted", report.compacted().rows());
        texts(out, "partitions_skipped", report.compacted().skipped());
        out.writeNumberField("snapshots_expired", report.expired().snapshots());
        out.writeNumberField("snapshots_kept_for_writers", report.expired().keptForWriters());
        out.writeNumberField("files_expired", report.expired().filesDeleted());
        Instant oldest = report.expired().oldest();
        JsonLines.text(out, "oldest_snapshot", oldest == null ? null : oldest.toString());
        out.writeNumberField("orphans_removed", report.orphans().filesDeleted());
        out.writeNumberField("orphan_bytes", report.orphans().bytesDeleted());
        out.writeNumberField("orphans_too_young", report.orphans().filesTooYoung());
        texts(out, "warnings", report.warnings());
        out.writeNumberField("millis", report.took().toMillis());
    }

    private static void texts(JsonGenerator out, String name, List<String> values)
            throws IOException {
        out.writeArrayFieldStart(name);
        for (String value : values) {
            out.writeString(value);
        }
        out.writeEndArray();
    }
}
