package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.iceberg.local.GlueEmulator;
import io.trailwatch.connector.iceberg.local.S3Emulator;
import io.trailwatch.table.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.CloseableIterable;

/** A lake on S3 and Glue; the job's way to both goes through proxies, the test's does not. */
final class FaultLake implements AutoCloseable {
    static final String SINK = "calls";

    /** How often tasks of the source's map have begun: once per subtask and attempt. */
    static final AtomicInteger STARTS = new AtomicInteger();

    final S3Emulator s3 = S3Emulator.inMemory(0);
    final GlueEmulator glue = GlueEmulator.inMemory(0);
    final FaultProxy s3Proxy;
    final FaultProxy glueProxy;

    FaultLake() throws IOException {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        s3.createBucket("lake");
        s3Proxy = new FaultProxy(s3.url());
        glueProxy = new FaultProxy(glue.url());
        try (Lake lake = Lake.openOrCreate(sound())) {
            lake.create(TestTables.CALLS);
            // Iceberg waits a second before it looks whether a commit was taken.
            lake.table(TestTables.CALLS)
                    .updateProperties()
                    .set(TableProperties.COMMIT_STATUS_CHECKS_MIN_WAIT_MS, "100")
                    .commit();
        }
    }

    /** For the job. */
    LakeSettings faulty() {
        return settings(glueProxy.url(), s3Proxy.url());
    }

    /** For the test. */
    LakeSettings sound() {
        return settings(glue.url(), s3.url());
    }

    static LakeSettings settings(String glueUrl, String s3Url) {
        return LakeSettings.glue("s3://lake/warehouse", "eu-west-1", glueUrl, s3Url, true);
    }

    /**
     * A job that writes rows 0 to {@code rows}, some at each checkpoint, so that each checkpoint
     * has something to commit.
     */
    static void append(
            StreamExecutionEnvironment env,
            LakeSettings settings,
            int rows,
            int rowsPerCheckpoint,
            int writers) {
        DataStream<RowData> calls =
                env.fromSource(
                                new DataGeneratorSource<Long>(
                                        n -> n,
                                        rows,
                                        RateLimiterStrategy.perCheckpoint(rowsPerCheckpoint),
                                        Types.LONG),
                                WatermarkStrategy.noWatermarks(),
                                "numbers")
                        .uid("numbers")
                        .map(new ToRow())
                        .returns(RowDatas.typeOf(TestTables.CALLS))
                        .uid("view");
        LakeSink.append(calls, settings, TestTables.CALLS, SINK, writers);
    }

    private static final class ToRow extends RichMapFunction<Long, RowData> {
        private static final long serialVersionUID = 1;

        @Override
        public void open(OpenContext context) {
            STARTS.incrementAndGet();
        }

        @Override
        public RowData map(Long n) {
            return RowDatas.view(TestTables.CALLS, TestTables.call(n.intValue()));
        }
    }

    static List<Row> rows(int from, int to) {
        return IntStream.range(from, to).mapToObj(TestTables::call).toList();
    }

    List<Row> read() throws IOException {
        List<Row> read = new ArrayList<>();
        try (Lake lake = Lake.open(sound())) {
            List<String> columns =
                    TestTables.CALLS.columns().stream().map(column -> column.name()).toList();
            try (CloseableIterable<Row> rows = lake.read(TestTables.CALLS, columns)) {
                rows.forEach(read::add);
            }
        }
        return read;
    }

    /** Every row once, and every file that any snapshot names is there. */
    void holdsExactly(List<Row> rows) throws IOException {
        assertThat(read()).containsExactlyInAnyOrderElementsOf(rows);
        try (Lake lake = Lake.open(sound())) {
            Table table = lake.table(TestTables.CALLS);
            List<String> objects =
                    s3.objects("lake", "").keySet().stream()
                            .map(key -> "s3://lake/" + key)
                            .toList();
            List<String> files = new ArrayList<>();
            table.snapshots()
                    .forEach(
                            snapshot -> {
                                files.add(snapshot.manifestListLocation());
                                snapshot.allManifests(table.io())
                                        .forEach(manifest -> files.add(manifest.path()));
                            });
            try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
                tasks.forEach(task -> files.add(task.file().location()));
            }
            assertThat(objects).containsAll(files);
        }
    }

    @Override
    public void close() {
        glueProxy.close();
        s3Proxy.close();
        glue.close();
        s3.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }
}
