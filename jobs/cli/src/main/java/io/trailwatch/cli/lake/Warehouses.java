package io.trailwatch.cli.lake;

import io.trailwatch.cli.CommandException;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeException;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.iceberg.io.CloseableIterable;

/** Opens and reads the warehouse at a folder; what is wrong with it is told as wrong use. */
final class Warehouses {
    private Warehouses() {}

    static Lake open(Path folder) {
        try {
            return Lake.open(LakeSettings.local(folder));
        } catch (LakeException | IllegalArgumentException e) {
            throw CommandException.usage("--warehouse: " + e.getMessage());
        }
    }

    /**
     * Hands every row of a table to the reader.
     *
     * @param columns top-level columns, in the order of the row's values
     */
    static void read(Path folder, TableLayout layout, List<String> columns, Consumer<Row> reader) {
        try (Lake lake = open(folder);
                CloseableIterable<Row> rows = lake.read(layout, columns)) {
            rows.forEach(reader);
        } catch (LakeException e) {
            throw CommandException.failure(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the files of table " + layout.name(), e);
        }
    }
}
