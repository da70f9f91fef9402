package io.trailwatch.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads rows by the names of their columns, and checks that every value is of its column's type.
 */
final class RowReading {
    private RowReading() {}

    /** Values that are not null, by dotted path; fails where a value does not fit the layout. */
    static Map<String, Object> values(TableLayout layout, Row row) {
        Map<String, Object> values = new LinkedHashMap<>();
        collect(layout.name(), "", layout.columns(), row, values);
        return values;
    }

    /** The row as nested maps and lists by column name, without what is null. */
    static Map<String, Object> nested(TableLayout layout, Row row) {
        values(layout, row);
        return nested(layout.columns(), row);
    }

    private static Map<String, Object> nested(List<Column> columns, Row row) {
        Map<String, Object> nested = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            Object value = row.value(i);
            if (value != null) {
                nested.put(columns.get(i).name(), nested(columns.get(i).type(), value));
            }
        }
        return nested;
    }

    private static Object nested(ColumnType type, Object value) {
        if (type instanceof ColumnType.Struct struct) {
            return nested(struct.columns(), (Row) value);
        }
        if (type instanceof ColumnType.ListOf list) {
            return ((List<?>) value).stream().map(e -> nested(list.element(), e)).toList();
        }
        return value;
    }

    private static void collect(
            String table,
            String prefix,
            List<Column> columns,
            Row row,
            Map<String, Object> values) {
        assertThat(row.size())
                .as("%s %s: number of values", table, prefix)
                .isEqualTo(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            Object value = row.value(i);
            String path = prefix + column.name();
            if (value == null) {
                assertThat(column.required()).as("%s %s is required", table, path).isFalse();
            } else if (column.type() instanceof ColumnType.Struct struct) {
                collect(table, path + ".", struct.columns(), (Row) value, values);
            } else {
                check(table, path, column.type(), value);
                values.put(path, value);
            }
        }
    }

    private static void check(String table, String path, ColumnType type, Object value) {
        if (type instanceof ColumnType.ListOf list) {
            for (Object element : (List<?>) value) {
                if (list.element() instanceof ColumnType.Struct struct) {
                    collect(
                            table,
                            path + "[].",
                            struct.columns(),
                            (Row) element,
                            new LinkedHashMap<>());
                } else {
                    check(table, path, list.element(), element);
                }
            }
        } else if (type instanceof ColumnType.StringMap) {
            assertThat((Map<?, ?>) value)
                    .as(path)
                    .allSatisfy((k, v) -> assertThat(v).isInstanceOf(String.class));
        } else {
            Class<?> expected =
                    switch ((ColumnType.Primitive) type) {
                        case STRING -> String.class;
                        case INT -> Integer.class;
                        case LONG -> Long.class;
                        case DOUBLE -> Double.class;
                        case BOOLEAN -> Boolean.class;
                        case TIMESTAMP -> Instant.class;
                        case BINARY -> byte[].class;
                    };
            assertThat(value).as("%s %s", table, path).isInstanceOf(expected);
        }
    }
}
