package io.trailwatch.pipeline.job;

import io.trailwatch.connector.iceberg.maintain.MaintenanceSettings;
import io.trailwatch.connector.iceberg.maintain.MaintenanceStep;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/** Keys {@code maintain.*} of the property group: what {@link MaintenanceJob} does. */
public final class MaintenanceOptions {
    private static final MaintenanceSettings DEFAULTS = MaintenanceSettings.DEFAULTS;

    public static final ConfigOption<List<String>> TABLES =
            ConfigOptions.key("maintain.tables")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription("Tables to maintain, separated by ';'. All when absent.");

    public static final ConfigOption<List<String>> STEPS =
            ConfigOptions.key("maintain.steps")
                    .stringType()
                    .asList()
                    .defaultValues(
                            DEFAULTS.steps().stream()
                                    .map(MaintenanceStep::label)
                                    .toArray(String[]::new))
                    .withDescription(
                            "Of compact, manifests, expire and orphans, separated by ';'.");

    public static final ConfigOption<Duration> OLDER_THAN =
            ConfigOptions.key("maintain.older-than")
                    .durationType()
                    .defaultValue(DEFAULTS.snapshotRetention())
                    .withDescription(
                            "Age from which snapshots are forgotten. What the committer of a job"
                                    + " looks for is kept longer.");

    public static final ConfigOption<Integer> KEEP_SNAPSHOTS =
            ConfigOptions.key("maintain.keep-snapshots")
                    .intType()
                    .defaultValue(DEFAULTS.minSnapshots())
                    .withDescription("Newest snapshots of a table that stay whatever their age.");

    public static final ConfigOption<Duration> LONGEST_OUTAGE =
            ConfigOptions.key("maintain.longest-outage")
                    .durationType()
                    .defaultValue(DEFAULTS.longestOutage())
                    .withDescription(
                            "How long a job may stand still and then go on exactly from its last"
                                    + " checkpoint.");

    public static final ConfigOption<Duration> ORPHAN_AGE =
            ConfigOptions.key("maintain.orphan-age")
                    .durationType()
                    .defaultValue(DEFAULTS.orphanAge())
                    .withDescription(
                            "Age, at least 1 h, from which files that no snapshot refers to are"
                                    + " removed. It counts back from the last commit of a job that"
                                    + " stands still.");

    public static final ConfigOption<Integer> MIN_INPUT_FILES =
            ConfigOptions.key("maintain.min-input-files")
                    .intType()
                    .defaultValue(DEFAULTS.minInputFiles())
                    .withDescription("Small files that make a partition worth writing anew.");

    public static final ConfigOption<Integer> MAX_FILES =
            ConfigOptions.key("maintain.max-files")
                    .intType()
                    .defaultValue(DEFAULTS.maxFiles())
                    .withDescription("A partition with more files is written anew in any case.");

    public static final ConfigOption<MemorySize> SORT_MEMORY =
            ConfigOptions.key("maintain.sort-memory")
                    .memoryType()
                    .defaultValue(new MemorySize(DEFAULTS.sortBytes()))
                    .withDescription(
                            "Heap for rows that are sorted; further ones go to temporary files.");

    public static final ConfigOption<Boolean> DRY_RUN =
            ConfigOptions.key("maintain.dry-run")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription("Tell what would change, and change nothing.");

    private MaintenanceOptions() {}

    /** All keys. */
    public static List<ConfigOption<?>> all() {
        return List.of(
                TABLES,
                STEPS,
                OLDER_THAN,
                KEEP_SNAPSHOTS,
                LONGEST_OUTAGE,
                ORPHAN_AGE,
                MIN_INPUT_FILES,
                MAX_FILES,
                SORT_MEMORY,
                DRY_RUN);
    }

    /**
     * What is done.
     *
     * @throws IllegalArgumentException if a value is not allowed; the message names it
     */
    public static MaintenanceSettings settings(Configuration options) {
        try {
            return new MaintenanceSettings(
                    MaintenanceStep.of(options.get(STEPS)),
                    options.get(OLDER_THAN),
                    options.get(KEEP_SNAPSHOTS),
                    options.get(LONGEST_OUTAGE),
                    options.get(ORPHAN_AGE),
                    options.get(MIN_INPUT_FILES),
                    options.get(MAX_FILES),
                    options.get(SORT_MEMORY).getBytes(),
                    options.get(DRY_RUN));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("maintain.*: " + e.getMessage(), e);
        }
    }

    /**
     * The tables it is done to.
     *
     * @throws IllegalArgumentException if one is unknown; the message names it
     */
    public static List<TableLayout> tables(Configuration options) {
        List<String> names = options.get(TABLES);
        return names.isEmpty()
                ? Tables.ALL
                : names.stream().map(MaintenanceOptions::table).toList();
    }

    static TableLayout table(String name) {
        return Tables.ALL.stream()
                .filter(layout -> layout.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "%s has '%s', must be of %s"
                                                .formatted(
                                                        TABLES.key(),
                                                        name,
                                                        String.join(
                                                                ", ",
                                                                Tables.ALL.stream()
                                                                        .map(TableLayout::name)
                                                                        .toList()))));
    }
}
