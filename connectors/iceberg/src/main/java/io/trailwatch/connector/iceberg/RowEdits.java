package io.trailwatch.connector.iceberg;

import static io.trailwatch.connector.iceberg.CommitSummary.APPEND_MARK;
import static io.trailwatch.connector.iceberg.CommitSummary.MARK;

import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.data.GenericAppenderFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.sink.RowDataTaskWriterFactory;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.io.TaskWriter;

/**
 * Changes of few rows outside a job, each in one commit that carries a mark, by which an
 * interrupted sequence of commits is recognised and completed.
 */
final class RowEdits {
    private final TableLayout layout;
    private final Table table;

    RowEdits(TableLayout layout, Table table) {
        this.layout = layout;
        this.table = table;
    }

    /**
     * Deletes the rows that hold one of the values in a string column, by writing their files anew
     * without them: readers need know nothing of deletions, and counts from metadata stay true.
     *
     * @return how many there were; when there was none, nothing is committed
     */
    long delete(String column, Set<String> values, String mark) {
        Snapshot current = table.currentSnapshot();
        if (current == null) {
            return 0;
        }
        OverwriteFiles overwrite =
                table.newOverwrite()
                        .validateFromSnapshot(current.snapshotId())
                        .validateNoConflictingDeletes();
        long deleted = 0;
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(current.snapshotId()).planFiles()) {
            for (FileScanTask task : tasks) {
                if (count(task, column, values) == 0) {
                    continue;
                }
                Rewritten rewritten = rewrite(task, column, values);
                deleted += rewritten.deleted();
                overwrite.deleteFile(task.file());
                rewritten.file().ifPresent(overwrite::addFile);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot rewrite files of table " + layout.name(), e);
        }
        if (deleted > 0) {
            overwrite.set(MARK, mark).commit();
        }
        return deleted;
    }

    /** The newest deletion that the table still knows of. */
    Optional<Lake.Deletion> lastDeletion() {
        Snapshot snapshot = table.currentSnapshot();
        while (snapshot != null) {
            Long parent = snapshot.parentId();
            String mark = snapshot.summary().get(MARK);
            if (mark != null) {
                boolean known = parent != null && table.snapshot(parent) != null;
                return Optional.of(
                        new Lake.Deletion(mark, snapshot.snapshotId(), known ? parent : null));
            }
            snapshot = parent == null ? null : table.snapshot(parent);
        }
        return Optional.empty();
    }

    /** Mark of the last {@link #append}. */
    Optional<String> mark() {
        return Optional.ofNullable(table.properties().get(MARK));
    }

    /** Appends rows and remembers the mark, both or neither. */
    void append(List<Row> rows, String mark) {
        Transaction transaction = table.newTransaction();
        AppendFiles append = transaction.newAppend();
        write(rows).forEach(append::appendFile);
        CommitSummary.sums(layout, rows).forEach(append::set);
        // In the summary as well: a rollback drops snapshots, and sets the property back by it.
        append.set(APPEND_MARK, mark).commit();
        transaction.updateProperties().set(MARK, mark).commit();
        transaction.commitTransaction();
    }

    private List<DataFile> write(Collection<Row> rows) {
        RowDataTaskWriterFactory factory =
                new RowDataTaskWriterFactory(
                        table,
                        FlinkSchemaUtil.convert(IcebergSchemas.schema(layout)),
                        IcebergSchemas.TARGET_FILE_BYTES,
                        FileFormat.PARQUET,
                        table.properties(),
                        List.of(),
                        false);
        factory.initialize(0, 0);
        try (TaskWriter<RowData> writer = factory.create()) {
            for (Row row : rows) {
                writer.write(RowDatas.view(layout, row));
            }
            return List.of(writer.dataFiles());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write files of table " + layout.name(), e);
        }
    }

    private long count(FileScanTask task, String column, Set<String> values) throws IOException {
        long found = 0;
        try (CloseableIterable<Record> records =
                FileRows.of(table, table.schema().select(column), task)) {
            for (Record row : records) {
                found += values.contains(String.valueOf(row.getField(column))) ? 1 : 0;
            }
        }
        return found;
    }

    /**
     * A file without the rows.
     *
     * @param file nothing when no row is left
     */
    private record Rewritten(long deleted, Optional<DataFile> file) {}

    private Rewritten rewrite(FileScanTask task, String column, Set<String> values)
            throws IOException {
        DataWriter<Record> writer =
                new GenericAppenderFactory(table.schema(), task.spec())
                        .setAll(table.properties())
                        .newDataWriter(
                                OutputFileFactory.builderFor(table, 0, 0)
                                        .format(FileFormat.PARQUET)
                                        .build()
                                        .newOutputFile(task.spec(), task.partition()),
                                FileFormat.PARQUET,
                                task.partition());
        long deleted = 0;
        long kept = 0;
        try (writer;
                CloseableIterable<Record> records = FileRows.of(table, table.schema(), task)) {
            for (Record row : records) {
                if (values.contains(String.valueOf(row.getField(column)))) {
                    deleted++;
                } else {
                    writer.write(row);
                    kept++;
                }
            }
        }
        DataFile file = writer.toDataFile();
        if (kept == 0) {
            table.io().deleteFile(file.location());
            return new Rewritten(deleted, Optional.empty());
        }
        return new Rewritten(deleted, Optional.of(file));
    }
}
