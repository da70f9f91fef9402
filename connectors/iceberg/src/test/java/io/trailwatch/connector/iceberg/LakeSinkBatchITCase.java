package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink in batch mode: no checkpoints, one commit at the end. */
class LakeSinkBatchITCase {
    private static final int ROWS = 500;
    private static final AtomicBoolean FAILED = new AtomicBoolean();

    @TempDir private Path folder;
    private LakeSettings settings;
    private StreamExecutionEnvironment env;

    @BeforeEach
    void openLake() {
        settings = LakeSettings.local(folder.resolve("warehouse"));
        env = MiniClusters.environment(RuntimeExecutionMode.BATCH);
    }

    @Test
    void writesEveryNestedValueInOneCommit() throws Exception {
        create(TestTables.CALLS);
        LakeSink.append(calls(env, TestTables.CALLS, ROWS), settings, TestTables.CALLS, "calls", 2);
        env.execute();

        assertThat(rows(TestTables.CALLS))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, ROWS).mapToObj(TestTables::call).toList());
        try (Lake lake = Lake.open(settings)) {
            assertThat(lake.tables())
                    .singleElement()
                    .satisfies(
                            calls -> {
                                assertThat(calls.table()).isEqualTo("calls");
                                assertThat(calls.rows()).isEqualTo(ROWS);
                                assertThat(calls.snapshots()).isEqualTo(1);
                            });
        }
    }

    @Test
    void makesOneFileOfEachPartitionWhenRowsSpreadOverMoreThanMayBeOpen() throws Exception {
        create(TestTables.CALLS);
        int hours = 2 * LakeSink.MAX_OPEN_FILES;
        // Twice through all hours, the second time again from the first on.
        List<Long> minutes = LongStream.range(0, 2L * hours).mapToObj(n -> n % hours * 60).toList();
        DataStream<RowData> calls =
                env.fromData(minutes, Types.LONG)
                        .map(n -> RowDatas.view(TestTables.CALLS, TestTables.call(n.intValue())))
                        .returns(RowDatas.typeOf(TestTables.CALLS))
                        .setParallelism(1);
        LakeSink.append(calls, settings, TestTables.CALLS, "calls", 1);
        env.execute();

        assertThat(rows(TestTables.CALLS))
                .containsExactlyInAnyOrderElementsOf(
                        minutes.stream().map(n -> TestTables.call(n.intValue())).toList());
        try (Lake lake = Lake.open(settings)) {
            assertThat(lake.tables())
                    .containsExactly(new TableSummary("calls", 2L * hours, hours, 1));
        }
    }

    @Test
    void leavesTheTableWithoutSnapshotWhenTheInputIsEmpty() throws Exception {
        create(TestTables.CALLS);
        DataStream<RowData> none =
                calls(env, TestTables.CALLS, 10)
                        .filter(row -> false)
                        .returns(RowDatas.typeOf(TestTables.CALLS));
        LakeSink.append(none, settings, TestTables.CALLS, "calls", 2);
        env.execute();

        assertThat(rows(TestTables.CALLS)).isEmpty();
        try (Lake lake = Lake.open(settings)) {
            assertThat(lake.tables()).containsExactly(new TableSummary("calls", 0, 0, 0));
        }
    }

    @Test
    void writesSeveralTablesInOneJob() throws Exception {
        List<TableLayout> layouts =
                List.of(TestTables.calls("a"), TestTables.calls("b"), TestTables.calls("c"));
        for (int i = 0; i < layouts.size(); i++) {
            create(layouts.get(i));
            LakeSink.append(
                    calls(env, layouts.get(i), 100 * (i + 1)),
                    settings,
                    layouts.get(i),
                    "table-" + i,
                    i + 1 > 2 ? 1 : i + 1);
        }
        env.execute();

        for (int i = 0; i < layouts.size(); i++) {
            assertThat(rows(layouts.get(i)))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 100 * (i + 1)).mapToObj(TestTables::call).toList());
        }
    }

    @Test
    void appendsToWhatAnEarlierRunWrote() throws Exception {
        create(TestTables.CALLS);
        for (int run = 0; run < 2; run++) {
            StreamExecutionEnvironment again = MiniClusters.environment(RuntimeExecutionMode.BATCH);
            LakeSink.append(
                    calls(again, TestTables.CALLS, 20), settings, TestTables.CALLS, "calls", 1);
            again.execute();
        }
        assertThat(rows(TestTables.CALLS))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 40).mapToObj(n -> TestTables.call(n % 20)).toList());
    }

    @Test
    void everyRowIsThereOnceAfterATaskHasFailedAndStartedAgain() throws Exception {
        Configuration options = new Configuration();
        options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        options.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        env = MiniClusters.environment(RuntimeExecutionMode.BATCH, options);
        create(TestTables.CALLS);
        FAILED.set(false);
        DataStream<RowData> calls =
                calls(env, TestTables.CALLS, ROWS)
                        .filter(LakeSinkBatchITCase::failOnce)
                        .returns(RowDatas.typeOf(TestTables.CALLS));
        LakeSink.append(calls, settings, TestTables.CALLS, "calls", 2);
        env.execute();

        assertThat(FAILED).isTrue();
        assertThat(rows(TestTables.CALLS))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, ROWS).mapToObj(TestTables::call).toList());
    }

    private static boolean failOnce(RowData row) {
        if (row.getLong(2) == ROWS - 20 && FAILED.compareAndSet(false, true)) {
            throw new IllegalStateException("failure the test asked for");
        }
        return true;
    }

    @Test
    void readsOneColumnBackAsAStream() throws Exception {
        create(TestTables.CALLS);
        LakeSink.append(calls(env, TestTables.CALLS, ROWS), settings, TestTables.CALLS, "calls", 2);
        env.execute();

        assertThat(columnOf(TestTables.CALLS, "id"))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, ROWS).mapToObj(n -> "call-" + n).toList());
    }

    @Test
    void readsNothingFromATableWithoutSnapshot() throws Exception {
        create(TestTables.CALLS);
        assertThat(columnOf(TestTables.CALLS, "id")).isEmpty();
    }

    private List<String> columnOf(TableLayout layout, String column) throws Exception {
        StreamExecutionEnvironment reading = MiniClusters.environment(RuntimeExecutionMode.BATCH);
        List<String> values = new ArrayList<>();
        LakeSource.column(reading, settings, layout, column, "read-" + column, "read " + column)
                .executeAndCollect()
                .forEachRemaining(values::add);
        return values;
    }

    private void create(TableLayout layout) {
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(layout);
        }
    }

    private static DataStream<RowData> calls(
            StreamExecutionEnvironment env, TableLayout layout, int count) {
        return env.fromData(LongStream.range(0, count).boxed().toList(), Types.LONG)
                .rebalance()
                .map(n -> RowDatas.view(TestTables.CALLS, TestTables.call(n.intValue())))
                .returns(RowDatas.typeOf(layout))
                .setParallelism(2);
    }

    private List<Row> rows(TableLayout layout) throws Exception {
        List<String> columns = layout.columns().stream().map(column -> column.name()).toList();
        try (Lake lake = Lake.open(settings);
                CloseableIterable<Row> rows = lake.read(layout, columns)) {
            List<Row> read = new ArrayList<>();
            rows.forEach(read::add);
            return read;
        }
    }
}
