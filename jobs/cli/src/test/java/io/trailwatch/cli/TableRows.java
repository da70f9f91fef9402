package io.trailwatch.cli;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rows by the dotted paths of the columns a test is about; required others get a plain value. */
public final class TableRows {
    private TableRows() {}

    /** A row; a path that the table does not have is an error of the test. */
    public static Row row(TableLayout layout, Map<String, Object> values) {
        Map<String, Object> left = new TreeMap<>(values);
        Row row = struct(layout.columns(), "", left);
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(layout.name() + " has no columns " + left.keySet());
        }
        return row;
    }

    private static Row struct(List<Column> columns, String prefix, Map<String, Object> left) {
        Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            Column column = columns.get(i);
            String path = prefix + column.name();
            if (left.containsKey(path)) {
                values[i] = left.remove(path);
            } else if (column.type() instanceof ColumnType.Struct struct) {
                boolean named = left.keySet().stream().anyMatch(key -> key.startsWith(path + "."));
                values[i] = named ? struct(struct.columns(), path + ".", left) : null;
            } else if (column.required()) {
                values[i] = plain(column.type());
            }
        }
        return Row.of(values);
    }

    private static Object plain(ColumnType type) {
        if (type instanceof ColumnType.ListOf) {
            return List.of();
        }
        return switch ((ColumnType.Primitive) type) {
            case STRING -> "";
            case INT -> 0;
            case LONG -> 0L;
            case DOUBLE -> 0.0;
            case BOOLEAN -> false;
            case TIMESTAMP -> Instant.EPOCH;
            case BINARY -> new byte[0];
        };
    }
}
