package io.trailwatch.table;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A column of a table or a field of a struct.
 *
 * @param name snake_case; never renamed once released
 * @param required true when every row has a value
 * @param doc one line: meaning, unit, source field
 */
public record Column(String name, ColumnType type, boolean required, String doc) {
    public Column {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(doc, "doc");
    }

    public static Column required(String name, ColumnType type, String doc) {
        return new Column(name, type, true, doc);
    }

    public static Column optional(String name, ColumnType type, String doc) {
        return new Column(name, type, false, doc);
    }

    public static Column struct(String name, String doc, Column... columns) {
        return optional(name, new ColumnType.Struct(List.of(columns)), doc);
    }
}
