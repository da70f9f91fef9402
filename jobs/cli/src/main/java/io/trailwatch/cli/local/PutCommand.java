package io.trailwatch.cli.local;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.cli.local.LocalState.Service;
import io.trailwatch.connector.kinesis.KinesisStreams;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts files into a stream of the local emulator, so that {@code run} has something to read. */
@Command(
        name = "put",
        description = {
            "Puts files into a stream of the local emulator, each file as one record of up to 1"
                    + " MiB, as it is.",
            "The stream is made, with two shards, when it does not exist."
        },
        footer = {
            "Examples:",
            "  ./trailwatch generate --out logs --seed 7",
            "  ./trailwatch local put logs/logs"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PutCommand extends TrailwatchCommand {
    private static final int MAX_RECORD_BYTES = 1 << 20;
    private static final int SHARDS = 2;
    private static final int BATCH = 100;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files and folders.")
    private List<Path> paths;

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            defaultValue = LocalCommand.STREAM,
            description = "Name of the stream. Default: ${DEFAULT-VALUE}")
    private String stream;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Service kinesis =
                Optional.of(LocalState.read(Installation.current()))
                        .flatMap(state -> state.running(LocalState.KINESIS))
                        .orElseThrow(
                                () ->
                                        CommandException.usage(
                                                "the Kinesis emulator does not run; start it with"
                                                        + " './trailwatch local up'"));
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            try (Stream<Path> walk = Files.walk(path)) {
                walk.filter(Files::isRegularFile).sorted().forEach(files::add);
            } catch (IOException e) {
                throw CommandException.usage("cannot read " + path);
            }
        }
        try (KinesisStreams streams =
                KinesisStreams.connect(
                        KinesisConnection.emulator(URI.create(kinesis.endpoint())))) {
            String arn = streams.createIfAbsent(stream, SHARDS);
            for (int from = 0; from < files.size(); from += BATCH) {
                List<KinesisStreams.Entry> entries = new ArrayList<>();
                for (Path file : files.subList(from, Math.min(files.size(), from + BATCH))) {
                    entries.add(new KinesisStreams.Entry(file.toString(), record(file)));
                }
                streams.put(arn, entries);
                console().progress("put %,d of %,d files".formatted(from, files.size()));
            }
            console().clearProgress();
            console().println("Put %,d files into %s".formatted(files.size(), arn));
        }
        return Trailwatch.EXIT_OK;
    }

    private static byte[] record(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_RECORD_BYTES) {
            throw CommandException.usage(
                    "%s has %,d bytes, a record takes up to %,d"
                            .formatted(file, size, MAX_RECORD_BYTES));
        }
        return Files.readAllBytes(file);
    }
}
