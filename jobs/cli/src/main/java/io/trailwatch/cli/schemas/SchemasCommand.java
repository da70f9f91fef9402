package io.trailwatch.cli.schemas;

import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import picocli.CommandLine.Command;

/** Groups the commands about Avro schemas. */
@Command(
        name = "schemas",
        subcommands = {SchemasRegisterCommand.class, SchemasCheckCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Registers the Avro schemas of application events in a Glue Schema Registry, and"
                        + " checks that it has them.",
        footer = {
            "Examples:",
            "  ./trailwatch schemas register",
            "  ./trailwatch schemas check --registry trailwatch --region eu-central-1"
        })
public final class SchemasCommand extends TrailwatchCommand {
    @Override
    public Integer call() {
        spec().commandLine().usage(console().err());
        return Trailwatch.EXIT_USAGE;
    }
}
