package io.trailwatch.connector.iceberg;

import java.io.IOException;
import java.io.Serializable;
import java.util.function.Function;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.RowDataWrapper;
import org.apache.iceberg.io.WriteResult;

/**
 * Iceberg's sink with a bound on the files a task holds open. Iceberg's writer keeps one per
 * partition until the commit, each with megabytes of buffers, and in batch mode there is one commit
 * only. {@link BoundedFilesWriter} tells how few files do.
 *
 * @param <C> what Iceberg commits
 */
final class BoundedFilesSink<C>
        implements Sink<RowData>, SupportsCommitter<C>, SupportsPreCommitTopology<WriteResult, C> {
    private static final long serialVersionUID = 1;

    private final Sink<RowData> iceberg;
    private final SummedTableLoader tables;
    private final Partitions partitions;
    private final TypeSerializer<RowData> rows;
    private final int maxOpenFiles;
    private final int maxWaitingBytes;

    /** Which partition a row belongs to. */
    interface Partitions extends Serializable {
        /** Called once by each task. */
        Function<RowData, Object> open();
    }

    /**
     * Partitions by hour or day alone, as our layouts have them.
     *
     * @param column place of the timestamp column
     * @param millis length of a partition
     */
    record HourOrDay(int column, long millis) implements Partitions {
        @Override
        public Function<RowData, Object> open() {
            return row -> Math.floorDiv(row.getTimestamp(column, 6).getMillisecond(), millis);
        }
    }

    /** Partitions of any kind, as an operator may have given a table; dearer to tell apart. */
    record AnyPartitions(Schema schema, PartitionSpec spec) implements Partitions {
        @Override
        public Function<RowData, Object> open() {
            RowDataWrapper wrapper =
                    new RowDataWrapper(FlinkSchemaUtil.convert(schema), schema.asStruct());
            PartitionKey key = new PartitionKey(spec, schema);
            return row -> {
                key.partition(wrapper.wrap(row));
                return key.copy();
            };
        }
    }

    /**
     * Bounds a sink.
     *
     * @param iceberg a sink that supports a committer and a pre-commit topology as well
     * @param tables from which its committer loads the table
     * @param rows turns rows that wait for a file into bytes and back
     */
    BoundedFilesSink(
            Sink<RowData> iceberg,
            SummedTableLoader tables,
            Partitions partitions,
            TypeSerializer<RowData> rows,
            int maxOpenFiles,
            int maxWaitingBytes) {
        this.iceberg = iceberg;
        this.tables = tables;
        this.partitions = partitions;
        this.rows = rows;
        this.maxOpenFiles = maxOpenFiles;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    @Override
    @SuppressWarnings("unchecked")
    public SinkWriter<RowData> createWriter(WriterInitContext context) throws IOException {
        return new BoundedFilesWriter(
                (CommittingSinkWriter<RowData, WriteResult>) iceberg.createWriter(context),
                partitions.open(),
                rows.duplicate(),
                maxOpenFiles,
                maxWaitingBytes);
    }

    @Override
    public Committer<C> createCommitter(CommitterInitContext context) throws IOException {
        tables.restoredFrom(
                context.getJobInfo().getJobId().toHexString(), context.getRestoredCheckpointId());
        return committing().createCommitter(context);
    }

    @Override
    public SimpleVersionedSerializer<C> getCommittableSerializer() {
        return committing().getCommittableSerializer();
    }

    @Override
    public DataStream<CommittableMessage<C>> addPreCommitTopology(
            DataStream<CommittableMessage<WriteResult>> files) {
        return aggregating().addPreCommitTopology(files);
    }

    @Override
    public SimpleVersionedSerializer<WriteResult> getWriteResultSerializer() {
        return aggregating().getWriteResultSerializer();
    }

    @SuppressWarnings("unchecked")
    private SupportsCommitter<C> committing() {
        return (SupportsCommitter<C>) iceberg;
    }

    @SuppressWarnings("unchecked")
    private SupportsPreCommitTopology<WriteResult, C> aggregating() {
        return (SupportsPreCommitTopology<WriteResult, C>) iceberg;
    }
}
