package io.trailwatch.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values of a table row or a struct, in the order of its columns. The Java type of each value is
 * fixed by its {@link ColumnType}; null where the column is absent. A row is written once and read
 * many times; nobody changes it after it was handed on.
 */
public final class Row {
    private final @Nullable Object[] values;

    private Row(@Nullable Object[] values) {
        this.values = values;
    }

    /** Takes the array as it is; the caller gives it away. */
    public static Row of(@Nullable Object... values) {
        return new Row(values);
    }

    /** The same values, and one more behind them. */
    public Row with(@Nullable Object value) {
        @Nullable Object[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = value;
        return new Row(longer);
    }

    public @Nullable Object value(int index) {
        return values[index];
    }

    public int size() {
        return values.length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Row row && Arrays.deepEquals(values, row.values);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.deepToString(values);
    }
}
