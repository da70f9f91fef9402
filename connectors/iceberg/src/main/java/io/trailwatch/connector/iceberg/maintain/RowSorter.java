package io.trailwatch.connector.iceberg.maintain;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.apache.iceberg.Files;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.SortOrderComparators;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.avro.Avro;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.avro.DataWriter;
import org.apache.iceberg.data.avro.PlannedDataReader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.io.FileAppender;

/** Sorts more rows than fit into memory: sorted runs go to temporary files and are merged. */
final class RowSorter implements Closeable {
    private final Schema schema;
    private final Comparator<Record> order;
    private final long maxBytes;
    private final Path folder;
    private final List<File> runs = new ArrayList<>();
    private List<Record> rows = new ArrayList<>();
    private long bytes;

    /**
     * @param maxBytes heap for rows, as estimated by their values
     * @param folder for temporary files; must exist
     */
    RowSorter(Schema schema, SortOrder order, long maxBytes, Path folder) {
        this.schema = schema;
        this.order = comparator(schema, order);
        this.maxBytes = maxBytes;
        this.folder = folder;
    }

    private static Comparator<Record> comparator(Schema schema, SortOrder order) {
        if (order.isUnsorted()) {
            return (a, b) -> 0;
        }
        Comparator<StructLike> values = SortOrderComparators.forSchema(schema, order);
        InternalRecordWrapper left = new InternalRecordWrapper(schema.asStruct());
        InternalRecordWrapper right = new InternalRecordWrapper(schema.asStruct());
        return (a, b) -> values.compare(left.wrap(a), right.wrap(b));
    }

    void add(Record row) {
        rows.add(row);
        bytes += heapBytes(row);
        if (bytes > maxBytes) {
            spill();
        }
    }

    /** How many temporary files there are. */
    int runs() {
        return runs.size();
    }

    /** Hands out all rows in order; to be called once. */
    void drain(Consumer<Record> taker) {
        if (runs.isEmpty()) {
            rows.sort(order);
            rows.forEach(taker);
            return;
        }
        spill();
        PriorityQueue<Run> heads = new PriorityQueue<>((a, b) -> order.compare(a.head(), b.head()));
        List<Run> open = new ArrayList<>();
        try {
            for (File file : runs) {
                Run run = new Run(read(file));
                open.add(run);
                if (run.advance()) {
                    heads.add(run);
                }
            }
            while (!heads.isEmpty()) {
                Run least = heads.remove();
                taker.accept(least.head());
                if (least.advance()) {
                    heads.add(least);
                }
            }
        } finally {
            open.forEach(Run::close);
        }
    }

    private void spill() {
        if (rows.isEmpty()) {
            return;
        }
        rows.sort(order);
        try {
            File file = File.createTempFile("run", ".avro", folder.toFile());
            runs.add(file);
            try (FileAppender<Record> appender =
                    Avro.write(Files.localOutput(file))
                            .schema(schema)
                            .set(TableProperties.AVRO_COMPRESSION, "zstd")
                            .set(TableProperties.AVRO_COMPRESSION_LEVEL, "1")
                            .createWriterFunc(DataWriter::create)
                            .overwrite()
                            .build()) {
                appender.addAll(rows);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write sorted rows below " + folder, e);
        }
        rows = new ArrayList<>();
        bytes = 0;
    }

    private CloseableIterable<Record> read(File file) {
        return Avro.read(Files.localInput(file))
                .project(schema)
                .createResolvingReader(PlannedDataReader::create)
                .build();
    }

    @Override
    public void close() {
        for (File run : runs) {
            // What cannot be deleted now goes with the folder or the temporary file system.
            boolean unused = run.delete();
        }
        runs.clear();
        rows = new ArrayList<>();
    }

    /** A sorted file and the least of its rows that was not handed out. */
    private static final class Run {
        private final CloseableIterator<Record> rest;
        private Record head;

        @SuppressWarnings("NullAway.Init") // advance() sets the head
        Run(CloseableIterable<Record> rows) {
            this.rest = rows.iterator();
        }

        Record head() {
            return head;
        }

        boolean advance() {
            if (!rest.hasNext()) {
                return false;
            }
            head = rest.next();
            return true;
        }

        void close() {
            try {
                rest.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close sorted rows", e);
            }
        }
    }

    /** Estimate, rather too high: object headers of a 64-bit JVM and the values. */
    static long heapBytes(Object value) {
        if (value instanceof CharSequence text) {
            return 48 + 2L * text.length();
        }
        if (value instanceof Record row) {
            long sum = 64;
            for (int i = 0; i < row.size(); i++) {
                Object field = row.get(i);
                sum += 8 + (field == null ? 0 : heapBytes(field));
            }
            return sum;
        }
        if (value instanceof List<?> list) {
            long sum = 48;
            for (Object element : list) {
                sum += 8 + (element == null ? 0 : heapBytes(element));
            }
            return sum;
        }
        if (value instanceof Map<?, ?> map) {
            long sum = 64;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                Object content = entry.getValue();
                sum += 48 + heapBytes(entry.getKey()) + (content == null ? 0 : heapBytes(content));
            }
            return sum;
        }
        if (value instanceof ByteBuffer buffer) {
            return 64 + buffer.remaining();
        }
        // A boxed number, or a time made of several objects.
        return value instanceof Number || value instanceof Boolean ? 24 : 112;
    }
}
