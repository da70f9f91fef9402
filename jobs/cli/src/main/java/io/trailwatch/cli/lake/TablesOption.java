package io.trailwatch.cli.lake;

import io.trailwatch.cli.CommandException;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which tables of a lake a command is about. */
final class TablesOption {
    @Option(
            names = "--table",
            paramLabel = "TABLE",
            description = "Only this table; may be given several times. All when not given.")
    private List<String> names = new ArrayList<>();

    /**
     * The tables in the order they were named.
     *
     * @throws CommandException if there is no such table
     */
    List<TableLayout> layouts() {
        return names.isEmpty()
                ? Tables.ALL
                : names.stream().distinct().map(TablesOption::layout).toList();
    }

    private static TableLayout layout(String name) {
        return Tables.ALL.stream()
                .filter(layout -> layout.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                CommandException.usage(
                                        "--table is %s, must be one of %s"
                                                .formatted(
                                                        name,
                                                        String.join(
                                                                ", ",
                                                                Tables.ALL.stream()
                                                                        .map(TableLayout::name)
                                                                        .toList()))));
    }
}
