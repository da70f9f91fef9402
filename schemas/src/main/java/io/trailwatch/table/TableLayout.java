package io.trailwatch.table;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A table of the lake: its columns, and how its files are laid out.
 *
 * @param name name within the namespace {@link #NAMESPACE}
 * @param columns in order; new columns are appended, none is ever removed
 * @param partition hidden partitioning by one TIMESTAMP column
 * @param sortBy columns by which rows are sorted within a file
 * @param bloomFilters dotted paths of string columns that get a Parquet bloom filter
 * @param version at least 1; raised with every change of partition or sort order, which a job
 *     brings to the table once and an older job must not turn back. Columns need no new version: a
 *     table tells them itself.
 */
public record TableLayout(
        String name,
        String doc,
        List<Column> columns,
        Partition partition,
        List<String> sortBy,
        List<String> bloomFilters,
        int version) {
    public static final String NAMESPACE = "trailwatch";

    /** Granularity of a time partition. */
    public enum Granularity {
        HOUR,
        DAY
    }

    /**
     * Hidden time partition.
     *
     * @param column name of a required TIMESTAMP column
     */
    public record Partition(String column, Granularity granularity) {
        public Partition {
            requireNonNull(column, "column");
            requireNonNull(granularity, "granularity");
        }
    }

    public TableLayout {
        requireNonNull(name, "name");
        requireNonNull(doc, "doc");
        requireNonNull(partition, "partition");
        columns = List.copyOf(columns);
        sortBy = List.copyOf(sortBy);
        bloomFilters = List.copyOf(bloomFilters);
        if (version < 1) {
            throw new IllegalArgumentException(
                    "table %s: layout version is %d, must be at least 1".formatted(name, version));
        }
    }

    /** A layout in its first version. */
    public TableLayout(
            String name,
            String doc,
            List<Column> columns,
            Partition partition,
            List<String> sortBy,
            List<String> bloomFilters) {
        this(name, doc, columns, partition, sortBy, bloomFilters, 1);
    }

    public ColumnType.Struct struct() {
        return new ColumnType.Struct(columns);
    }

    /**
     * Place of a top-level column.
     *
     * @throws IllegalArgumentException if the table has no such column
     */
    public int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException("table %s has no column %s".formatted(name, column));
    }
}
