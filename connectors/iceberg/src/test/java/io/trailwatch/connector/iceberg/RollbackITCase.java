package io.trailwatch.connector.iceberg;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.trailwatch.connector.iceberg.rollback.LakeHistory;
import io.trailwatch.connector.iceberg.rollback.Rollback;
import io.trailwatch.connector.iceberg.rollback.SavepointFile;
import io.trailwatch.connector.iceberg.rollback.TableCommit;
import io.trailwatch.connector.iceberg.rollback.TableRollback;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that is restored from a savepoint which is not its last: three tables, one of which gets
 * few rows and one the ledger.
 */
class RollbackITCase {
    private static final int ROWS = 400;
    private static final int ROWS_PER_CHECKPOINT = 40;
    private static final TableLayout ALL = TestTables.calls("all");

    /** Gets rows from the middle of the input on, so it is empty at an early savepoint. */
    private static final TableLayout LATE = TestTables.calls("late");

    private static final int FIRST_LATE = 300;
    private static final Instant HOUR = TestTables.T0.truncatedTo(ChronoUnit.HOURS);
    private static final List<TableLayout> TABLES = List.of(ALL, LATE, Tables.LEDGER);

    @TempDir private Path folder;

    @Test
    void restoringAnOlderSavepointIsExactAfterARollbackAndDoublesRowsWithoutOne() throws Exception {
        LakeSettings settings = LakeSettings.local(folder.resolve("lake"));
        try (Lake lake = Lake.openOrCreate(settings)) {
            TABLES.forEach(lake::create);
        }
        JobClient first = start(settings, null);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> rows(settings, ALL) >= 2 * ROWS_PER_CHECKPOINT);
        String savepoint =
                first.triggerSavepoint(
                                folder.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get();
        first.getJobExecutionResult().get();
        assertExact(settings);
        assertSummaries(settings, first.getJobID().toString());

        JobClient second = start(settings, savepoint);
        second.getJobExecutionResult().get();
        Map<Long, Integer> doubled = timesRead(settings, ALL);
        assertThat(doubled.keySet()).containsExactlyElementsOf(numbers(0, ROWS));
        assertThat(new TreeSet<>(doubled.values()))
                .as("rows before the savepoint are there once, those after it twice")
                .containsExactly(1, 2);
        assertThat(timesRead(settings, LATE).values()).containsOnly(2);
        assertThat(sum(settings, "written")).isGreaterThan(ROWS);

        SavepointFile file = read(savepoint);
        assertThat(first.getJobID().toString()).startsWith(String.valueOf(file.jobPrefix()));
        rollBack(settings, file);
        assertThat(timesRead(settings, ALL).keySet())
                .as("the rows of the savepoint are those that were there once")
                .isEqualTo(
                        new TreeSet<>(
                                doubled.entrySet().stream()
                                        .filter(row -> row.getValue() == 1)
                                        .map(Map.Entry::getKey)
                                        .toList()));
        assertThat(timesRead(settings, LATE)).isEmpty();

        JobClient third = start(settings, savepoint);
        third.getJobExecutionResult().get();
        assertExact(settings);
        try (Lake lake = Lake.open(settings)) {
            assertThat(LakeHistory.of(lake, TABLES).runs())
                    .extracting(run -> run.job(), run -> run.restored())
                    .as("jobs in the history of the tables, the newest first")
                    .containsExactly(
                            tuple(third.getJobID().toString(), file.checkpoint()),
                            tuple(first.getJobID().toString(), null));
        }
    }

    /** Goes back by the id alone, which says as much as the name of the savepoint's folder. */
    private static void rollBack(LakeSettings settings, SavepointFile savepoint) {
        try (Lake lake = Lake.open(settings)) {
            LakeHistory history = LakeHistory.of(lake, TABLES);
            LakeHistory.Checkpoint checkpoint =
                    history.checkpoint(savepoint.checkpoint(), savepoint.jobPrefix());
            assertThat(history.checkpoint(savepoint.checkpoint(), null)).isEqualTo(checkpoint);
            List<TableRollback> plan = history.plan(checkpoint);
            Rollback.check(plan, false);
            for (int i = 0; i < TABLES.size(); i++) {
                Rollback.apply(lake, TABLES.get(i), plan.get(i), Clock.systemUTC());
            }
        }
    }

    private static void assertExact(LakeSettings settings) throws Exception {
        Map<Long, Integer> read = timesRead(settings, ALL);
        assertThat(read.keySet()).containsExactlyElementsOf(numbers(0, ROWS));
        assertThat(read.values()).containsOnly(1);
        Map<Long, Integer> late = timesRead(settings, LATE);
        assertThat(late.keySet()).containsExactlyElementsOf(numbers(FIRST_LATE, ROWS));
        assertThat(late.values()).containsOnly(1);
        assertThat(sum(settings, "written")).isEqualTo(ROWS);
        assertThat(sum(settings, "received")).isEqualTo(ROWS + (ROWS - 1L) * ROWS / 2);
    }

    private static void assertSummaries(LakeSettings settings, String job) {
        try (Lake lake = Lake.open(settings)) {
            LakeHistory history = LakeHistory.of(lake, TABLES);
            List<TableCommit> ledger =
                    requireNonNull(history.tables().get(Tables.LEDGER.name())).line();
            assertThat(ledger)
                    .allSatisfy(
                            (TableCommit commit) -> {
                                assertThat(commit.job()).isEqualTo(job);
                                assertThat(commit.sink()).isEqualTo("sink-ledger");
                                assertThat(commit.startedFresh()).isTrue();
                                assertThat(commit.jobVersion()).matches("[0-9]+\\..*");
                                assertThat(commit.counters())
                                        .containsEntry("written", commit.rowsAdded())
                                        .containsEntry("quarantined", 0L);
                            });
            assertThat(ledger.stream().mapToLong(RollbackITCase::received).sum())
                    .as("sums in the summaries add up to the table")
                    .isEqualTo(sum(settings, "received"));
            assertThat(requireNonNull(history.tables().get(ALL.name())).line())
                    .allSatisfy(commit -> assertThat(commit.counters()).isEmpty());
        }
    }

    private static long received(TableCommit commit) {
        return requireNonNull(commit.counters().get("received"));
    }

    private JobClient start(LakeSettings settings, @Nullable String savepoint) throws Exception {
        Configuration options = new Configuration();
        options.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        if (savepoint != null) {
            options.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env =
                MiniClusters.environment(RuntimeExecutionMode.STREAMING, options);
        env.enableCheckpointing(100);
        DataStream<Long> numbers =
                env.fromSource(
                                new DataGeneratorSource<Long>(
                                        n -> n,
                                        ROWS,
                                        RateLimiterStrategy.perCheckpoint(ROWS_PER_CHECKPOINT),
                                        Types.LONG),
                                WatermarkStrategy.noWatermarks(),
                                "numbers")
                        .uid("numbers")
                        .setParallelism(1);
        for (int i = 0; i < TABLES.size(); i++) {
            // A layout is not serializable, its place is.
            int place = i;
            TableLayout table = TABLES.get(i);
            DataStream<RowData> rows =
                    numbers.filter(n -> !TABLES.get(place).equals(LATE) || n >= FIRST_LATE)
                            .uid("choose-" + table.name())
                            .map(n -> RowDatas.view(TABLES.get(place), row(TABLES.get(place), n)))
                            .returns(RowDatas.typeOf(table))
                            .uid("view-" + table.name());
            LakeSink.append(rows, settings, table, "sink-" + table.name(), 1);
        }
        return env.executeAsync();
    }

    private static Row row(TableLayout table, long n) {
        return table.equals(Tables.LEDGER)
                ? Row.of("numbers", HOUR, 1 + n, 1L, 0L, 0L, n, 0L, 0L)
                : TestTables.call((int) n);
    }

    private static SavepointFile read(String savepoint) throws Exception {
        String folder = SavepointFile.folder(savepoint);
        try (InputStream in =
                Files.newInputStream(Path.of(URI.create(folder)).resolve(SavepointFile.METADATA))) {
            return SavepointFile.read(in, savepoint);
        }
    }

    private static long rows(LakeSettings settings, TableLayout table) {
        try (Lake lake = Lake.open(settings)) {
            return lake.tables().stream()
                    .filter(summary -> summary.table().equals(table.name()))
                    .mapToLong(TableSummary::rows)
                    .sum();
        }
    }

    private static Map<Long, Integer> timesRead(LakeSettings settings, TableLayout table)
            throws Exception {
        Map<Long, Integer> times = new TreeMap<>();
        for (Object n : column(settings, table, "sequence")) {
            times.merge((Long) n, 1, Integer::sum);
        }
        return times;
    }

    private static long sum(LakeSettings settings, String counter) {
        return column(settings, Tables.LEDGER, counter).stream().mapToLong(n -> (Long) n).sum();
    }

    private static List<Object> column(LakeSettings settings, TableLayout table, String column) {
        List<Object> values = new ArrayList<>();
        try (Lake lake = Lake.open(settings);
                CloseableIterable<Row> rows = lake.read(table, List.of(column))) {
            rows.forEach(row -> values.add(requireNonNull(row.value(0))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }

    private static Set<Long> numbers(long from, long to) {
        Set<Long> numbers = new TreeSet<>();
        LongStream.range(from, to).forEach(numbers::add);
        return numbers;
    }
}
