package io.trailwatch.cli.generate;

import com.fasterxml.jackson.core.JsonGenerator;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.cli.local.StreamPut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the labelled simulation to files. */
@Command(
        name = "generate",
        description = {
            "Writes the logs of a small simulated organisation, with attacks that are labelled.",
            "",
            "Below logs/, CloudTrail and VPC flow logs lie as AWS delivers them to S3, application"
                    + " events as JSON lines and Avro. labels.json tells what was planted, when, by"
                    + " whom and which events prove it. The same options give the same bytes."
        },
        footer = {
            "Examples:",
            "  ./trailwatch generate --out day --seed 7",
            "  ./trailwatch replay day/logs --warehouse warehouse",
            "  ./trailwatch generate --out quiet --seed 7 --no-attacks --days 14",
            "  ./trailwatch generate --out busy --seed 7 --start 2026-11-20 --rate 5 --json",
            "  ./trailwatch generate --out day --seed 7 --stream trail --registry"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class GenerateCommand extends TrailwatchCommand {
    /** Below the folder given, so that a replay of the logs does not meet the labels. */
    private static final String LOGS = "logs";

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "Folder to write to; new or empty.")
    private Path out;

    @Option(
            names = "--seed",
            required = true,
            paramLabel = "N",
            description = "Whole number that decides everything left to chance.")
    private long seed;

    @Option(
            names = "--days",
            defaultValue = "1",
            paramLabel = "D",
            description =
                    "Simulated days, 1 to 366; attacks are in the last. Default: ${DEFAULT-VALUE}")
    private int days;

    @Option(
            names = "--start",
            defaultValue = "2026-11-16",
            paramLabel = "ISO",
            description =
                    "First day, or instant at a whole hour, UTC. Default: ${DEFAULT-VALUE}, a"
                            + " Monday")
    private String start;

    @Option(
            names = "--rate",
            defaultValue = "1",
            paramLabel = "X",
            description =
                    "How busy ordinary life is, up to 100; at 1 a working day has about 75,000"
                            + " events. Default: ${DEFAULT-VALUE}")
    private double rate;

    @Option(
            names = "--no-attacks",
            description = "Ordinary life alone; the same as goes on around the attacks.")
    private boolean noAttacks;

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            description =
                    "Put the logs into this stream of the local emulator too, as 'local put'"
                            + " does.")
    private @Nullable String stream;

    @Option(
            names = "--registry",
            arity = "0..1",
            fallbackValue = "trailwatch",
            paramLabel = "NAME",
            description =
                    "With --stream: frame application events for this schema registry of the local"
                            + " emulator; for ${FALLBACK-VALUE} without a name.")
    private @Nullable String registry;

    @Option(names = "--json", description = "One JSON object: files, counts and attacks.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        SimulationOptions options = options();
        if (registry != null && stream == null) {
            throw CommandException.usage("--registry frames what goes to a stream; give --stream");
        }
        // Asked for before the work is done: whether the services run.
        StreamPut put = stream == null ? null : StreamPut.find(console(), registry);
        requireEmpty(out);
        FileSink sink = new FileSink(out.resolve(LOGS));
        Simulation.Outcome outcome;
        try (sink) {
            outcome = new Simulation(options).run(sink);
        }
        Labels.write(out.resolve(Labels.FILE), outcome.labels());
        if (json) {
            jsonLines().object(line -> writeJson(line, options, sink, outcome));
        } else {
            print(console(), options, sink, outcome);
        }
        if (put != null && stream != null) {
            String told = put.put(List.of(out.resolve(LOGS)), stream);
            if (!json) {
                console().println("");
                console().println(told);
            }
        }
        return 0;
    }

    private SimulationOptions options() {
        try {
            return new SimulationOptions(seed, instant(start), days, rate, !noAttacks);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--" + e.getMessage());
        }
    }

    private static Instant instant(String text) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw CommandException.usage(
                    "--start is '%s', must be a date such as 2026-11-16 or an instant such as"
                                    .formatted(text)
                            + " 2026-11-16T06:00:00Z");
        }
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw CommandException.usage("--out: %s is a file".formatted(directory));
        }
        if (Files.isDirectory(directory)) {
            try (Stream<Path> entries = Files.list(directory)) {
                if (entries.findAny().isPresent()) {
                    throw CommandException.usage(
                            "--out: %s is not empty; name a new or an empty folder"
                                    .formatted(directory));
                }
            }
        }
        Files.createDirectories(directory);
    }

    private static void print(
            Console console, SimulationOptions options, FileSink sink, Simulation.Outcome outcome) {
        console.println(
                "%s to %s, seed %d: %,d files, %.1f MB"
                        .formatted(
                                options.start(),
                                options.end(),
                                options.seed(),
                                sink.files(),
                                sink.bytes() / 1e6));
        console.println("");
        TextTable events = TextTable.of("kind", ">events", ">delivered twice");
        events.row(
                "CloudTrail",
                "%,d".formatted(outcome.cloudTrail()),
                "%,d".formatted(outcome.cloudTrailRepeats()));
        events.row("VPC flow", "%,d".formatted(outcome.flows()), "0");
        events.row("application", "%,d".formatted(outcome.appEvents()), "0");
        events.print(console);
        if (!outcome.labels().isEmpty()) {
            console.println("");
            TextTable attacks = TextTable.of("from", "to", ">events", "attack planted");
            for (Label label : outcome.labels()) {
                attacks.row(
                        label.start().toString(),
                        label.end().toString(),
                        label.evidence().isEmpty() ? "" : "" + label.evidence().size(),
                        label.name());
            }
            attacks.print(console);
        }
    }

    private static void writeJson(
            JsonGenerator line,
            SimulationOptions options,
            FileSink sink,
            Simulation.Outcome outcome)
            throws IOException {
        line.writeNumberField("seed", options.seed());
        line.writeStringField("start", options.start().toString());
        line.writeStringField("end", options.end().toString());
        line.writeNumberField("files", sink.files());
        line.writeNumberField("bytes", sink.bytes());
        line.writeNumberField("cloudtrail", outcome.cloudTrail());
        line.writeNumberField("cloudtrail_repeated", outcome.cloudTrailRepeats());
        line.writeNumberField("vpc_flow", outcome.flows());
        line.writeNumberField("app_events", outcome.appEvents());
        line.writeArrayFieldStart("attacks");
        for (Label label : outcome.labels()) {
            line.writeStartObject();
            line.writeStringField("attack_id", label.attackId());
            line.writeStringField("name", label.name());
            JsonLines.texts(line, "techniques", label.techniques());
            line.writeStringField("start", label.start().toString());
            line.writeStringField("end", label.end().toString());
            line.writeEndObject();
        }
        line.writeEndArray();
    }
}
