package io.trailwatch.connector.iceberg;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
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
 * only. When a row would open one more file than the bound allows, all open files are closed first;
 * they are committed together with the others.
 *
 * @param <C> what Iceberg commits
 */
final class BoundedFilesSink<C>
        implements Sink<RowData>, SupportsCommitter<C>, SupportsPreCommitTopology<WriteResult, C> {
    private static final long serialVersionUID = 1;

    private final Sink<RowData> iceberg;
    private final SummedTableLoader tables;
    private final Partitions partitions;
    private final int maxOpenFiles;

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
     */
    BoundedFilesSink(
            Sink<RowData> iceberg,
            SummedTableLoader tables,
            Partitions partitions,
            int maxOpenFiles) {
        this.iceberg = iceberg;
        this.tables = tables;
        this.partitions = partitions;
        this.maxOpenFiles = maxOpenFiles;
    }

    @Override
    @SuppressWarnings("unchecked")
    public SinkWriter<RowData> createWriter(WriterInitContext context) throws IOException {
        return new Writer(
                (CommittingSinkWriter<RowData, WriteResult>) iceberg.createWriter(context),
                partitions.open(),
                maxOpenFiles);
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

    /** Knows the open partitions, and the files it closed before the commit asked for them. */
    @SuppressWarnings("try") // closing may be interrupted, as Flink's interface says
    private static final class Writer implements CommittingSinkWriter<RowData, WriteResult> {
        private final CommittingSinkWriter<RowData, WriteResult> files;
        private final Function<RowData, Object> partition;
        private final int maxOpenFiles;
        private final Set<Object> open = new HashSet<>();
        private final List<WriteResult> closed = new ArrayList<>();

        Writer(
                CommittingSinkWriter<RowData, WriteResult> files,
                Function<RowData, Object> partition,
                int maxOpenFiles) {
            this.files = files;
            this.partition = partition;
            this.maxOpenFiles = maxOpenFiles;
        }

        @Override
        public void write(RowData row, Context context) throws IOException, InterruptedException {
            Object into = partition.apply(row);
            if (open.add(into) && open.size() > maxOpenFiles) {
                closed.addAll(files.prepareCommit());
                open.clear();
                open.add(into);
            }
            files.write(row, context);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
            files.flush(endOfInput);
        }

        @Override
        public Collection<WriteResult> prepareCommit() throws IOException, InterruptedException {
            closed.addAll(files.prepareCommit());
            open.clear();
            List<WriteResult> results = List.copyOf(closed);
            closed.clear();
            return results;
        }

        @Override
        public void close() throws Exception {
            files.close();
        }
    }
}
