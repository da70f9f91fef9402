package io.trailwatch.connector.iceberg;

import static java.util.Objects.requireNonNull;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType.Primitive;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.parquet.Parquet;
import org.jspecify.annotations.Nullable;

/**
 * What a commit of ours says of itself in the summary of its snapshot, beside what Iceberg and its
 * Flink committer write there.
 *
 * @param sink uid of the sink
 * @param bounded whether the run reads to an end, as {@code replay} does
 * @param sums columns of the table whose sums over the rows of a commit are told
 */
public record CommitSummary(String sink, boolean bounded, List<String> sums)
        implements Serializable {
    /** Version of the job that wrote the rows. */
    public static final String JOB_VERSION = "trailwatch.job-version";

    /** Uid of the sink that wrote the rows. */
    public static final String SINK = "trailwatch.sink";

    /** {@link #BOUNDED} or {@link #STREAMING}. */
    public static final String RUN = "trailwatch.run";

    /** A run that reads to an end. Its commits are part of no checkpoint. */
    public static final String BOUNDED = "bounded";

    /** A run without end, whose commits belong to its checkpoints. */
    public static final String STREAMING = "streaming";

    /**
     * Id of the checkpoint or savepoint that the committer was restored from, be it one of its own
     * job or of the job before; {@link #NONE} when it began without state.
     */
    public static final String RESTORED = "trailwatch.restored-checkpoint-id";

    public static final String NONE = "none";

    /** Before the name of a column of the ledger: its sum over the rows of the commit. */
    public static final String LEDGER_SUM_PREFIX = "trailwatch.ledger.";

    /**
     * In the summary of a snapshot that deleted rows outside a job; a property of a table that got
     * rows so.
     */
    public static final String MARK = "trailwatch.mark";

    /** In the summary of a snapshot that got rows outside a job: what {@link #MARK} became. */
    public static final String APPEND_MARK = "trailwatch.append-mark";

    private static final long serialVersionUID = 1;
    private static final String VERSION = version();

    public CommitSummary {
        requireNonNull(sink, "sink");
        sums = List.copyOf(sums);
    }

    /** The counters of the ledger are summed; other tables have none. */
    static CommitSummary of(TableLayout layout, String sink, boolean bounded) {
        return new CommitSummary(sink, bounded, counters(layout));
    }

    private static List<String> counters(TableLayout layout) {
        return layout.name().equals(Tables.LEDGER.name())
                ? layout.columns().stream()
                        .filter(column -> column.type() == Primitive.LONG)
                        .map(Column::name)
                        .toList()
                : List.of();
    }

    /** What is the same in every commit of a run. */
    Map<String, String> properties(OptionalLong restoredCheckpoint) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(JOB_VERSION, VERSION);
        properties.put(SINK, sink);
        properties.put(RUN, bounded ? BOUNDED : STREAMING);
        if (!bounded) {
            properties.put(
                    RESTORED,
                    restoredCheckpoint.isPresent() ? "" + restoredCheckpoint.getAsLong() : NONE);
        }
        return properties;
    }

    /** Sums over the rows of files that are about to be committed. */
    Map<String, String> sums(Collection<DataFile> files, Schema schema, FileIO io) {
        if (sums.isEmpty()) {
            return Map.of();
        }
        Map<String, Long> totals = new TreeMap<>();
        sums.forEach(column -> totals.put(column, 0L));
        Schema counters = schema.select(sums);
        for (DataFile file : files) {
            try (CloseableIterable<Record> rows =
                    Parquet.read(io.newInputFile(file))
                            .project(counters)
                            .createReaderFunc(
                                    parquet -> GenericParquetReaders.buildReader(counters, parquet))
                            .build()) {
                for (Record row : rows) {
                    sums.forEach(column -> add(totals, column, row.getField(column)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close " + file.location(), e);
            }
        }
        return named(totals);
    }

    /** Sums over rows in the columns of a layout; empty for any table but the ledger. */
    static Map<String, String> sums(TableLayout layout, Collection<Row> rows) {
        Map<String, Long> totals = new TreeMap<>();
        for (String column : counters(layout)) {
            int index = layout.indexOf(column);
            totals.put(column, 0L);
            rows.forEach(row -> add(totals, column, row.value(index)));
        }
        return named(totals);
    }

    private static void add(Map<String, Long> totals, String column, @Nullable Object value) {
        if (value instanceof Long count) {
            totals.merge(column, count, Math::addExact);
        }
    }

    private static Map<String, String> named(Map<String, Long> totals) {
        Map<String, String> named = new TreeMap<>();
        totals.forEach((column, total) -> named.put(LEDGER_SUM_PREFIX + column, "" + total));
        return named;
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream resource = CommitSummary.class.getResourceAsStream("version.properties")) {
            properties.load(requireNonNull(resource, "version.properties"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read version.properties", e);
        }
        return properties.getProperty("version", "");
    }
}
