package io.trailwatch.connector.iceberg.maintain;

import io.trailwatch.connector.iceberg.FileRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.PropertyUtil;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of some files of one partition into new files, in the sort order of the table.
 * Nothing is committed.
 */
final class SortedRewrite {
    /** Rows are written once more at leisure: better packed than by the job. */
    private static final String ZSTD_LEVEL = "3";

    /** Asking a Parquet writer for its size costs more than a row. */
    private static final int ROWS_BETWEEN_LOOKS = 1000;

    private final Table table;
    private final Schema schema;
    private final SortOrder order;
    private final long targetBytes;
    private final long sortBytes;
    private final Path folder;

    SortedRewrite(Table table, long targetBytes, long sortBytes, Path folder) {
        this.table = table;
        this.schema = table.schema();
        this.order = table.sortOrder();
        this.targetBytes = targetBytes;
        this.sortBytes = sortBytes;
        this.folder = folder;
    }

    /**
     * Bloom filters for as many values as there are rows at most: one of the size for a full file
     * outweighs the rows of a small one.
     */
    private Map<String, String> bloomFilterSizes(long rowsAtMost) {
        Map<String, String> sizes = new HashMap<>();
        for (String column :
                PropertyUtil.propertiesWithPrefix(
                                table.properties(),
                                TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX)
                        .keySet()) {
            sizes.put(
                    TableProperties.PARQUET_BLOOM_FILTER_COLUMN_NDV_PREFIX + column,
                    "" + Math.max(1, rowsAtMost));
        }
        return sizes;
    }

    /**
     * New files, and how many rows they hold.
     *
     * @param files none when every row was deleted
     */
    record Rewritten(List<DataFile> files, long rows) {}

    /**
     * Rewrites a group; what was written is deleted again when that fails.
     *
     * @throws MaintenanceException if the files hold other than the rows that the table counts
     */
    Rewritten rewrite(CompactionPlan.Group group) {
        StructLike partition = group.tasks().get(0).file().partition();
        long counted = group.tasks().stream().mapToLong(task -> task.file().recordCount()).sum();
        boolean deletes = group.tasks().stream().anyMatch(task -> !task.deletes().isEmpty());
        Output output = new Output(group.spec(), partition, bloomFilterSizes(counted));
        boolean done = false;
        try (RowSorter sorter = new RowSorter(schema, order, sortBytes, folder)) {
            long read = 0;
            for (FileScanTask task : group.tasks()) {
                try (CloseableIterable<Record> rows = FileRows.of(table, schema, task)) {
                    for (Record row : rows) {
                        sorter.add(row);
                        read++;
                    }
                }
            }
            sorter.drain(output::write);
            output.finish();
            long written = output.files.stream().mapToLong(DataFile::recordCount).sum();
            if (written != read || (!deletes && read != counted)) {
                throw new MaintenanceException(
                        "files of partition %s hold %d rows by the table, %d were read, %d written"
                                .formatted(group.partition(), counted, read, written));
            }
            done = true;
            return new Rewritten(List.copyOf(output.files), written);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot rewrite files of partition " + group.partition(), e);
        } finally {
            if (!done) {
                output.discard();
            }
        }
    }

    /** Files one after the other, each up to the target size. */
    private final class Output {
        private final PartitionSpec spec;
        private final StructLike partition;
        private final Map<String, String> bloomFilterSizes;
        private final OutputFileFactory names;
        private final List<DataFile> files = new ArrayList<>();
        private @Nullable DataWriter<Record> open;
        private long rows;

        Output(PartitionSpec spec, StructLike partition, Map<String, String> bloomFilterSizes) {
            this.spec = spec;
            this.partition = partition;
            this.bloomFilterSizes = bloomFilterSizes;
            this.names =
                    OutputFileFactory.builderFor(table, 0, 0).format(FileFormat.PARQUET).build();
        }

        void write(Record row) {
            try {
                DataWriter<Record> writer = open == null ? next() : open;
                writer.write(row);
                if (++rows % ROWS_BETWEEN_LOOKS == 0 && writer.length() >= targetBytes) {
                    finish();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + location(), e);
            }
        }

        private DataWriter<Record> next() throws IOException {
            DataWriter<Record> writer =
                    Parquet.writeData(
                                    spec.isPartitioned()
                                            ? names.newOutputFile(spec, partition)
                                            : names.newOutputFile())
                            .forTable(table)
                            .schema(schema)
                            .set(TableProperties.PARQUET_COMPRESSION_LEVEL, ZSTD_LEVEL)
                            .setAll(bloomFilterSizes)
                            .metricsConfig(MetricsConfig.forTable(table))
                            .createWriterFunc(GenericParquetWriter::create)
                            .withSpec(spec)
                            .withPartition(partition)
                            .withSortOrder(order)
                            .build();
            open = writer;
            return writer;
        }

        void finish() throws IOException {
            if (open != null) {
                open.close();
                files.add(open.toDataFile());
                open = null;
            }
        }

        private String location() {
            return "a file of partition " + spec.partitionToPath(partition);
        }

        void discard() {
            if (open != null) {
                try {
                    open.close();
                    files.add(open.toDataFile());
                } catch (IOException | RuntimeException e) {
                    // Half a file: no snapshot refers to it, the orphans' step removes it.
                }
                open = null;
            }
            Deletions.delete(table.io(), files.stream().map(DataFile::location).toList());
        }
    }
}
