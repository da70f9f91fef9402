package io.trailwatch.cli.lake;

import io.trailwatch.cli.Console;
import io.trailwatch.cli.TextTable;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.TableSummary;
import java.nio.file.Path;
import java.util.List;

/** The tables of a warehouse, for people. */
public final class TablesPrinter {
    private TablesPrinter() {}

    /** Prints rows, files and snapshots of each table. */
    public static void print(Console console, Path warehouse) {
        print(console, Warehouses.ask(LakeSettings.local(warehouse), Lake::tables));
    }

    static void print(Console console, List<TableSummary> tables) {
        if (tables.isEmpty()) {
            console.println("No tables.");
            return;
        }
        TextTable shown = TextTable.of("TABLE", ">ROWS", ">FILES", ">SNAPSHOTS");
        for (TableSummary table : tables) {
            shown.row(
                    table.table(),
                    "%,d".formatted(table.rows()),
                    "%,d".formatted(table.files()),
                    "%,d".formatted(table.snapshots()));
        }
        shown.print(console);
    }
}
