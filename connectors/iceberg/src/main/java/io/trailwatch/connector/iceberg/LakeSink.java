package io.trailwatch.connector.iceberg;

import io.trailwatch.table.TableLayout;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.DistributionMode;
import org.apache.iceberg.flink.sink.IcebergSink;

/**
 * Appends a stream of rows to a table.
 *
 * <p>In streaming mode each completed checkpoint commits the rows before it exactly once. In batch
 * mode there is one commit when the input has ended; until then no reader sees a row. A task holds
 * one open file per partition it has seen since the last commit.
 */
public final class LakeSink {
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
        try (Lake lake = Lake.open(settings)) {
            IcebergSink.forRowData(rows)
                    .table(lake.writable(layout))
                    .tableLoader(settings.tableLoader(layout))
                    .distributionMode(DistributionMode.NONE)
                    .writeParallelism(writeParallelism)
                    .uidSuffix(uid)
                    .setSnapshotProperty("trailwatch.sink", uid)
                    .append();
        }
    }
}
