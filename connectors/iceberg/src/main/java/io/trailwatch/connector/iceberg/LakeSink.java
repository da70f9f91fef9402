package io.trailwatch.connector.iceberg;

import io.trailwatch.connector.iceberg.BoundedFilesSink.AnyPartitions;
import io.trailwatch.connector.iceberg.BoundedFilesSink.HourOrDay;
import io.trailwatch.connector.iceberg.BoundedFilesSink.Partitions;
import io.trailwatch.table.TableLayout;
import java.time.Duration;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.SinkTransformation;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.DistributionMode;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.flink.sink.IcebergSink;

/**
 * Appends a stream of rows to a table.
 *
 * <p>In streaming mode each completed checkpoint commits the rows before it exactly once. In batch
 * mode there is one commit when the input has ended; until then no reader sees a row. A task holds
 * at most {@value #MAX_OPEN_FILES} files open, one per partition; rows of further partitions wait
 * in memory until some are closed. The snapshot of each commit carries our {@link CommitSummary}.
 */
public final class LakeSink {
    /**
     * Per task and table. An open file of our widest tables takes 4 MiB of heap before its first
     * row, and was seen to take 48 MiB with thousands of rows buffered whose values all differ.
     */
    static final int MAX_OPEN_FILES = 8;

    /** Per task and table: what rows of further partitions take until a file is open for them. */
    static final int MAX_WAITING_BYTES = 8 << 20;

    private LakeSink() {}

    /**
     * Adds the sink to the graph; the table must have been made by {@link Lake#create}.
     *
     * @param rows of type {@link RowDatas#typeOf}
     * @param uid end of the uids of writer, aggregator and committer; belongs to savepoints
     * @throws LakeException if the table is absent or its columns differ from the layout
     */
    public static void append(
            DataStream<RowData> rows,
            LakeSettings settings,
            TableLayout layout,
            String uid,
            int writeParallelism) {
        boolean bounded =
                rows.getExecutionEnvironment().getConfiguration().get(ExecutionOptions.RUNTIME_MODE)
                        == RuntimeExecutionMode.BATCH;
        SummedTableLoader tables =
                new SummedTableLoader(
                        settings.tableLoader(layout), CommitSummary.of(layout, uid, bounded));
        try (Lake lake = Lake.open(settings)) {
            Table table = lake.writable(layout);
            rows.sinkTo(
                            new BoundedFilesSink<>(
                                    icebergSink(rows, table, tables, uid),
                                    tables,
                                    partitions(layout, table),
                                    RowDatas.typeOf(layout)
                                            .createSerializer(
                                                    rows.getExecutionConfig()
                                                            .getSerializerConfig()),
                                    MAX_OPEN_FILES,
                                    MAX_WAITING_BYTES))
                    .uid(uid)
                    .name(layout.name())
                    .setParallelism(writeParallelism);
        }
    }

    private static Partitions partitions(TableLayout layout, Table table) {
        if (!TableEvolution.partitioned(table, layout)) {
            return new AnyPartitions(table.schema(), table.spec());
        }
        return new HourOrDay(
                layout.indexOf(layout.partition().column()),
                switch (layout.partition().granularity()) {
                    case HOUR -> Duration.ofHours(1).toMillis();
                    case DAY -> Duration.ofDays(1).toMillis();
                });
    }

    /**
     * Iceberg's builder hands out no sink, it only appends one. So it may append to an environment
     * that never runs, and we take the sink from there.
     */
    @SuppressWarnings("unchecked")
    private static Sink<RowData> icebergSink(
            DataStream<RowData> rows, Table table, TableLoader tables, String uid) {
        StreamExecutionEnvironment aside = new StreamExecutionEnvironment();
        DataStreamSink<RowData> appended =
                IcebergSink.forRowData(new DataStream<>(aside, rows.getTransformation()))
                        .table(table)
                        .tableLoader(tables)
                        .distributionMode(DistributionMode.NONE)
                        .uidSuffix(uid)
                        .append();
        return ((SinkTransformation<RowData, RowData>) appended.getTransformation()).getSink();
    }
}
