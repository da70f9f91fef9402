package io.trailwatch.cli.sql;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.TextTable;
import io.trailwatch.table.TableLayout;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Asks a Trino server on loopback.
 *
 * @param port of its HTTP API
 */
public record SqlClient(int port) {
    private static final Duration NODE_LIMIT = Duration.ofSeconds(30);
    private static final Pattern PREFIX = Pattern.compile("^Query failed \\(#[^)]*\\): ");

    /** Rows whose cells decide the widths of the columns; the heading is repeated after as many. */
    private static final int PAGE_ROWS = 1_000;

    /** Where the rows of a result go. */
    @FunctionalInterface
    private interface Rows {
        long print(ResultSet rows) throws SQLException;
    }

    /** Prints the result as one JSON object a line. */
    public void json(String statement, JsonLines lines) {
        query(
                statement,
                rows -> {
                    ResultSetMetaData columns = rows.getMetaData();
                    long count = 0;
                    while (rows.next()) {
                        lines.object(
                                json -> {
                                    try {
                                        for (int i = 1; i <= columns.getColumnCount(); i++) {
                                            json.writeFieldName(columns.getColumnLabel(i));
                                            SqlValues.write(json, rows.getObject(i));
                                        }
                                    } catch (SQLException e) {
                                        throw failure(e);
                                    }
                                });
                        count++;
                    }
                    return count;
                });
    }

    /** Prints the result as a table, and how many rows it has. */
    public void table(String statement, Console console) {
        long count =
                query(
                        statement,
                        rows -> {
                            ResultSetMetaData columns = rows.getMetaData();
                            String[] names = new String[columns.getColumnCount()];
                            for (int i = 0; i < names.length; i++) {
                                names[i] =
                                        (isNumber(columns.getColumnType(i + 1)) ? ">" : "")
                                                + columns.getColumnLabel(i + 1);
                            }
                            long printed = 0;
                            TextTable page = TextTable.of(names);
                            while (rows.next()) {
                                String[] cells = new String[names.length];
                                for (int i = 0; i < cells.length; i++) {
                                    cells[i] = SqlValues.cell(rows.getObject(i + 1));
                                }
                                page.row(cells);
                                printed++;
                                if (printed % PAGE_ROWS == 0) {
                                    page.print(console);
                                    page = TextTable.of(names);
                                }
                            }
                            if (!page.isEmpty() || printed == 0) {
                                page.print(console);
                            }
                            return printed;
                        });
        console.println("");
        console.println("%,d row%s".formatted(count, count == 1 ? "" : "s"));
    }

    private static boolean isNumber(int jdbcType) {
        return switch (jdbcType) {
            case Types.BIGINT,
                    Types.INTEGER,
                    Types.SMALLINT,
                    Types.TINYINT,
                    Types.DOUBLE,
                    Types.REAL,
                    Types.DECIMAL ->
                    true;
            default -> false;
        };
    }

    private long query(String statement, Rows printer) {
        // The zone of Athena; the driver would take that of this machine.
        String url =
                "jdbc:trino://127.0.0.1:%d/%s/%s?user=trailwatch&source=trailwatch&timezone=UTC"
                        .formatted(port, TrinoServer.CATALOG, TableLayout.NAMESPACE);
        long started = System.nanoTime();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement query = connection.createStatement();
                    ResultSet rows = query.executeQuery(statement)) {
                return printer.print(rows);
            } catch (SQLException e) {
                Duration waited = Duration.ofNanos(System.nanoTime() - started);
                if (!isWithoutNodes(e) || waited.compareTo(NODE_LIMIT) > 0) {
                    throw failure(e);
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw CommandException.failure("interrupted while waiting for Trino", e);
            }
        }
    }

    /** A server that has just started does not count itself as a worker for a moment. */
    private static boolean isWithoutNodes(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("NO_NODES_AVAILABLE") || message.contains("No nodes available");
    }

    private static CommandException failure(SQLException e) {
        return CommandException.failure(
                PREFIX.matcher(String.valueOf(e.getMessage())).replaceFirst(""), e);
    }
}
