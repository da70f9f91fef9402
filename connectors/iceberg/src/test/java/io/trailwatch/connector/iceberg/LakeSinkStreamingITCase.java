package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.table.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink in streaming mode: a commit per checkpoint, exactly once through a failure. */
class LakeSinkStreamingITCase {
    private static final int ROWS = 600;
    private static final int ROWS_PER_CHECKPOINT = 100;

    @TempDir private Path folder;

    @Test
    void everyRowIsThereOnceAfterATaskHasFailedBetweenTwoCheckpoints() throws Exception {
        LakeSettings settings = LakeSettings.local(folder);
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(TestTables.CALLS);
        }
        Configuration options = new Configuration();
        // Every operator of the sink must have a uid of its own, or savepoints break.
        options.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        options.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        StreamExecutionEnvironment env =
                MiniClusters.environment(RuntimeExecutionMode.STREAMING, options);
        env.enableCheckpointing(100);
        FailsOnce.reset();
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
                        .map(new FailsOnce())
                        .uid("fail")
                        .map(n -> RowDatas.view(TestTables.CALLS, TestTables.call(n.intValue())))
                        .returns(RowDatas.typeOf(TestTables.CALLS))
                        .uid("view");
        LakeSink.append(calls, settings, TestTables.CALLS, "calls", 2);
        env.execute();

        assertThat(FailsOnce.FAILED).isTrue();
        List<Row> read = new ArrayList<>();
        try (Lake lake = Lake.open(settings)) {
            List<String> columns =
                    TestTables.CALLS.columns().stream().map(column -> column.name()).toList();
            try (CloseableIterable<Row> rows = lake.read(TestTables.CALLS, columns)) {
                rows.forEach(read::add);
            }
            assertThat(lake.table(TestTables.CALLS).snapshots())
                    .hasSizeGreaterThan(1)
                    .allSatisfy(
                            (Snapshot snapshot) ->
                                    assertThat(snapshot.summary())
                                            .containsEntry("trailwatch.sink", "calls"))
                    .extracting(
                            snapshot -> snapshot.summary().get("flink.max-committed-checkpoint-id"))
                    .doesNotHaveDuplicates();
        }
        assertThat(read)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, ROWS).mapToObj(TestTables::call).toList());
    }

    /** As clusters do that give each run of an application the same id. */
    @Test
    void aJobThatBeginsAgainUnderItsOldIdWithoutStateIsRefused() throws Exception {
        LakeSettings settings = LakeSettings.local(folder);
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(TestTables.CALLS);
        }
        String id = JobID.generate().toHexString();
        run(settings, id, 0);
        assertThatThrownBy(() -> run(settings, id, ROWS))
                .rootCause()
                .isInstanceOf(LakeException.class)
                .hasMessageContaining("calls")
                .hasMessageContaining("of job " + id)
                .hasMessageContaining("began again without state");
        run(settings, JobID.generate().toHexString(), ROWS);

        try (Lake lake = Lake.open(settings);
                CloseableIterable<Row> rows = lake.read(TestTables.CALLS, List.of("sequence"))) {
            assertThat(rows)
                    .extracting(row -> row.value(0))
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.range(0, 2 * ROWS).boxed().toList());
        }
    }

    private static void run(LakeSettings settings, String jobId, int firstRow) throws Exception {
        Configuration options = new Configuration();
        options.set(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID, jobId);
        options.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        StreamExecutionEnvironment env =
                MiniClusters.environment(RuntimeExecutionMode.STREAMING, options);
        env.enableCheckpointing(100);
        DataStream<RowData> calls =
                env.fromSequence(firstRow, firstRow + ROWS - 1)
                        .map(n -> RowDatas.view(TestTables.CALLS, TestTables.call(n.intValue())))
                        .returns(RowDatas.typeOf(TestTables.CALLS));
        LakeSink.append(calls, settings, TestTables.CALLS, "calls", 1);
        env.execute();
    }

    /** Fails in the midst of the rows that follow the second completed checkpoint. */
    private static final class FailsOnce extends RichMapFunction<Long, Long>
            implements CheckpointListener {
        private static final long serialVersionUID = 1;
        static final AtomicBoolean FAILED = new AtomicBoolean();
        private static final AtomicInteger COMPLETED = new AtomicInteger();

        private int sinceCheckpoint;

        static void reset() {
            FAILED.set(false);
            COMPLETED.set(0);
        }

        @Override
        public Long map(Long n) {
            if (COMPLETED.get() >= 2
                    && ++sinceCheckpoint > ROWS_PER_CHECKPOINT / 5
                    && FAILED.compareAndSet(false, true)) {
                throw new IllegalStateException("failure the test asked for, at row " + n);
            }
            return n;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            COMPLETED.incrementAndGet();
            sinceCheckpoint = 0;
        }
    }
}
