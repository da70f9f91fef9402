package io.trailwatch.cli.lake;

import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.TableSummary;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the tables of a warehouse. */
@Command(
        name = "tables",
        description = {
            "Shows the tables of a lake and what they hold.",
            "",
            "With --json: one object a line with table, rows, files, snapshots."
        },
        footer = {"Example:", "  ./trailwatch tables --warehouse warehouse"})
public final class TablesCommand extends TrailwatchCommand {
    @Mixin private LakeOption lake = new LakeOption();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Override
    public Integer call() {
        List<TableSummary> tables = Warehouses.ask(lake.existing(), Lake::tables);
        if (json) {
            for (TableSummary table : tables) {
                jsonLines()
                        .object(
                                out -> {
                                    out.writeStringField("table", table.table());
                                    out.writeNumberField("rows", table.rows());
                                    out.writeNumberField("files", table.files());
                                    out.writeNumberField("snapshots", table.snapshots());
                                });
            }
            return Trailwatch.EXIT_OK;
        }
        TablesPrinter.print(console(), tables);
        return Trailwatch.EXIT_OK;
    }
}
