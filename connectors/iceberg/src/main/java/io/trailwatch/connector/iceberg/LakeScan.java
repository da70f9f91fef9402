package io.trailwatch.connector.iceberg;

import static java.util.Objects.requireNonNull;

import io.trailwatch.table.TableLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table are read: all, or those whose partition column lies in a range. Files of
 * other partitions are not opened.
 *
 * @param columns top-level columns of the layout; values of each row stand in this order
 * @param from first instant, inclusive; null for no bound
 * @param to last instant, exclusive; null for no bound
 */
public record LakeScan(
        TableLayout layout, List<String> columns, @Nullable Instant from, @Nullable Instant to) {
    public LakeScan {
        requireNonNull(layout, "layout");
        columns = List.copyOf(columns);
    }

    /** Every row. */
    public static LakeScan all(TableLayout layout, List<String> columns) {
        return new LakeScan(layout, columns, null, null);
    }

    /**
     * How many files are read.
     *
     * @param files data files that may hold rows of the scan
     * @param totalFiles data files of the table
     * @param bytes of the files that are read
     */
    public record Plan(long files, long totalFiles, long bytes) {}

    /** Bounds on the partition column; none of them when the scan has no range. */
    List<Expression> filters() {
        String time = layout.partition().column();
        List<Expression> filters = new ArrayList<>(2);
        if (from != null) {
            filters.add(Expressions.greaterThanOrEqual(time, Lake.micros(from)));
        }
        if (to != null) {
            filters.add(Expressions.lessThan(time, Lake.micros(to)));
        }
        return filters;
    }

    static boolean covers(@Nullable Instant from, @Nullable Instant to, Instant time) {
        return (from == null || !time.isBefore(from)) && (to == null || time.isBefore(to));
    }
}
