package io.trailwatch.cli.local;

import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts files into a stream of the local emulator, so that {@code run} has something to read. */
@Command(
        name = "put",
        description = {
            "Puts files into a stream of the local emulator, each file as one record of up to 1"
                    + " MiB, as it is.",
            "With --registry, application events go as a record each, in Avro and in the wire"
                    + " format of the Glue Schema Registry; their schema is registered. The job"
                    + " reads them with decode.registry.enabled.",
            "The stream is made, with two shards, when it does not exist."
        },
        footer = {
            "Examples:",
            "  ./trailwatch generate --out logs --seed 7",
            "  ./trailwatch local put logs/logs",
            "  ./trailwatch local put logs/logs --registry"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PutCommand extends TrailwatchCommand {
    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files and folders.")
    private List<Path> paths;

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            defaultValue = LocalCommand.STREAM,
            description = "Name of the stream. Default: ${DEFAULT-VALUE}")
    private String stream;

    @Option(
            names = "--registry",
            arity = "0..1",
            fallbackValue = "trailwatch",
            paramLabel = "NAME",
            description =
                    "Frame application events for this registry of the local emulator; for"
                            + " ${FALLBACK-VALUE} without a name. Give it behind the paths, or as"
                            + " --registry=NAME.")
    private @Nullable String registry;

    @Override
    public Integer call() throws IOException, InterruptedException {
        console().println(StreamPut.find(console(), registry).put(paths, stream));
        return Trailwatch.EXIT_OK;
    }
}
