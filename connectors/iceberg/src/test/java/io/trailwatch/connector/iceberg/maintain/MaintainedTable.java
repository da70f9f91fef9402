package io.trailwatch.connector.iceberg.maintain;

import static io.trailwatch.connector.iceberg.TestTables.CALLS;

import io.trailwatch.connector.iceberg.CommitSummary;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.connector.iceberg.TestTables;
import io.trailwatch.table.Column;
import io.trailwatch.table.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.sink.RowDataTaskWriterFactory;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.TaskWriter;

/** A table of calls in a folder, written as Flink's sink writes it. */
final class MaintainedTable implements AutoCloseable {
    static final String JOB = "0123456789abcdef0123456789abcdef";
    static final String OPERATOR = "fedcba9876543210fedcba9876543210";
    static final long BIG_TARGET = 128L << 20;

    final Lake lake;
    final Path folder;
    private int tasks;

    MaintainedTable(Path folder) {
        this.folder = folder;
        this.lake = Lake.openOrCreate(LakeSettings.local(folder));
        lake.create(CALLS);
    }

    /** Each call loads it anew, as another process would. */
    Table table() {
        return lake.table(CALLS);
    }

    static List<Row> calls(int... numbers) {
        return IntStream.of(numbers).mapToObj(TestTables::call).toList();
    }

    static List<Row> callsBetween(int from, int to) {
        return IntStream.range(from, to).mapToObj(TestTables::call).toList();
    }

    /** Files of rows that no commit knows yet. */
    List<DataFile> write(List<Row> rows) {
        Table table = table();
        RowDataTaskWriterFactory factory =
                new RowDataTaskWriterFactory(
                        table,
                        FlinkSchemaUtil.convert(table.schema()),
                        BIG_TARGET,
                        FileFormat.PARQUET,
                        table.properties(),
                        List.of(),
                        false);
        factory.initialize(tasks++, 0);
        try (TaskWriter<RowData> writer = factory.create()) {
            for (Row row : rows) {
                writer.write(RowDatas.view(CALLS, row));
            }
            return List.of(writer.dataFiles());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write rows", e);
        }
    }

    /** A commit as Flink's committer makes it for a checkpoint. */
    Snapshot commit(List<Row> rows, long checkpoint) {
        return commit(write(rows), JOB, checkpoint);
    }

    Snapshot commit(Collection<DataFile> files, String job, long checkpoint) {
        return commit(files, job, checkpoint, CommitSummary.STREAMING);
    }

    /** What a bounded run commits, such as a replay. */
    Snapshot commitBounded(Collection<DataFile> files, String job, long checkpoint) {
        return commit(files, job, checkpoint, CommitSummary.BOUNDED);
    }

    private Snapshot commit(Collection<DataFile> files, String job, long checkpoint, String run) {
        Table table = table();
        AppendFiles append = table.newAppend();
        files.forEach(append::appendFile);
        append.set("flink.job-id", job)
                .set("flink.operator-id", OPERATOR)
                .set("flink.max-committed-checkpoint-id", "" + checkpoint)
                .set(CommitSummary.RUN, run)
                .commit();
        return table.currentSnapshot();
    }

    List<Row> rows() {
        return rows(table().currentSnapshot().snapshotId());
    }

    List<Row> rows(long snapshot) {
        List<Row> read = new ArrayList<>();
        try (CloseableIterable<Row> rows =
                lake.readSnapshot(
                        CALLS, CALLS.columns().stream().map(Column::name).toList(), snapshot)) {
            rows.forEach(read::add);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close rows", e);
        }
        return read;
    }

    List<DataFile> dataFiles() {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> planned =
                table().newScan().includeColumnStats().planFiles()) {
            planned.forEach(task -> files.add(task.file()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot plan", e);
        }
        return files;
    }

    /** Every file below the table, as paths. */
    TreeSet<String> stored() {
        try (Stream<Path> files = Files.walk(Path.of(OrphanRemoval.normal(table().location())))) {
            TreeSet<String> stored = new TreeSet<>();
            files.filter(Files::isRegularFile).forEach(file -> stored.add(file.toString()));
            return stored;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list", e);
        }
    }

    /** Every file that some snapshot, or the metadata itself, refers to. */
    TreeSet<String> referenced() {
        TreeSet<String> referenced = new TreeSet<>();
        OrphanRemoval.forEachReachable(table(), file -> referenced.add(OrphanRemoval.normal(file)));
        referenced.removeIf(file -> file.endsWith("version-hint.text"));
        return referenced;
    }

    static void age(String file, Duration age) {
        try {
            Files.setLastModifiedTime(
                    Path.of(OrphanRemoval.normal(file)), FileTime.from(Instant.now().minus(age)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot set the time of " + file, e);
        }
    }

    MaintenanceReport maintain(MaintenanceSettings settings, Clock clock) {
        return new TableMaintenance(settings, clock, "test").run(table());
    }

    /** A clock that is ahead, so that what was just written is old. */
    static Clock in(Duration ahead) {
        return Clock.offset(Clock.system(ZoneOffset.UTC), ahead);
    }

    @Override
    public void close() {
        lake.close();
    }
}
