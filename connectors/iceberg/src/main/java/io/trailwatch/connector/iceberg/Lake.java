package io.trailwatch.connector.iceberg;

import io.trailwatch.table.Column;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.jspecify.annotations.Nullable;

/** An open lake: makes and evolves its tables, tells what they hold, and reads them. */
public final class Lake implements AutoCloseable {
    private static final Namespace NAMESPACE = Namespace.of(TableLayout.NAMESPACE);

    private static final int OPEN_ATTEMPTS = 5;

    /** Each failure means that another has changed the table in between. */
    private static final int EVOLVE_ATTEMPTS = 20;

    private final LakeSettings settings;
    private final Catalog catalog;

    private Lake(LakeSettings settings) {
        this.settings = settings;
        try {
            this.catalog = load(settings);
        } catch (UncheckedSQLException e) {
            throw cannotOpen(settings, e.getCause() == null ? e : e.getCause(), e);
        } catch (RESTException e) {
            throw cannotOpen(settings, e, e);
        }
    }

    private static LakeException cannotOpen(
            LakeSettings settings, Throwable why, RuntimeException e) {
        return new LakeException(
                "cannot open the catalog of warehouse %s: %s"
                        .formatted(settings.display(), why.getMessage()),
                e);
    }

    /**
     * Of two processes that open a new catalog at once, one finds its tables being made: it tries
     * again.
     */
    private static Catalog load(LakeSettings settings) {
        for (int attempt = 1; ; attempt++) {
            try {
                return settings.catalogLoader().loadCatalog();
            } catch (UncheckedSQLException e) {
                if (attempt == OPEN_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Opens a lake that exists.
     *
     * @throws LakeException if a local warehouse has no folder or no catalog
     */
    public static Lake open(LakeSettings settings) {
        Path folder = settings.folder().orElse(null);
        if (folder != null) {
            if (!Files.isDirectory(folder)) {
                throw new LakeException("no warehouse at " + folder + ": no such folder");
            }
            Path file = settings.catalogFile().orElseThrow();
            if (!Files.isRegularFile(file)) {
                throw new LakeException(
                        "no warehouse at %s: it has no %s".formatted(folder, file.getFileName()));
            }
        }
        return new Lake(settings);
    }

    /** Opens a lake; makes folder and catalog of a local warehouse that is not there yet. */
    public static Lake openOrCreate(LakeSettings settings) {
        settings.folder()
                .ifPresent(
                        folder -> {
                            try {
                                Files.createDirectories(folder);
                            } catch (IOException e) {
                                throw new LakeException("cannot create warehouse " + folder, e);
                            }
                        });
        return new Lake(settings);
    }

    /**
     * Makes the table if it is absent, else evolves it: adds columns, widens types, makes required
     * columns optional, sets the properties it lacks, and brings partition and sort order of a
     * newer version of the layout. Files that are there stay readable and are not written anew.
     * Nothing is ever dropped. Several processes may do this at once.
     *
     * @throws LakeException if the table is newer than the layout, or cannot become what the layout
     *     says; the message names table and column
     */
    public void create(TableLayout layout) {
        TableIdentifier name = LakeSettings.identifier(layout);
        if (catalog instanceof SupportsNamespaces namespaces
                && !namespaces.namespaceExists(NAMESPACE)) {
            try {
                namespaces.createNamespace(NAMESPACE);
            } catch (AlreadyExistsException | UncheckedSQLException e) {
                // Another process was faster, which SQLite tells as a key that is there twice.
                if (!namespaces.namespaceExists(NAMESPACE)) {
                    throw e;
                }
            }
        }
        if (!catalog.tableExists(name)) {
            Schema schema = IcebergSchemas.schema(layout);
            try {
                catalog.buildTable(name, schema)
                        .withPartitionSpec(IcebergSchemas.partitionSpec(layout, schema))
                        .withSortOrder(IcebergSchemas.sortOrder(layout, schema))
                        .withProperties(properties(layout, schema))
                        .withProperty(TableEvolution.LAYOUT_VERSION, "" + layout.version())
                        .create();
                return;
            } catch (AlreadyExistsException e) {
                // Another process was faster: its table is checked like any other.
            }
        }
        evolve(layout);
    }

    /** A change that another process has made first may be the one we wanted: we look again. */
    private void evolve(TableLayout layout) {
        for (int attempt = 1; ; attempt++) {
            Table table = table(layout);
            TableEvolution evolution =
                    new TableEvolution(table, layout, properties(layout, table.schema()));
            if (evolution.isEmpty()) {
                return;
            }
            try {
                evolution.commit();
                return;
            } catch (CommitFailedException | CommitStateUnknownException e) {
                if (attempt == EVOLVE_ATTEMPTS) {
                    throw new LakeException(
                            "table %s could not be changed to its layout in %d attempts: %s"
                                    .formatted(layout.name(), attempt, e.getMessage()),
                            e);
                }
            }
        }
    }

    private Map<String, String> properties(TableLayout layout, Schema schema) {
        Map<String, String> properties = IcebergSchemas.properties(layout, schema);
        properties.putAll(settings.tableProperties());
        return properties;
    }

    /** The tables that exist, by name. */
    public List<TableSummary> tables() {
        if (catalog instanceof SupportsNamespaces namespaces
                && !namespaces.namespaceExists(NAMESPACE)) {
            return List.of();
        }
        return catalog.listTables(NAMESPACE).stream()
                .map(catalog::loadTable)
                .map(Lake::summary)
                .sorted(Comparator.comparing(TableSummary::table))
                .toList();
    }

    /**
     * Rows of the current snapshot, in no order.
     *
     * @param columns top-level columns of the layout; values of each row stand in this order
     * @throws LakeException if the table does not exist
     */
    public CloseableIterable<Row> read(TableLayout layout, List<String> columns) {
        return read(layout, columns, null, null);
    }

    /**
     * Rows of the current snapshot whose partition column lies in a range. Files of other
     * partitions are not opened.
     *
     * @param from first instant, inclusive; null for no bound
     * @param to last instant, exclusive; null for no bound
     * @throws LakeException if the table does not exist
     */
    public CloseableIterable<Row> read(
            TableLayout layout,
            List<String> columns,
            @Nullable Instant from,
            @Nullable Instant to) {
        return read(table(layout), layout, columns, from, to, null);
    }

    private static CloseableIterable<Row> read(
            Table table,
            TableLayout layout,
            List<String> columns,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable Long snapshot) {
        List<Column> wanted = new ArrayList<>(columns.size());
        List<String> present = new ArrayList<>(columns.size());
        for (String column : columns) {
            wanted.add(layout.columns().get(layout.indexOf(column)));
            if (table.schema().findField(column) != null) {
                present.add(column);
            }
        }
        String time = layout.partition().column();
        if (from != null || to != null) {
            // Iceberg compares rows after the projection, so what it compares must be in there.
            present.add(time);
        }
        Schema projection = table.schema().select(present);
        IcebergGenerics.ScanBuilder scan = IcebergGenerics.read(table).project(projection);
        if (snapshot != null) {
            // The columns stay those of today, as they do without a snapshot.
            scan.useSnapshot(snapshot).project(projection);
        }
        if (from != null) {
            scan.where(Expressions.greaterThanOrEqual(time, micros(from)));
        }
        if (to != null) {
            scan.where(Expressions.lessThan(time, micros(to)));
        }
        RecordReader reader = RecordReader.of(wanted, projection.asStruct());
        CloseableIterable<Record> records = scan.build();
        return CloseableIterable.transform(records, reader::read);
    }

    /**
     * How many files a scan of the current snapshot reads.
     *
     * @throws LakeException if the table does not exist
     */
    public LakeScan.Plan plan(LakeScan scan) {
        Table table = table(scan.layout());
        TableScan planned = table.newScan();
        for (Expression filter : scan.filters()) {
            planned = planned.filter(filter);
        }
        long files = 0;
        long bytes = 0;
        try (CloseableIterable<FileScanTask> tasks = planned.planFiles()) {
            for (FileScanTask task : tasks) {
                files++;
                bytes += task.length();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot close the plan of table " + scan.layout().name(), e);
        }
        return new LakeScan.Plan(files, summary(table).files(), bytes);
    }

    /** Whether the table was made. */
    public boolean exists(TableLayout layout) {
        return catalog.tableExists(LakeSettings.identifier(layout));
    }

    /** Id of the current snapshot; empty when nothing was ever written. */
    public Optional<Long> snapshot(TableLayout layout) {
        return Optional.ofNullable(table(layout).currentSnapshot()).map(Snapshot::snapshotId);
    }

    /**
     * Rows of a snapshot, in no order.
     *
     * @param columns top-level columns of the layout; values of each row stand in this order
     * @throws LakeException if the table does not exist
     */
    public CloseableIterable<Row> readSnapshot(
            TableLayout layout, List<String> columns, long snapshot) {
        return read(table(layout), layout, columns, null, null, snapshot);
    }

    /**
     * Rows that were deleted.
     *
     * @param mark given with the deletion
     * @param snapshot without the rows
     * @param before snapshot that still has them; null when the table no longer knows it
     */
    public record Deletion(String mark, long snapshot, @Nullable Long before) {}

    /**
     * Deletes in one commit the rows that hold one of the values in a string column.
     *
     * @param mark kept with the commit; {@link #lastDeletion} tells it
     * @return how many there were; when there was none, nothing is committed
     * @throws LakeException if the table does not exist
     */
    public long deleteRows(TableLayout layout, String column, Set<String> values, String mark) {
        return new RowEdits(layout, table(layout)).delete(column, values, mark);
    }

    /**
     * The newest deletion that the table still knows of.
     *
     * @throws LakeException if the table does not exist
     */
    public Optional<Deletion> lastDeletion(TableLayout layout) {
        return new RowEdits(layout, table(layout)).lastDeletion();
    }

    /**
     * Appends rows, in the columns of the layout, in one commit.
     *
     * @param mark {@link #lastMark} is this one from that commit on
     * @throws LakeException if the table does not exist or lacks columns
     */
    public void append(TableLayout layout, List<Row> rows, String mark) {
        new RowEdits(layout, writable(layout)).append(rows, mark);
    }

    /**
     * Mark of the last {@link #append}.
     *
     * @throws LakeException if the table does not exist
     */
    public Optional<String> lastMark(TableLayout layout) {
        return new RowEdits(layout, table(layout)).mark();
    }

    /** The table, once its columns are those of the layout, in their order. */
    Table writable(TableLayout layout) {
        Table table = table(layout);
        List<SchemaEvolution.Step> steps = new TableEvolution(table, layout, Map.of()).columns();
        if (!steps.isEmpty()) {
            throw new LakeException(
                    "table %s %s, create(layout) would change it"
                            .formatted(layout.name(), steps.get(0).what()));
        }
        return table;
    }

    /**
     * The table as Iceberg gives it, at its current snapshot.
     *
     * @throws LakeException if the table does not exist
     */
    public Table table(TableLayout layout) {
        try {
            return catalog.loadTable(LakeSettings.identifier(layout));
        } catch (NoSuchTableException e) {
            throw new LakeException(
                    "no table %s in warehouse %s".formatted(layout.name(), settings.display()), e);
        }
    }

    @Override
    public void close() {
        if (catalog instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close the catalog", e);
            }
        }
    }

    private static TableSummary summary(Table table) {
        Snapshot current = table.currentSnapshot();
        Map<String, String> totals = current == null ? Map.of() : current.summary();
        int snapshots = 0;
        for (Snapshot ignored : table.snapshots()) {
            snapshots++;
        }
        String fullName = table.name();
        return new TableSummary(
                fullName.substring(fullName.lastIndexOf('.') + 1),
                Long.parseLong(totals.getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0")),
                Long.parseLong(totals.getOrDefault(SnapshotSummary.TOTAL_DATA_FILES_PROP, "0")),
                snapshots);
    }

    static long micros(Instant instant) {
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), 1_000_000L),
                instant.getNano() / 1_000);
    }
}
