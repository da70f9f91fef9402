package io.trailwatch.cli.rules;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.AppMapping;
import io.trailwatch.core.decode.AppMappingException;
import io.trailwatch.core.decode.AppMappings;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.rule.SigmaRule;
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
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Matches the events of files with rules, one event at a time. */
@Command(
        name = "match",
        description = {
            "Matches events with rules and prints one line per rule and event.",
            "",
            "Files may be gzip, JSON, JSON lines or text, in any envelope; folders are read with"
                    + " all below them. Rules that are refused and events that cannot be read are"
                    + " told on standard error.",
            "",
            "With --json: one object a line with rule_id, rule_title, event_id, file, line. line is"
                    + " null where the event does not stand in the file as it is (within an"
                    + " envelope)."
        },
        footer = {
            "Examples:",
            "  ./trailwatch rules match AWSLogs/",
            "  ./trailwatch rules match --rules my-rules/ events.json.gz --json",
            "  ./trailwatch rules match --app-mappings deploy/app-mappings/api-gateway.yaml"
                    + " access.log"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class RulesMatchCommand extends TrailwatchCommand {
    /** A file is read whole. */
    private static final int MAX_FILE_BYTES = 256 << 20;

    private static final int MAX_TOLD = 10;

    @Mixin private RulesOption rules = new RulesOption();

    @Parameters(arity = "1..*", paramLabel = "EVENTS", description = "Files and folders of events.")
    private List<Path> paths;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Option(
            names = "--app-mappings",
            paramLabel = "FILE",
            description =
                    "YAML file that says how JSON objects of other formats, such as access logs of"
                            + " API Gateway, become application events.")
    private @Nullable Path appMappings;

    private Unwrapper unwrapper;
    private Decoder decoder;
    private final Set<Match> matches = new HashSet<>();
    private final TextTable table = TextTable.of("RULE", "EVENT", ">LINE", "FILE");
    private long events;
    private long rejections;

    private record Match(String ruleId, String eventId) {}

    @Override
    public Integer call() {
        LoadedRules loaded = RuleLoader.load(rules.files());
        Refusals.tell(console(), loaded);
        if (loaded.rules().isEmpty()) {
            throw CommandException.usage("--rules: there is no rule to match with");
        }
        UnwrapSettings settings = UnwrapSettings.DEFAULT.withMappings(mappings());
        unwrapper = new Unwrapper(settings);
        decoder = new Decoder(settings.formats(), DecodeLimits.DEFAULT);
        RuleSet compiled = RuleSet.compile(loaded.collection());
        List<Path> files = files();
        for (int i = 0; i < files.size(); i++) {
            console().progress("%,d of %,d files, %,d events".formatted(i, files.size(), events));
            match(files.get(i), compiled);
        }
        console().clearProgress();
        if (!json) {
            if (!table.isEmpty()) {
                table.print(console());
                console().println("");
            }
            console()
                    .println(
                            "%,d matches in %,d events of %,d files with %,d rules"
                                    .formatted(
                                            matches.size(),
                                            events,
                                            files.size(),
                                            loaded.rules().size()));
        }
        if (rejections > MAX_TOLD) {
            console()
                    .err()
                    .println("... and %,d more could not be read".formatted(rejections - MAX_TOLD));
        }
        return Trailwatch.EXIT_OK;
    }

    private List<AppMapping> mappings() {
        try {
            return appMappings == null ? List.of() : AppMappings.read(appMappings);
        } catch (AppMappingException e) {
            throw CommandException.usage("--app-mappings: " + e.getMessage());
        }
    }

    private List<Path> files() {
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

    private void match(Path file, RuleSet compiled) {
        byte[] bytes;
        RawRecord raw;
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw CommandException.failure(
                        "%s has %,d bytes, limit %,d; replay reads larger files"
                                .formatted(file, Files.size(file), MAX_FILE_BYTES));
            }
            bytes = Files.readAllBytes(file);
            raw =
                    RawRecord.of(
                            file.toString(),
                            "",
                            "0",
                            Files.getLastModifiedTime(file).toInstant(),
                            bytes);
        } catch (IOException e) {
            throw CommandException.failure("cannot read " + file, e);
        }
        Lines lines = Lines.of(bytes, MAX_FILE_BYTES);
        unwrapper.unwrap(
                raw,
                new Pieces() {
                    @Override
                    public void event(LogEvent event) {
                        events++;
                        decoder.decode(event)
                                .route(
                                        decoded -> match(decoded, compiled, file, lines),
                                        (reason, detail) ->
                                                RulesMatchCommand.this.reject(
                                                        file, reason.name(), detail));
                    }

                    @Override
                    public void control(Origin origin, String what) {}

                    @Override
                    public void reject(Quarantined rejected) {
                        RulesMatchCommand.this.reject(
                                file, rejected.reason().name(), rejected.detail());
                    }
                });
    }

    private void reject(Path file, String reason, String detail) {
        rejections++;
        if (rejections <= MAX_TOLD) {
            console().clearProgress();
            console()
                    .err()
                    .println(
                            "not read: %s: %s: %s"
                                    .formatted(
                                            SafeText.of(file.toString()),
                                            reason,
                                            SafeText.of(detail)));
        }
    }

    private void match(DecodedEvent decoded, RuleSet compiled, Path file, Lines lines) {
        List<SigmaRule> matched = compiled.match(decoded);
        if (matched.isEmpty()) {
            return;
        }
        String eventId = eventId(decoded);
        OptionalInt line = lines.lineOf(decoded.event().payload());
        for (SigmaRule rule : matched) {
            if (matches.add(new Match(rule.id(), eventId))) {
                print(rule, eventId, file, line);
            }
        }
    }

    /** The id the source gave the event, else the key we know it by. */
    private static String eventId(DecodedEvent decoded) {
        if (decoded.body() instanceof CloudTrailEvent call && call.eventId() != null) {
            return call.eventId();
        }
        return decoded.body() instanceof AppEvent app ? app.eventId() : decoded.event().key();
    }

    private void print(SigmaRule rule, String eventId, Path file, OptionalInt line) {
        if (!json) {
            table.row(
                    rule.title(),
                    eventId,
                    line.isPresent() ? Integer.toString(line.getAsInt()) : "",
                    file.toString());
            return;
        }
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("rule_id", rule.id());
                            out.writeStringField("rule_title", rule.title());
                            out.writeStringField("event_id", eventId);
                            out.writeStringField("file", file.toString());
                            if (line.isPresent()) {
                                out.writeNumberField("line", line.getAsInt());
                            } else {
                                out.writeNullField("line");
                            }
                        });
    }
}
