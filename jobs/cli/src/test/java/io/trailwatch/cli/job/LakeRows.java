package io.trailwatch.cli.job;

import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.io.CloseableIterable;

/** What a table of a local warehouse holds. */
final class LakeRows {
    private LakeRows() {}

    /** Rows with the values of some columns, in this order. */
    static List<Row> of(Path warehouse, TableLayout table, String... columns) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (Lake lake = Lake.open(LakeSettings.local(warehouse));
                CloseableIterable<Row> read = lake.read(table, List.of(columns))) {
            read.forEach(rows::add);
        }
        return rows;
    }

    /** Values of a column, in the order of their text; repeats stay. */
    static List<String> column(Path warehouse, TableLayout table, String column)
            throws IOException {
        return of(warehouse, table, column).stream()
                .map(row -> String.valueOf(row.value(0)))
                .sorted()
                .toList();
    }
}
