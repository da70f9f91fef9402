package io.trailwatch.cli.sql;

import java.util.List;
import java.util.stream.Collectors;

/** The text of one statement, as a file or a person writes it. */
final class SqlText {
    private SqlText() {}

    /** The statement without the semicolon, and the comments after it, that Trino refuses. */
    static String statement(String text) {
        String statement = text.strip();
        while (true) {
            int lastLine = statement.lastIndexOf('\n') + 1;
            if (statement.startsWith("--", lastLine)) {
                statement = statement.substring(0, lastLine).strip();
            } else if (statement.endsWith(";")) {
                statement = statement.substring(0, statement.length() - 1).strip();
            } else {
                return statement;
            }
        }
    }

    /**
     * The statement with values for its question marks, in their order.
     *
     * @param parameters SQL literals, as Athena's execution parameters: texts in single quotes
     */
    static String bind(String statement, List<String> parameters) {
        if (parameters.isEmpty()) {
            return statement;
        }
        return "EXECUTE IMMEDIATE '%s' USING %s"
                .formatted(
                        statement.replace("'", "''"),
                        parameters.stream().collect(Collectors.joining(", ")));
    }
}
