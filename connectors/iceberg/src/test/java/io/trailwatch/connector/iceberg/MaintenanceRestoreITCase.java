package io.trailwatch.connector.iceberg;

import static io.trailwatch.connector.iceberg.TestTables.CALLS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trailwatch.connector.iceberg.maintain.MaintenanceReport;
import io.trailwatch.connector.iceberg.maintain.MaintenanceSettings;
import io.trailwatch.connector.iceberg.maintain.TableMaintenance;
import io.trailwatch.table.Row;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job stands still, its table is maintained, the job goes on from its savepoint. */
class MaintenanceRestoreITCase {
    private static final int ROWS = 300;
    private static final int ROWS_PER_CHECKPOINT = 30;

    /** What someone else appends meanwhile. */
    private static final int OTHERS = 1_000_000;

    @TempDir private Path folder;

    @Test
    void everyRowIsThereOnceThoughTheTableWasMaintainedForDaysMeanwhile() throws Exception {
        Map<Long, Integer> times =
                runStopChangeAndGoOn(
                        lake -> {
                            Clock fiveDaysOn = Clock.offset(Clock.systemUTC(), Duration.ofDays(5));
                            MaintenanceSettings settings =
                                    MaintenanceSettings.DEFAULTS
                                            .withFiles(2, 16)
                                            .withSnapshots(Duration.ofHours(1), 1);
                            MaintenanceReport report =
                                    new TableMaintenance(settings, fiveDaysOn, "test")
                                            .run(lake.table(CALLS));
                            assertThat(report.compacted().filesRead()).isGreaterThan(2);
                            assertThat(report.expired().snapshots()).isPositive();
                            assertThat(report.expired().keptForWriters()).isPositive();
                        });
        assertThat(times.keySet()).containsExactlyElementsOf(numbers());
        assertThat(times.values()).containsOnly(1);
    }

    /**
     * The committer does not find its last checkpoint, wants to commit it again, and its own list
     * of files is gone, which it deletes after a commit. Had the job died before that, each row of
     * the checkpoint would be there twice. If this ever holds no more, Iceberg's committer has
     * become wiser.
     */
    @Test
    void afterAnExpiryByAgeAloneTheJobCannotGoOn() {
        assertThatThrownBy(
                        () ->
                                runStopChangeAndGoOn(
                                        lake ->
                                                lake.table(CALLS)
                                                        .expireSnapshots()
                                                        .expireOlderThan(Long.MAX_VALUE)
                                                        .retainLast(1)
                                                        .commit()))
                .hasRootCauseInstanceOf(FileNotFoundException.class)
                .rootCause()
                .hasMessageContaining("/metadata/");
    }

    private Map<Long, Integer> runStopChangeAndGoOn(Consumer<Lake> change) throws Exception {
        LakeSettings settings = LakeSettings.local(folder.resolve("lake"));
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(CALLS);
        }
        JobClient job = start(settings, null);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> rows(settings) >= 3 * ROWS_PER_CHECKPOINT);
        String savepoint =
                job.stopWithSavepoint(
                                false,
                                folder.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get();
        job.getJobExecutionResult().get();
        assertThat(rows(settings)).isLessThan(ROWS);
        try (Lake lake = Lake.open(settings)) {
            for (int i = 0; i < 3; i++) {
                lake.append(CALLS, List.of(other(i)), "mark-" + i);
            }
            change.accept(lake);
        }
        start(settings, savepoint).getJobExecutionResult().get();
        return timesRead(settings);
    }

    private static Row other(int i) {
        return TestTables.call(OTHERS + i * 3);
    }

    private static List<Long> numbers() {
        return LongStream.concat(
                        LongStream.range(0, ROWS), LongStream.of(OTHERS, OTHERS + 3, OTHERS + 6))
                .boxed()
                .toList();
    }

    private JobClient start(LakeSettings settings, @Nullable String savepoint) throws Exception {
        Configuration options = new Configuration();
        options.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        options.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        if (savepoint != null) {
            options.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env =
                MiniClusters.environment(RuntimeExecutionMode.STREAMING, options);
        env.enableCheckpointing(100);
        DataStream<RowData> calls =
                env.fromSource(
                                new DataGeneratorSource<Long>(
                                        n -> n,
                                        ROWS,
                                        RateLimiterStrategy.perCheckpoint(ROWS_PER_CHECKPOINT),
                                        Types.LONG),
                                WatermarkStrategy.noWatermarks(),
                                "numbers")
                        .uid("numbers")
                        .setParallelism(1)
                        .map(n -> RowDatas.view(CALLS, TestTables.call(n.intValue())))
                        .returns(RowDatas.typeOf(CALLS))
                        .uid("view");
        LakeSink.append(calls, settings, CALLS, "sink-calls", 1);
        return env.executeAsync();
    }

    private static long rows(LakeSettings settings) {
        try (Lake lake = Lake.open(settings)) {
            Table table = lake.table(CALLS);
            return table.currentSnapshot() == null ? 0 : lake.tables().get(0).rows();
        }
    }

    private static Map<Long, Integer> timesRead(LakeSettings settings) throws Exception {
        Map<Long, Integer> times = new TreeMap<>();
        try (Lake lake = Lake.open(settings);
                CloseableIterable<Row> rows = lake.read(CALLS, List.of("sequence"))) {
            rows.forEach(row -> times.merge((Long) requireNonNull(row.value(0)), 1, Integer::sum));
        }
        return times;
    }
}
