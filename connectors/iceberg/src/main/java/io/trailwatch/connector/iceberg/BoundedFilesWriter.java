package io.trailwatch.connector.iceberg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.io.WriteResult;
import org.jspecify.annotations.Nullable;

/**
 * Keeps few files open. The partitions that come first after a commit get a file each; rows of
 * further ones wait as bytes, and are written partition by partition before the commit, or when too
 * many wait. So a commit has one file for each of its partitions, however mixed they come, as long
 * as no more than {@code maxWaitingBytes} wait.
 *
 * <p>Iceberg closes all files of a writer at once. Closing them whenever one more partition came
 * made a file of every few rows as soon as some rows were late.
 */
@SuppressWarnings("try") // closing may be interrupted, as Flink's interface says
final class BoundedFilesWriter implements CommittingSinkWriter<RowData, WriteResult> {
    private static final int FIRST_BUFFER_BYTES = 1 << 10;

    private final CommittingSinkWriter<RowData, WriteResult> files;
    private final Function<RowData, Object> partition;
    private final TypeSerializer<RowData> rows;
    private final int maxOpenFiles;
    private final int maxWaitingBytes;
    private final Set<Object> open = new HashSet<>();
    private final Map<Object, DataOutputSerializer> waiting = new HashMap<>();
    private final List<WriteResult> closed = new ArrayList<>();
    private int waitingBytes;

    /**
     * Bounds a writer.
     *
     * @param partition tells partitions apart
     * @param rows turns waiting rows into bytes and back
     */
    BoundedFilesWriter(
            CommittingSinkWriter<RowData, WriteResult> files,
            Function<RowData, Object> partition,
            TypeSerializer<RowData> rows,
            int maxOpenFiles,
            int maxWaitingBytes) {
        this.files = files;
        this.partition = partition;
        this.rows = rows;
        this.maxOpenFiles = maxOpenFiles;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    @Override
    public void write(RowData row, Context context) throws IOException, InterruptedException {
        Object into = partition.apply(row);
        if (open.contains(into) || open.size() < maxOpenFiles) {
            open.add(into);
            files.write(row, context);
            return;
        }
        DataOutputSerializer bytes =
                waiting.computeIfAbsent(
                        into, absent -> new DataOutputSerializer(FIRST_BUFFER_BYTES));
        int before = bytes.length();
        rows.serialize(row, bytes);
        waitingBytes += bytes.length() - before;
        if (waitingBytes > maxWaitingBytes) {
            writeWaiting();
        }
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        files.flush(endOfInput);
    }

    @Override
    public Collection<WriteResult> prepareCommit() throws IOException, InterruptedException {
        writeWaiting();
        closeFiles();
        List<WriteResult> results = List.copyOf(closed);
        closed.clear();
        return results;
    }

    @Override
    public void close() throws Exception {
        files.close();
    }

    /** The partition with the most rows comes last and stays open: it is likely to get more. */
    private void writeWaiting() throws IOException, InterruptedException {
        List<Map.Entry<Object, DataOutputSerializer>> all = new ArrayList<>(waiting.entrySet());
        all.sort(Comparator.comparingInt(entry -> entry.getValue().length()));
        if (!all.isEmpty()) {
            closeFiles();
        }
        for (Map.Entry<Object, DataOutputSerializer> entry : all) {
            if (open.size() == maxOpenFiles) {
                closeFiles();
            }
            open.add(entry.getKey());
            DataOutputSerializer bytes = entry.getValue();
            DataInputDeserializer in =
                    new DataInputDeserializer(bytes.getSharedBuffer(), 0, bytes.length());
            while (in.available() > 0) {
                files.write(rows.deserialize(in), NoContext.INSTANCE);
            }
        }
        waiting.clear();
        waitingBytes = 0;
    }

    private void closeFiles() throws IOException, InterruptedException {
        closed.addAll(files.prepareCommit());
        open.clear();
    }

    /** Iceberg's writer asks for neither. */
    private enum NoContext implements Context {
        INSTANCE;

        @Override
        public long currentWatermark() {
            return Long.MIN_VALUE;
        }

        @Override
        public @Nullable Long timestamp() {
            return null;
        }
    }
}
