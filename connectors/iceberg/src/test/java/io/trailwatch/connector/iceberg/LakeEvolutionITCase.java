package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType.Primitive;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.TableLayout.Granularity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.CloseableIterator;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that is written by one version of a job, then by the next. */
class LakeEvolutionITCase {
    private static final int ROWS = 4_000;

    /** Enough for each of two tasks to have some in each of twenty buckets. */
    private static final int BUCKETED_ROWS = 300;

    private static final int ROWS_PER_CHECKPOINT = 40;
    private static final Instant T0 = TestTables.T0;

    private static final Column TIME = Column.required("time", Primitive.TIMESTAMP, "When.");

    private static final TableLayout V1 =
            layout(
                    Granularity.HOUR,
                    1,
                    TIME,
                    Column.required("id", Primitive.STRING, "Which."),
                    Column.optional("count", Primitive.INT, "How many."),
                    Column.struct(
                            "actor", "Who.", Column.optional("name", Primitive.STRING, "Name.")));

    private static final TableLayout V2 =
            layout(
                    Granularity.DAY,
                    2,
                    TIME,
                    Column.optional("id", Primitive.STRING, "Which."),
                    Column.optional("count", Primitive.LONG, "How many."),
                    Column.struct(
                            "actor",
                            "Who.",
                            Column.optional("name", Primitive.STRING, "Name."),
                            Column.optional("uid", Primitive.STRING, "ARN.")),
                    Column.optional("note", Primitive.STRING, "New."));

    /** What differs between two versions of the job. */
    private enum Version {
        FIRST(V1),
        SECOND(V2);

        private final TableLayout layout;

        Version(TableLayout layout) {
            this.layout = layout;
        }

        RowData view(long n) {
            return RowDatas.view(layout, this == FIRST ? rowOfV1(n) : rowOfV2(n));
        }
    }

    @TempDir private Path folder;
    private LakeSettings settings;

    @BeforeEach
    void nameWarehouse() {
        settings = LakeSettings.local(folder.resolve("warehouse"));
    }

    @Test
    void aSavepointOfTheVersionBeforeGoesOnInTheEvolvedTable() throws Exception {
        String savepoint = runFirstVersionUntilItHasCommittedTwice();
        Set<Row> old = new HashSet<>(read(V1));
        assertThat(old).hasSizeBetween(ROWS_PER_CHECKPOINT, ROWS - 1);

        Configuration options = new Configuration();
        options.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        wire(options, Version.SECOND, ROWS).execute();

        assertThat(read(V2))
                .containsExactlyElementsOf(
                        LongStream.range(0, ROWS)
                                .mapToObj(
                                        n ->
                                                old.contains(rowOfV1(n))
                                                        ? rowOfV1AsReadLater(n)
                                                        : rowOfV2(n))
                                .toList());
        try (Lake lake = Lake.open(settings)) {
            Table table = lake.table(V2);
            assertThat(table.specs()).hasSize(2);
            assertThat(table.spec().fields())
                    .singleElement()
                    .satisfies(field -> assertThat(field.transform()).hasToString("day"));
            // Each checkpoint once, over both jobs.
            assertThat(table.snapshots())
                    .extracting(
                            (Snapshot snapshot) ->
                                    snapshot.summary().get("flink.max-committed-checkpoint-id"))
                    .doesNotHaveDuplicates();
        }
        assertThat(readAsAStream())
                .containsExactlyElementsOf(
                        LongStream.range(0, ROWS).mapToObj(n -> Row.of("row-" + n, n)).toList());
    }

    @Test
    void theSinkWritesToPartitionsThatAnOperatorHasMade() throws Exception {
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(V1);
            lake.table(V1)
                    .updateSpec()
                    .removeField("time_hour")
                    .addField(Expressions.bucket("id", 20))
                    .commit();
        }
        StreamExecutionEnvironment env = MiniClusters.environment(RuntimeExecutionMode.BATCH);
        append(env, Version.FIRST, BUCKETED_ROWS, RateLimiterStrategy.noOp());
        env.execute();

        assertThat(read(V1))
                .containsExactlyElementsOf(
                        LongStream.range(0, BUCKETED_ROWS)
                                .mapToObj(LakeEvolutionITCase::rowOfV1)
                                .toList());
        try (Lake lake = Lake.open(settings)) {
            // A file of each of two tasks for each bucket, though a task holds eight open.
            assertThat(lake.tables())
                    .containsExactly(new TableSummary("rows", BUCKETED_ROWS, 40, 1));
        }
    }

    private String runFirstVersionUntilItHasCommittedTwice() throws Exception {
        JobClient job =
                wire(new Configuration(), Version.FIRST, ROWS_PER_CHECKPOINT).executeAsync();
        try (Lake lake = Lake.open(settings)) {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> lake.tables().get(0).snapshots() >= 2);
        }
        return job.stopWithSavepoint(
                        false,
                        folder.resolve("savepoints").toUri().toString(),
                        SavepointFormatType.CANONICAL)
                .get(1, TimeUnit.MINUTES);
    }

    /** As a job starts: brings the table to its layout, then wires source and sink. */
    private StreamExecutionEnvironment wire(
            Configuration options, Version version, int rowsPerCheckpoint) {
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(version.layout);
        }
        // Every operator must have a uid of its own, or savepoints break.
        options.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        StreamExecutionEnvironment env =
                MiniClusters.environment(RuntimeExecutionMode.STREAMING, options);
        env.enableCheckpointing(100);
        append(env, version, ROWS, RateLimiterStrategy.perCheckpoint(rowsPerCheckpoint));
        return env;
    }

    private void append(
            StreamExecutionEnvironment env, Version version, int count, RateLimiterStrategy rate) {
        DataStream<RowData> rows =
                env.fromSource(
                                new DataGeneratorSource<Long>(n -> n, count, rate, Types.LONG),
                                WatermarkStrategy.noWatermarks(),
                                "numbers")
                        .uid("numbers")
                        .map(version::view)
                        .returns(RowDatas.typeOf(version.layout))
                        .uid("view");
        LakeSink.append(rows, settings, version.layout, "rows", 2);
    }

    private List<Row> read(TableLayout layout) throws Exception {
        List<Row> read = new ArrayList<>();
        try (Lake lake = Lake.open(settings);
                CloseableIterable<Row> rows =
                        lake.read(layout, layout.columns().stream().map(Column::name).toList())) {
            rows.forEach(read::add);
        }
        read.sort(Comparator.comparingLong(row -> number(row.value(1))));
        return read;
    }

    /** Through Flink's own reader, which opens files of both versions. */
    private List<Row> readAsAStream() throws Exception {
        StreamExecutionEnvironment env = MiniClusters.environment(RuntimeExecutionMode.BATCH);
        List<Row> read = new ArrayList<>();
        try (CloseableIterator<Tuple2<Long, String>> pairs =
                LakeSource.columns(env, settings, V2, "count", "id", "stored", "stored rows")
                        .executeAndCollect()) {
            pairs.forEachRemaining(pair -> read.add(Row.of(pair.f1, pair.f0)));
        }
        read.sort(Comparator.comparingLong(row -> number(row.value(0))));
        return read;
    }

    private static long number(Object id) {
        return Long.parseLong(id.toString().substring("row-".length()));
    }

    private static Row rowOfV1(long n) {
        return Row.of(time(n), "row-" + n, (int) n, Row.of("name-" + n));
    }

    private static Row rowOfV1AsReadLater(long n) {
        return Row.of(time(n), "row-" + n, n, Row.of("name-" + n, null), null);
    }

    private static Row rowOfV2(long n) {
        return Row.of(time(n), "row-" + n, n, Row.of("name-" + n, "uid-" + n), "note-" + n);
    }

    private static Instant time(long n) {
        return T0.plusSeconds(n % 7 * 3600);
    }

    private static TableLayout layout(Granularity granularity, int version, Column... columns) {
        return new TableLayout(
                "rows",
                "Rows.",
                List.of(columns),
                new TableLayout.Partition("time", granularity),
                List.of("time"),
                List.of(),
                version);
    }
}
