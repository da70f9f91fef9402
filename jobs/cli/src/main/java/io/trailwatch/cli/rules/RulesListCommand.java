package io.trailwatch.cli.rules;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.core.detect.rule.CorrelationRule;
import io.trailwatch.core.detect.rule.FilterRule;
import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleMetadata;
import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.core.detect.rule.SigmaRule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists rules, correlations and filters. */
@Command(
        name = "list",
        description = {
            "Lists rules and correlations, the most severe first, then filters. MODE tells what"
                    + " settings make of them today: enabled, dry-run or disabled; of filters, the"
                    + " last day on which they hold.",
            "",
            "With --json: one object a document with rule_id, rule_title, rule_version,"
                    + " rule_author, severity (null for filters), log, techniques, file, line, kind"
                    + " (rule, correlation or filter), name, mode (null for filters), accounts"
                    + " {id: mode} where it differs, reported (false where matches only count"
                    + " towards correlations), expires (filters, null for never)."
        },
        footer = {
            "Examples:",
            "  ./trailwatch rules list",
            "  ./trailwatch rules list --rules my-rules/ --pack",
            "  ./trailwatch rules list --rules my-rules/ --json"
        })
public final class RulesListCommand extends TrailwatchCommand {
    private static final int MAX_TITLE_CHARS = 64;
    private static final Comparator<Entry> MOST_SEVERE_FIRST =
            Comparator.comparing((Entry entry) -> entry.metadata().severity())
                    .reversed()
                    .thenComparing(entry -> entry.metadata().title())
                    .thenComparing(entry -> entry.metadata().id());

    @Mixin private RulesOption rules = new RulesOption();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    /**
     * A line of the list.
     *
     * @param filter null for rules and correlations
     */
    private record Entry(
            RuleMetadata metadata, String kind, String log, @Nullable FilterRule filter) {}

    @Override
    public Integer call() {
        LoadedRules loaded = RuleLoader.load(rules.files());
        RuleCollection collection = loaded.collection();
        List<Entry> entries = entries(collection);
        Instant now = Instant.now();
        if (json) {
            entries.forEach(entry -> printJson(entry, collection, now));
        } else {
            printTable(entries, collection, now);
        }
        Refusals.tell(console(), loaded);
        if (entries.isEmpty() && !loaded.problems().isEmpty()) {
            throw CommandException.failure("all rules are refused");
        }
        return Trailwatch.EXIT_OK;
    }

    private static List<Entry> entries(RuleCollection collection) {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> logs = new HashMap<>();
        for (SigmaRule rule : collection.rules()) {
            String log = log(rule);
            logs.put(rule.id(), log);
            entries.add(new Entry(rule.metadata(), "rule", log, null));
        }
        for (CorrelationRule correlation : collection.correlations()) {
            TreeSet<String> read = new TreeSet<>();
            correlation.rules().forEach(id -> read.add(logs.getOrDefault(id, "")));
            String log = String.join(" ", read);
            logs.put(correlation.id(), log);
            entries.add(new Entry(correlation.metadata(), "correlation", log, null));
        }
        entries.sort(MOST_SEVERE_FIRST);
        for (FilterRule filter : collection.filters()) {
            String service = filter.logSource().service();
            String log = service == null ? "application" : service;
            entries.add(new Entry(filter.metadata(), "filter", log, filter));
        }
        return entries;
    }

    private static String log(SigmaRule rule) {
        return rule.kind().name().toLowerCase(Locale.ROOT);
    }

    private void printTable(List<Entry> entries, RuleCollection collection, Instant now) {
        TextTable table =
                TextTable.of(
                        "SEVERITY", "KIND", "LOG", "MODE", "TITLE", "TECHNIQUES", "ID", "FILE");
        for (Entry entry : entries) {
            RuleMetadata metadata = entry.metadata();
            FilterRule filter = entry.filter();
            table.row(
                    List.of(
                            filter != null
                                    ? TextTable.cell("")
                                    : new TextTable.Cell(
                                            metadata.severity().label(),
                                            text -> console().severity(metadata.severity(), text)),
                            TextTable.cell(entry.kind()),
                            TextTable.cell(entry.log()),
                            TextTable.cell(
                                    filter == null
                                            ? RuleModes.text(collection, metadata.id(), now)
                                            : validity(filter, now)),
                            TextTable.cell(metadata.title(), MAX_TITLE_CHARS),
                            TextTable.cell(String.join(" ", metadata.techniques())),
                            TextTable.cell(metadata.id()),
                            TextTable.cell(rules.place(metadata.file()))));
        }
        table.print(console());
    }

    private static String validity(FilterRule filter, Instant now) {
        Instant expires = filter.expires();
        if (expires == null) {
            return "for good";
        }
        return (now.isBefore(expires) ? "through " : "expired ") + lastDay(expires);
    }

    /** The instant is the end of the day. */
    private static LocalDate lastDay(Instant expires) {
        return expires.atOffset(ZoneOffset.UTC).toLocalDate().minusDays(1);
    }

    private void printJson(Entry entry, RuleCollection collection, Instant now) {
        RuleMetadata metadata = entry.metadata();
        FilterRule filter = entry.filter();
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("rule_id", metadata.id());
                            out.writeStringField("rule_title", metadata.title());
                            out.writeStringField("rule_version", metadata.version());
                            out.writeStringField("rule_author", metadata.author());
                            JsonLines.text(
                                    out,
                                    "severity",
                                    filter == null ? metadata.severity().label() : null);
                            out.writeStringField("log", entry.log());
                            JsonLines.texts(out, "techniques", metadata.techniques());
                            out.writeStringField("file", rules.place(metadata.file()));
                            out.writeNumberField("line", metadata.line());
                            out.writeStringField("kind", entry.kind());
                            JsonLines.text(out, "name", metadata.name());
                            if (filter == null) {
                                Mode mode = collection.mode(metadata.id(), null, now);
                                out.writeStringField("mode", RuleModes.label(mode));
                                out.writeObjectFieldStart("accounts");
                                for (Map.Entry<String, Mode> other :
                                        RuleModes.exceptions(collection, metadata.id(), now)
                                                .entrySet()) {
                                    out.writeStringField(
                                            other.getKey(), RuleModes.label(other.getValue()));
                                }
                                out.writeEndObject();
                                out.writeBooleanField(
                                        "reported", collection.reports(metadata.id()));
                            } else {
                                out.writeNullField("mode");
                                Instant expires = filter.expires();
                                JsonLines.text(
                                        out,
                                        "expires",
                                        expires == null ? null : lastDay(expires).toString());
                            }
                        });
    }
}
