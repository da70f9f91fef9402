package io.trailwatch.cli.local;

import static java.util.Objects.requireNonNull;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.schemas.RegistryPlace;
import io.trailwatch.cli.schemas.RegistryRecords;
import io.trailwatch.connector.kinesis.KinesisStreams;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.registry.Compression;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts files into a stream of the local emulator: each as one record, or, with a schema registry,
 * application events as a record each, as its serializers frame them.
 */
public final class StreamPut {
    private static final int MAX_RECORD_BYTES = 1 << 20;
    private static final int SHARDS = 2;
    private static final int BATCH_FILES = 100;

    private final Console console;
    private final URI kinesis;
    private final @Nullable RegistryRecords registry;

    private StreamPut(Console console, URI kinesis, @Nullable RegistryRecords registry) {
        this.console = requireNonNull(console, "console");
        this.kinesis = requireNonNull(kinesis, "kinesis");
        this.registry = registry;
    }

    /**
     * Finds the services of {@code local up}.
     *
     * @param registry name of the registry whose records are to be made; null for none
     * @throws CommandException if a service does not run
     */
    public static StreamPut find(Console console, @Nullable String registry) {
        Installation installation = Installation.current();
        LocalState state = LocalState.read(installation);
        String kinesis = endpoint(state, LocalState.KINESIS, "the Kinesis emulator");
        RegistryRecords records = null;
        if (registry != null) {
            records =
                    RegistryRecords.register(
                            RegistryPlace.emulator(
                                    URI.create(
                                            endpoint(
                                                    state,
                                                    LocalState.REGISTRY,
                                                    "the schema registry"))),
                            registry,
                            Compression.ZLIB);
        }
        return new StreamPut(console, URI.create(kinesis), records);
    }

    private static String endpoint(LocalState state, String service, String name) {
        return state.running(service)
                .map(LocalState.Service::endpoint)
                .orElseThrow(
                        () ->
                                CommandException.usage(
                                        "%s does not run; start it with './trailwatch local up'"
                                                .formatted(name)));
    }

    /**
     * Puts the files, in the order of their paths. The stream is made when it does not exist.
     *
     * @param paths files and folders
     * @return what was put where, in words
     * @throws CommandException if a path cannot be read or a file is too large for a record
     */
    public String put(List<Path> paths, String stream) throws IOException, InterruptedException {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            try (Stream<Path> walk = Files.walk(path)) {
                walk.filter(Files::isRegularFile).sorted().forEach(files::add);
            } catch (IOException e) {
                throw CommandException.usage("cannot read " + path);
            }
        }
        long records = 0;
        try (KinesisStreams streams = KinesisStreams.connect(KinesisConnection.emulator(kinesis))) {
            String arn = streams.createIfAbsent(stream, SHARDS);
            for (int from = 0; from < files.size(); from += BATCH_FILES) {
                List<KinesisStreams.Entry> entries = new ArrayList<>();
                for (Path file : files.subList(from, Math.min(files.size(), from + BATCH_FILES))) {
                    entries.addAll(entries(file));
                }
                streams.put(arn, entries);
                records += entries.size();
                console.progress("put %,d of %,d files".formatted(from, files.size()));
            }
            console.clearProgress();
            return registry == null
                    ? "Put %,d files into %s".formatted(files.size(), arn)
                    : "Put %,d files as %,d records into %s".formatted(files.size(), records, arn);
        }
    }

    private List<KinesisStreams.Entry> entries(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        if (registry != null) {
            Optional<List<RegistryRecords.Framed>> framed = registry.encode(content);
            if (framed.isPresent()) {
                return framed.get().stream()
                        .map(record -> new KinesisStreams.Entry(record.key(), record.bytes()))
                        .toList();
            }
        }
        if (content.length > MAX_RECORD_BYTES) {
            throw CommandException.usage(
                    "%s has %,d bytes, a record takes up to %,d"
                            .formatted(file, content.length, MAX_RECORD_BYTES));
        }
        return List.of(new KinesisStreams.Entry(file.toString(), content));
    }
}
