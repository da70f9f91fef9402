package io.trailwatch.cli.lake;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.WarehouseOption;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeException;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.iceberg.io.CloseableIterable;

/** Opens and reads the warehouse an option names; what is wrong with it is told as wrong use. */
final class Warehouses {
    private Warehouses() {}

    static Lake open(WarehouseOption option) {
        try {
            return Lake.open(LakeSettings.local(option.existing()));
        } catch (LakeException | IllegalArgumentException e) {
            throw CommandException.usage("--warehouse: " + e.getMessage());
        }
    }

    /**
     * Hands every row of a table to the reader.
     *
     * @param columns top-level columns, in the order of the row's values
     */
    static void read(
            WarehouseOption option,
            TableLayout layout,
            List<String> columns,
            Consumer<Row> reader) {
        try (Lake lake = open(option);
                CloseableIterable<Row> rows = lake.read(layout, columns)) {
            rows.forEach(reader);
        } catch (LakeException e) {
            throw CommandException.failure(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the files of table " + layout.name(), e);
        }
    }
}
