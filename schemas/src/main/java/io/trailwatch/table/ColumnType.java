package io.trailwatch.table;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** Type of a column; the set is what Iceberg format version 2 and Athena both know. */
public sealed interface ColumnType {
    /** Types without parts. The Java value of each is given beside it. */
    enum Primitive implements ColumnType {
        /** {@link String}. */
        STRING,
        /** {@link Integer}. */
        INT,
        /** {@link Long}. */
        LONG,
        /** {@link Double}. */
        DOUBLE,
        /** {@link Boolean}. */
        BOOLEAN,
        /** {@link java.time.Instant}, kept to the microsecond, UTC. */
        TIMESTAMP,
        /** {@code byte[]}. */
        BINARY
    }

    /** A nested record; its value is a {@link Row} of the same columns. */
    record Struct(List<Column> columns) implements ColumnType {
        public Struct {
            columns = List.copyOf(columns);
        }
    }

    /** A list without null elements; its value is a {@link List}. */
    record ListOf(ColumnType element) implements ColumnType {
        public ListOf {
            requireNonNull(element, "element");
        }
    }

    /** A map from string to string; its value is a {@link java.util.Map}. */
    record StringMap() implements ColumnType {}
}
