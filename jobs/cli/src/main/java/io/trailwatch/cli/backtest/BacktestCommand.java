package io.trailwatch.cli.backtest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.cli.backtest.BacktestText.Line;
import io.trailwatch.cli.job.ReplayOptions;
import io.trailwatch.cli.lake.LakeOption;
import io.trailwatch.cli.lake.Warehouses;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeScan;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.event.LogKind;
import io.trailwatch.pipeline.function.RunCounters;
import io.trailwatch.pipeline.job.JobSettings;
import io.trailwatch.pipeline.job.StoredEvents;
import io.trailwatch.pipeline.topology.DetectionSettings;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest}: rules over the events of a warehouse. */
@Command(
        name = "backtest",
        description = {
            "Runs rules over the events that a lake holds, through the same graph as replay, and"
                    + " tells what they find and how that differs from the findings that are"
                    + " stored. Nothing is written to the lake. Of --config only the place of the"
                    + " lake is taken.",
            "",
            "With --json: one object a line for each finding, by time, with the fields of findings"
                    + " --json, dry_run, and compared: new, same (stored under the same id) or gone"
                    + " (stored, and not found any more). With --json and --summary: one object a"
                    + " rule with rule_id, rule_title, severity, events, findings, dry_run, new,"
                    + " same, gone, entities, entities_counted (false: there are more), first,"
                    + " last, findings_by_day, noisiest_entity, noisiest_share_percent."
        },
        footer = {
            "Examples:",
            "  ./trailwatch backtest --rules my-rules/ --warehouse warehouse",
            "  ./trailwatch backtest --rules my-rules/ --warehouse warehouse --rule 1f0c... \\",
            "      --from 2026-11-01 --to 2026-11-08T12:00:00Z",
            "  ./trailwatch backtest --pack --warehouse warehouse --table cloud_trail --json |"
                    + " jq 'select(.compared == \"new\")'"
        })
public final class BacktestCommand extends TrailwatchCommand {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin private LakeOption place = new LakeOption();

    @Option(
            names = "--rule",
            paramLabel = "ID",
            description =
                    "Only the findings of this rule or correlation; may be given several times."
                            + " Only the tables that it reads are read.")
    private List<String> ruleIds = List.of();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "Only findings from this event time on: 2026-11-20 or 2026-11-20T08:00:00Z."
                            + " Events before it are read as far as correlations look back.")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "Only events and findings before this event time.")
    private @Nullable String to;

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            description =
                    "Only rules that read nothing but this table, such as cloud_trail; may be given"
                            + " several times.")
    private List<String> tables = List.of();

    @Mixin private ReplayOptions options = new ReplayOptions();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the findings to this file, as --json prints them.")
    private @Nullable Path out;

    @Option(
            names = "--fail-on-findings",
            description = "Leave with exit status 1 when anything was found.")
    private boolean failOnFindings;

    @Option(names = "--summary", description = "With --json: one object a rule, not a finding.")
    private boolean summary;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Override
    public Integer call() {
        Instant first = time("--from", from);
        Instant end = time("--to", to);
        if (first != null && end != null && !first.isBefore(end)) {
            throw CommandException.usage(
                    "--from is %s, must be before --to %s".formatted(from, to));
        }
        if (summary && !json) {
            throw CommandException.usage("--summary: goes with --json; the text is a summary");
        }
        LakeSettings lake = place.existing();
        DetectionSettings settings = settings();
        RuleSelection selection = selection(settings);
        Set<LogKind> kinds = existing(lake, selection);
        Duration lead = selection.lead();
        Backtest backtest =
                new Backtest(lake, kinds, selection.reporting().keySet(), first, end, lead);
        LakeScan.Plan plan = backtest.plan();

        Path file = partFile();
        try {
            Map<String, Object> counters =
                    backtest.run(settings, options.parallelism(), file, console());
            List<Line> lines = lines(selection, counters, file);
            if (json && summary) {
                lines.forEach(this::printJson);
            } else if (json) {
                forEachLine(file, console().out()::println);
            } else {
                printRead(counters, plan, first == null ? Duration.ZERO : lead);
                new BacktestText(console()).print(lines);
            }
            tellUnreadable(counters);
            if (out != null) {
                Files.move(file, out, StandardCopyOption.REPLACE_EXISTING);
                if (!json) {
                    console().println("Findings are in " + out + ".");
                }
            }
            boolean found = lines.stream().anyMatch(line -> line.tally().findings() > 0);
            return failOnFindings && found ? Trailwatch.EXIT_FAILED : Trailwatch.EXIT_OK;
        } catch (IOException e) {
            throw CommandException.failure(
                    "cannot move the findings to %s: %s".formatted(out, e.getMessage()), e);
        } finally {
            delete(file);
        }
    }

    private DetectionSettings settings() {
        try {
            options.parallelism();
            Configuration jobOptions = options.jobOptions();
            return JobSettings.detection(
                    jobOptions, warning -> console().err().println(SafeText.of(warning)));
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    private RuleSelection selection(DetectionSettings settings) {
        RuleSelection selection = new RuleSelection(settings.rules().collection());
        for (String id : ruleIds) {
            if (!selection.knows(id)) {
                throw CommandException.usage(
                        "--rule: no rule that can run has id '%s'".formatted(id));
            }
            if (!selection.reporting().containsKey(id)) {
                throw CommandException.usage(
                        ("--rule: '%s' gives no findings of its own, only the correlations that"
                                        + " refer to it do")
                                .formatted(id));
            }
        }
        if (!ruleIds.isEmpty()) {
            selection.retain(ruleIds);
        }
        if (!tables.isEmpty()) {
            Set<LogKind> wanted = EnumSet.noneOf(LogKind.class);
            tables.forEach(table -> wanted.add(kind(table)));
            selection.retainReading(wanted);
            if (selection.reporting().isEmpty()) {
                throw CommandException.usage(
                        "--table: no rule reads only " + String.join(", ", tables));
            }
        }
        return selection;
    }

    private static LogKind kind(String table) {
        for (LogKind kind : LogKind.values()) {
            if (StoredEvents.table(kind).name().equals(table)) {
                return kind;
            }
        }
        throw CommandException.usage(
                "--table is '%s', must be one of %s"
                        .formatted(
                                table,
                                Tables.EVENTS.stream()
                                        .map(TableLayout::name)
                                        .collect(Collectors.joining(", "))));
    }

    /** Logs of which there is a table; rules that read another one are left out, and told. */
    private Set<LogKind> existing(LakeSettings lake, RuleSelection selection) {
        Set<LogKind> existing = EnumSet.noneOf(LogKind.class);
        List<String> missing = new ArrayList<>();
        Set<TableLayout> tablesThere = Warehouses.ask(lake, BacktestCommand::eventTables);
        for (LogKind kind : selection.kinds()) {
            TableLayout table = StoredEvents.table(kind);
            if (tablesThere.contains(table)) {
                existing.add(kind);
            } else {
                missing.add(table.name());
            }
        }
        if (!missing.isEmpty()) {
            String absent =
                    "warehouse %s has no table %s"
                            .formatted(lake.display(), String.join(", ", missing));
            Set<String> left = selection.retainReading(existing);
            if (selection.reporting().isEmpty()) {
                throw CommandException.usage(
                        "%s: %s, which every rule reads; replay and run make the tables"
                                .formatted(place.option(), absent));
            }
            console()
                    .err()
                    .println(
                            "%s: %d rules that read it are left out"
                                    .formatted(SafeText.of(absent), left.size()));
        }
        return existing;
    }

    private static Set<TableLayout> eventTables(Lake lake) {
        return Tables.EVENTS.stream().filter(lake::exists).collect(Collectors.toSet());
    }

    private static List<Line> lines(
            RuleSelection selection, Map<String, Object> counters, Path file) {
        Map<String, RuleTally> tallies = new TreeMap<>();
        selection.reporting().keySet().forEach(id -> tallies.put(id, new RuleTally()));
        forEachLine(
                file,
                text -> {
                    JsonNode finding = parse(text);
                    RuleTally tally = tallies.get(finding.path("rule_id").asText());
                    if (tally != null) {
                        tally.add(finding);
                    }
                });
        List<Line> lines = new ArrayList<>();
        selection
                .reporting()
                .forEach(
                        (id, rule) ->
                                lines.add(
                                        new Line(
                                                rule,
                                                tallies.getOrDefault(id, new RuleTally()),
                                                selection.events(id, counters))));
        lines.sort(
                Comparator.<Line>comparingLong(line -> line.tally().findings())
                        .reversed()
                        .thenComparing(line -> line.rule().id()));
        return lines;
    }

    private void printRead(Map<String, Object> counters, LakeScan.Plan plan, Duration lead) {
        long events = RunCounters.count(counters, RunCounters.UNWRAPPED);
        console()
                .println(
                        String.format(
                                Locale.ROOT,
                                "Read %,d events from %,d of %,d files (%,.1f MB).%s",
                                events,
                                plan.files(),
                                plan.totalFiles(),
                                plan.bytes() / 1e6,
                                events == 0 ? " There is nothing to look at." : ""));
        if (!lead.isZero()) {
            console()
                    .println(
                            "Events of %s before --from are among them, for correlations."
                                    .formatted(lead));
        }
        console().println("");
    }

    /** Events that could not be read again are no small print: what they held was not looked at. */
    private void tellUnreadable(Map<String, Object> counters) {
        Map<String, Long> unreadable = new LinkedHashMap<>();
        new TreeMap<>(counters)
                .keySet().stream()
                        .filter(name -> name.startsWith(RunCounters.QUARANTINED_BY_REASON))
                        .forEach(
                                name ->
                                        unreadable.put(
                                                name.substring(
                                                        RunCounters.QUARANTINED_BY_REASON.length()),
                                                RunCounters.count(counters, name)));
        unreadable.forEach(
                (reason, count) ->
                        console()
                                .err()
                                .println(
                                        String.format(
                                                Locale.ROOT,
                                                "%,d events could not be read again: %s",
                                                count,
                                                reason)));
    }

    private void printJson(Line line) {
        jsonLines().object(object -> write(object, line));
    }

    private static void write(JsonGenerator object, Line line) throws IOException {
        RuleTally tally = line.tally();
        object.writeStringField("rule_id", line.rule().id());
        object.writeStringField("rule_title", line.rule().title());
        object.writeStringField("severity", line.rule().severity().label());
        object.writeNumberField("events", line.events());
        object.writeNumberField("findings", tally.findings());
        object.writeNumberField("dry_run", tally.dryRuns());
        for (Compared.Outcome outcome : Compared.Outcome.values()) {
            object.writeNumberField(outcome.label(), tally.of(outcome));
        }
        object.writeNumberField("entities", tally.entities());
        object.writeBooleanField("entities_counted", !tally.moreEntities());
        JsonLines.text(object, "first", tally.first() == null ? null : tally.first().toString());
        JsonLines.text(object, "last", tally.last() == null ? null : tally.last().toString());
        object.writeObjectFieldStart("findings_by_day");
        for (Map.Entry<String, Long> day : tally.days().entrySet()) {
            object.writeNumberField(day.getKey(), day.getValue());
        }
        object.writeEndObject();
        JsonLines.text(object, "noisiest_entity", tally.noisiest());
        object.writeNumberField("noisiest_share_percent", tally.noisiestSharePercent());
    }

    private static @Nullable Instant time(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw CommandException.usage(
                    "%s is '%s', must be a day such as 2026-11-20 or a time such as"
                                    .formatted(option, text)
                            + " 2026-11-20T08:00:00Z");
        }
    }

    /** Beside {@code --out}, so that it can be moved there at the end. */
    private Path partFile() {
        try {
            if (out == null) {
                return Files.createTempFile("trailwatch-backtest", ".ndjson");
            }
            Path folder = out.toAbsolutePath().getParent();
            return Files.createTempFile(folder, "." + out.getFileName(), ".part");
        } catch (IOException e) {
            throw CommandException.usage(
                    "--out: cannot write %s: %s".formatted(out, e.getMessage()));
        }
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a finding that was written cannot be read", e);
        }
    }

    private static void forEachLine(Path file, Consumer<String> taker) {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                taker.accept(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }
}
