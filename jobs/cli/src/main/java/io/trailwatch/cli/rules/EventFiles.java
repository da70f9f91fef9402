package io.trailwatch.cli.rules;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.job.FileRecords;
import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.AppMapping;
import io.trailwatch.core.decode.AppMappingException;
import io.trailwatch.core.decode.AppMappings;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The events of files and folders, one after the other: what several commands about rules read. No
 * more than one record of a file is held at a time.
 */
final class EventFiles {
    /** Files up to this size are one record, so that the lines of their events are known. */
    private static final int WHOLE_FILE_BYTES = 256 << 20;

    private static final int PART_BYTES = 8 << 20;
    private static final int MAX_TOLD = 10;

    @Option(
            names = "--app-mappings",
            paramLabel = "FILE",
            description =
                    "YAML file that says how JSON objects of other formats, such as access logs of"
                            + " API Gateway, become application events.")
    private @Nullable Path appMappings;

    private long events;
    private long rejections;

    /** Takes the events in the order of files and of their place therein. */
    interface Reader {
        void event(DecodedEvent event, Place place);
    }

    /** Where an event lies. */
    interface Place {
        Path file();

        /**
         * The line on which the event begins, from 1; empty where it does not stand in the file as
         * it is. To be asked for events of a file in their order only.
         */
        OptionalInt line();
    }

    /** Events read. */
    long events() {
        return events;
    }

    /**
     * Reads all files, those of folders with all below them, and tells of what cannot be read.
     *
     * @return number of files
     * @throws CommandException if a path does not exist or a file cannot be read
     */
    int read(List<Path> paths, Console console, Reader reader) {
        UnwrapSettings settings = UnwrapSettings.DEFAULT.withMappings(mappings());
        Unwrapper unwrapper = new Unwrapper(settings);
        Decoder decoder = new Decoder(settings.formats(), DecodeLimits.DEFAULT);
        FileRecords records = new FileRecords(WHOLE_FILE_BYTES, PART_BYTES);
        List<Path> files = files(paths);
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            console.progress("%,d of %,d files, %,d events".formatted(i, files.size(), events));
            try {
                records.flatMap(
                        file.toString(),
                        new Collector<>() {
                            @Override
                            public void collect(RawRecord raw) {
                                unwrapper.unwrap(
                                        raw, new Events(file, raw, decoder, reader, console));
                            }

                            @Override
                            public void close() {}
                        });
            } catch (IOException e) {
                throw CommandException.failure("cannot read " + file, e);
            }
        }
        console.clearProgress();
        if (rejections > MAX_TOLD) {
            console.err()
                    .println("... and %,d more could not be read".formatted(rejections - MAX_TOLD));
        }
        return files.size();
    }

    /** The id the source gave the event, else the key we know it by. */
    static String eventId(DecodedEvent decoded) {
        if (decoded.body() instanceof CloudTrailEvent call && call.eventId() != null) {
            return call.eventId();
        }
        return decoded.body() instanceof AppEvent app ? app.eventId() : decoded.event().key();
    }

    private List<AppMapping> mappings() {
        try {
            return appMappings == null ? List.of() : AppMappings.read(appMappings);
        } catch (AppMappingException e) {
            throw CommandException.usage("--app-mappings: " + e.getMessage());
        }
    }

    private static List<Path> files(List<Path> paths) {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw CommandException.usage("EVENTS: there is no %s".formatted(path));
            }
            try (Stream<Path> below = Files.walk(path)) {
                below.filter(Files::isRegularFile)
                        .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                        .sorted()
                        .forEach(files::add);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list " + path, e);
            }
        }
        return files;
    }

    private void reject(Console console, Path file, String reason, String detail) {
        rejections++;
        if (rejections <= MAX_TOLD) {
            console.clearProgress();
            console.err()
                    .println(
                            "not read: %s: %s: %s"
                                    .formatted(
                                            SafeText.of(file.toString()),
                                            reason,
                                            SafeText.of(detail)));
        }
    }

    /** The pieces of one record, decoded. */
    private final class Events implements Pieces {
        private final Path file;
        private final Lines lines;
        private final Decoder decoder;
        private final Reader reader;
        private final Console console;

        Events(Path file, RawRecord raw, Decoder decoder, Reader reader, Console console) {
            this.file = file;
            // Parts of a larger file do not know how many lines came before them.
            this.lines =
                    Lines.of(
                            raw.sequence().equals("0") ? raw.payload() : new byte[0],
                            WHOLE_FILE_BYTES);
            this.decoder = decoder;
            this.reader = reader;
            this.console = console;
        }

        @Override
        public void event(LogEvent event) {
            events++;
            Place place =
                    new Place() {
                        @Override
                        public Path file() {
                            return file;
                        }

                        @Override
                        public OptionalInt line() {
                            return lines.lineOf(event.payload());
                        }
                    };
            decoder.decode(event)
                    .route(
                            decoded -> reader.event(decoded, place),
                            (reason, detail) ->
                                    EventFiles.this.reject(console, file, reason.name(), detail));
        }

        @Override
        public void control(Origin origin, String what) {}

        @Override
        public void reject(Quarantined rejected) {
            EventFiles.this.reject(console, file, rejected.reason().name(), rejected.detail());
        }
    }
}
