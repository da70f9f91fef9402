package io.trailwatch.cli.sql;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.JavaRuntimes.JavaRuntime;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.cli.lake.LakeOption;
import io.trailwatch.cli.local.LocalState;
import io.trailwatch.connector.iceberg.LakeSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a query over a lake. */
@Command(
        name = "sql",
        description = {
            "Runs a query over a lake with Trino, the engine of Athena: the same text runs there.",
            "",
            "Tables are named without catalog and schema, as are the views of deploy/athena/views."
                + " The lake is only read. On first use Trino 476 is fetched (540 MB); it needs"
                + " Java 24 or newer, found in TRAILWATCH_TRINO_JAVA_HOME, JAVA_HOME or the usual"
                + " folders. A server started by './trailwatch local up' for the same lake is used,"
                + " else one is started for the query.",
            "",
            "With --json: one object a row; timestamps are ISO 8601 in UTC, binary values Base64."
        },
        footer = {
            "Examples:",
            "  ./trailwatch sql --warehouse warehouse \\",
            "      \"SELECT severity, count(*) FROM findings GROUP BY 1\"",
            "  ./trailwatch sql --warehouse warehouse -f"
                    + " deploy/athena/queries/findings/findings_triage.sql \\",
            "      --param \"TIMESTAMP '2026-11-01 00:00:00 UTC'\"",
            "  ./trailwatch sql --config deploy/local/run-aws.json \"SELECT count(*) FROM"
                    + " cloud_trail\"",
            "  echo \"SHOW TABLES\" | ./trailwatch sql --warehouse warehouse -f -"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class SqlCommand extends TrailwatchCommand {
    @Mixin private LakeOption place = new LakeOption();

    @ArgGroup(multiplicity = "1")
    private Query query;

    @Option(
            names = {"-p", "--param"},
            paramLabel = "LITERAL",
            description =
                    "Value of the next question mark of the query, as an SQL literal (texts in"
                            + " single quotes). Repeatable.")
    private List<String> parameters = List.of();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    private static final class Query {
        @Parameters(paramLabel = "SQL", description = "The query.")
        private @Nullable String text;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "File that holds the query; - reads standard input.")
        private @Nullable Path file;
    }

    @Override
    public Integer call() {
        AnalystViews views =
                AnalystViews.of(Installation.current().home().resolve("deploy/athena/views"));
        String statement = SqlText.bind(views.inline(SqlText.statement(text())), parameters);
        if (statement.isEmpty()) {
            throw CommandException.usage("SQL: the query is empty");
        }
        LakeSettings lake = place.existing();
        OptionalInt running = LocalState.trinoPort(Installation.current(), lake);
        if (running.isPresent()) {
            print(new SqlClient(running.getAsInt()), statement);
            return Trailwatch.EXIT_OK;
        }
        Installation installation = Installation.current();
        JavaRuntime java = TrinoDistribution.java();
        TrinoDistribution distribution = TrinoDistribution.of(installation);
        distribution.fetch(installation, console());
        TrinoServer server = TrinoServer.start(distribution, java, lake, installation, console());
        Thread stop = new Thread(server::close);
        Runtime.getRuntime().addShutdownHook(stop);
        try (server) {
            print(new SqlClient(server.port()), statement);
        } finally {
            Runtime.getRuntime().removeShutdownHook(stop);
        }
        return Trailwatch.EXIT_OK;
    }

    private void print(SqlClient client, String statement) {
        if (json) {
            client.json(statement, jsonLines());
        } else {
            client.table(statement, console());
        }
    }

    private String text() {
        if (query.text != null) {
            return query.text;
        }
        Path file = query.file;
        try {
            if (file == null || file.toString().equals("-")) {
                return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw CommandException.usage("--file: cannot read %s".formatted(file));
        }
    }
}
