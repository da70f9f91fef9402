package io.trailwatch.connector.iceberg;

import io.trailwatch.table.TableLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.ReplaceSortOrder;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.UnboundTerm;

/**
 * What a table needs to be as its layout says. Columns follow the layout always. Partition and sort
 * order follow it once per version of the layout, and properties are set where they lack: what an
 * operator has changed since stays.
 */
final class TableEvolution {
    /** Table property: version of the newest layout that a job has brought to the table. */
    static final String LAYOUT_VERSION = "trailwatch.layout-version";

    private final TableLayout layout;
    private final Table table;
    private final List<SchemaEvolution.Step> columns;
    private final boolean partition;
    private final boolean sortOrder;
    private final Map<String, String> properties;

    /**
     * Compares a table with its layout.
     *
     * @param defaults properties that are set where the table has none
     * @throws LakeException if the table is newer than the layout, or cannot become what the layout
     *     says; the message names table and column
     */
    TableEvolution(Table table, TableLayout layout, Map<String, String> defaults) {
        this.table = table;
        this.layout = layout;
        checkFormat();
        this.columns =
                SchemaEvolution.steps(layout.name(), table.schema(), IcebergSchemas.schema(layout));
        int version = version();
        if (version > layout.version()) {
            throw new LakeException(
                    "table %s has layout version %d, this version knows %d: the table is newer; its"
                                    .formatted(layout.name(), version, layout.version())
                            + " column %s is partitioned by %s"
                                    .formatted(layout.partition().column(), table.spec().fields()));
        }
        boolean newer = version < layout.version();
        this.partition = newer && !partitioned(table, layout);
        this.sortOrder = newer && !sorted();
        this.properties = new HashMap<>(defaults);
        properties.remove(TableProperties.FORMAT_VERSION);
        properties.keySet().removeAll(table.properties().keySet());
        if (newer) {
            properties.put(LAYOUT_VERSION, "" + layout.version());
        }
    }

    /** Whether the table is already as the layout says. */
    boolean isEmpty() {
        return columns.isEmpty() && !partition && !sortOrder && properties.isEmpty();
    }

    /** Columns that are not yet as the layout says. */
    List<SchemaEvolution.Step> columns() {
        return columns;
    }

    /**
     * Changes all that is to be changed, or nothing, in one commit.
     *
     * @throws org.apache.iceberg.exceptions.CommitFailedException if another has changed the table
     *     since it was loaded
     */
    void commit() {
        Transaction transaction = table.newTransaction();
        if (!columns.isEmpty()) {
            UpdateSchema update = transaction.updateSchema();
            columns.forEach(step -> step.change().accept(update));
            update.commit();
        }
        if (partition) {
            UpdatePartitionSpec update = transaction.updateSpec();
            table.spec().fields().stream().map(PartitionField::name).forEach(update::removeField);
            update.addField(term()).commit();
        }
        if (sortOrder) {
            ReplaceSortOrder update = transaction.replaceSortOrder();
            layout.sortBy().forEach(update::asc);
            update.commit();
        }
        if (!properties.isEmpty()) {
            UpdateProperties update = transaction.updateProperties();
            properties.forEach(update::set);
            update.commit();
        }
        transaction.commitTransaction();
    }

    /** Whether files are written to the partitions of the layout and no others. */
    static boolean partitioned(Table table, TableLayout layout) {
        PartitionSpec wanted = IcebergSchemas.partitionSpec(layout, table.schema());
        return table.spec().compatibleWith(wanted);
    }

    private UnboundTerm<?> term() {
        String column = layout.partition().column();
        return switch (layout.partition().granularity()) {
            case HOUR -> Expressions.hour(column);
            case DAY -> Expressions.day(column);
        };
    }

    private boolean sorted() {
        return table.sortOrder().fields().stream()
                .map(this::sortedBy)
                .toList()
                .equals(layout.sortBy());
    }

    /** Name of the column if the field is what {@link ReplaceSortOrder#asc} makes. */
    private String sortedBy(SortField field) {
        boolean plain =
                field.transform().isIdentity()
                        && field.direction() == SortDirection.ASC
                        && field.nullOrder() == NullOrder.NULLS_FIRST;
        return plain ? table.schema().findColumnName(field.sourceId()) : field.toString();
    }

    private int version() {
        String version = table.properties().getOrDefault(LAYOUT_VERSION, "0");
        try {
            return Integer.parseInt(version);
        } catch (NumberFormatException e) {
            throw new LakeException(
                    "table %s: property %s is '%s', must be a number"
                            .formatted(layout.name(), LAYOUT_VERSION, version),
                    e);
        }
    }

    private void checkFormat() {
        int version = ((BaseTable) table).operations().current().formatVersion();
        if (version != Integer.parseInt(IcebergSchemas.FORMAT_VERSION)) {
            throw new LakeException(
                    "table %s has format version %d, only 2 can be read by Athena"
                            .formatted(layout.name(), version));
        }
    }
}
