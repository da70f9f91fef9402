package io.trailwatch.cli.lake;

import static java.util.Objects.requireNonNull;

import io.trailwatch.table.Row;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of rows by the names of the columns they were read with.
 *
 * @param columns in the order of each row's values
 */
record RowReader(List<String> columns) {
    RowReader {
        columns = List.copyOf(columns);
    }

    String text(Row row, String column) {
        return requireNonNull(textOrNull(row, column), column);
    }

    @Nullable String textOrNull(Row row, String column) {
        return (String) row.value(indexOf(column));
    }

    Instant instant(Row row, String column) {
        return (Instant) requireNonNull(row.value(indexOf(column)), column);
    }

    long number(Row row, String column) {
        return ((Number) requireNonNull(row.value(indexOf(column)), column)).longValue();
    }

    @Nullable Long numberOrNull(Row row, String column) {
        Number number = (Number) row.value(indexOf(column));
        return number == null ? null : number.longValue();
    }

    List<String> texts(Row row, String column) {
        return ((List<?>) requireNonNull(row.value(indexOf(column)), column))
                .stream().map(String.class::cast).toList();
    }

    private int indexOf(String column) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException("column %s was not read".formatted(column));
        }
        return index;
    }
}
