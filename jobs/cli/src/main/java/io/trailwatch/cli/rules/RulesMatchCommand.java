package io.trailwatch.cli.rules;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.correlation.CorrelationFinding;
import io.trailwatch.core.detect.correlation.CorrelationHit;
import io.trailwatch.core.detect.correlation.CorrelationHits;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.correlation.CorrelationRun;
import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleFindings;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.core.enrich.Enrichment;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Matches the events of files with rules. */
@Command(
        name = "match",
        description = {
            "Matches events with rules and prints one line per rule and event; then what"
                    + " correlations find, by time. Filters are applied; rules that a setting"
                    + " disables are left out, those in a dry run are marked.",
            "",
            "Files may be gzip, JSON, JSON lines, text or Parquet flow logs, in any envelope;"
                    + " folders are read with all below them. Rules that are refused and events"
                    + " that cannot be read are told on standard error.",
            "",
            "With --json: one object a line with rule_id, rule_title, event_id, file, line, kind"
                + " (rule or correlation), severity, mode (enabled or dry-run), reported (false"
                + " where a match only counts towards correlations). line is null where the event"
                + " does not stand in the file as it is (within an envelope). Of a correlation"
                + " event_id is the key of the last event, file and line are null, and finding_id,"
                + " time, count, entity, message, evidence[] (keys of events) are added. With"
                + " --summary: one object a rule with rule_id, rule_title, kind, severity, matches,"
                + " dry_run_matches."
        },
        footer = {
            "Examples:",
            "  ./trailwatch rules match AWSLogs/",
            "  ./trailwatch rules match --rules my-rules/ --pack --summary AWSLogs/",
            "  ./trailwatch rules match --rules my-rules/ events.json.gz --json",
            "  ./trailwatch rules match --geoip GeoLite2-City.mmdb --intel bad-addresses.txt"
                    + " AWSLogs/",
            "  ./trailwatch rules match --app-mappings deploy/app-mappings/api-gateway.yaml"
                    + " access.log"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class RulesMatchCommand extends TrailwatchCommand {
    /** Pairs of rule and event whose repetition is known; the oldest goes first. */
    private static final int KNOWN_PAIRS = 1_000_000;

    /** Hits kept for correlations, which are counted when all events are read. */
    private static final int MAX_HITS = 2_000_000;

    /** Rows printed at once, with columns of one width. */
    private static final int TABLE_ROWS = 1_000;

    private static final String RULE = "rule";
    private static final String CORRELATION = "correlation";

    @Mixin private RulesOption rules = new RulesOption();
    @Mixin private EventFiles events = new EventFiles();
    @Mixin private EnrichmentOptions enrichmentOptions = new EnrichmentOptions();

    @Parameters(arity = "1..*", paramLabel = "EVENTS", description = "Files and folders of events.")
    private List<Path> paths;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Option(
            names = "--summary",
            description = "Print the number of matches of each rule instead of the matches.")
    private boolean summary;

    private RuleSet compiled;
    private CorrelationHits correlationHits;
    private Enrichment enrichment;
    private final Set<Pair> known = new LinkedHashSet<>();
    private final List<CorrelationHit> hits = new ArrayList<>();
    private long hitsPassedOver;
    private TextTable table = newTable();
    private int rows;
    private boolean anyRow;
    private long matches;
    private final Map<String, Tally> tallies = new TreeMap<>();

    private record Pair(String ruleId, String eventId) {}

    /** Matches of one rule or correlation. */
    private static final class Tally {
        private final String title;
        private final String kind;
        private final Severity severity;
        private long matches;
        private long dryRuns;

        Tally(Finding finding, String kind) {
            this.title = finding.ruleTitle();
            this.severity = finding.severity();
            this.kind = kind;
        }
    }

    private static TextTable newTable() {
        return TextTable.of("RULE", "EVENT", "MODE", ">LINE", "FILE");
    }

    @Override
    public Integer call() {
        LoadedRules loaded = RuleLoader.load(rules.files());
        Refusals.tell(console(), loaded);
        if (loaded.rules().isEmpty()) {
            throw CommandException.usage("--rules: there is no rule to match with");
        }
        compiled = RuleSet.compile(loaded.collection());
        correlationHits = new CorrelationHits(loaded.collection());
        int files;
        try (Enrichment opened = enrichmentOptions.open()) {
            enrichment = opened;
            files = events.read(paths, console(), this::match);
        }
        correlate();
        if (summary) {
            printSummary();
        } else if (!json) {
            flush();
        }
        if (!json) {
            if (anyRow) {
                console().println("");
            }
            console()
                    .println(
                            "%,d matches in %,d events of %,d files with %,d rules%s"
                                    .formatted(
                                            matches,
                                            events.events(),
                                            files,
                                            loaded.rules().size(),
                                            correlations(loaded.collection())));
        }
        if (hitsPassedOver > 0) {
            console()
                    .err()
                    .println(
                            "%,d hits beyond the first %,d were not counted in correlations"
                                    .formatted(hitsPassedOver, MAX_HITS));
        }
        return Trailwatch.EXIT_OK;
    }

    private static String correlations(RuleCollection collection) {
        int count = collection.correlations().size();
        return count == 0 ? "" : " and %,d correlation%s".formatted(count, count == 1 ? "" : "s");
    }

    private void match(DecodedEvent decoded, EventFiles.Place place) {
        IpContext source = enrichment.context(decoded.body().sourceAddress());
        List<SigmaRule> matched = compiled.match(decoded, source);
        if (matched.isEmpty()) {
            return;
        }
        String eventId = EventFiles.eventId(decoded);
        OptionalInt line = place.line();
        List<Finding> counting = new ArrayList<>();
        for (SigmaRule rule : matched) {
            Optional<Finding> decided =
                    compiled.collection().decided(RuleFindings.finding(rule, decoded));
            if (decided.isPresent() && isNew(new Pair(rule.id(), eventId))) {
                Finding found = decided.get();
                counting.add(found);
                count(found, RULE);
                if (!summary) {
                    print(found, eventId, place.file().toString(), line);
                }
            }
        }
        keep(correlationHits.of(decoded, source, counting).hits());
    }

    private boolean isNew(Pair pair) {
        boolean added = known.add(pair);
        if (known.size() > KNOWN_PAIRS) {
            Iterator<Pair> oldest = known.iterator();
            oldest.next();
            oldest.remove();
        }
        return added;
    }

    private void keep(List<CorrelationHit> found) {
        int room = Math.min(found.size(), MAX_HITS - hits.size());
        hits.addAll(found.subList(0, room));
        hitsPassedOver += found.size() - room;
    }

    private void correlate() {
        List<CorrelationFinding> findings = CorrelationRun.ofHits(hits, CorrelationLimits.DEFAULTS);
        for (CorrelationFinding found : findings) {
            count(found.finding(), CORRELATION);
            if (!summary) {
                print(found.finding(), found.reported());
            }
        }
    }

    private void count(Finding finding, String kind) {
        matches++;
        Tally tally = tallies.computeIfAbsent(finding.ruleId(), id -> new Tally(finding, kind));
        tally.matches++;
        tally.dryRuns += finding.dryRun() ? 1 : 0;
    }

    private static String mode(Finding finding) {
        return finding.dryRun() ? "dry-run" : "enabled";
    }

    private void print(Finding finding, String eventId, String file, OptionalInt line) {
        boolean reported = reports(finding.ruleId());
        if (!json) {
            String lineText = line.isPresent() ? Integer.toString(line.getAsInt()) : "";
            row(finding.ruleTitle(), eventId, text(finding, reported), lineText, file);
            return;
        }
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("rule_id", finding.ruleId());
                            out.writeStringField("rule_title", finding.ruleTitle());
                            out.writeStringField("event_id", eventId);
                            out.writeStringField("file", file);
                            if (line.isPresent()) {
                                out.writeNumberField("line", line.getAsInt());
                            } else {
                                out.writeNullField("line");
                            }
                            out.writeStringField("kind", RULE);
                            out.writeStringField("severity", finding.severity().label());
                            out.writeStringField("mode", mode(finding));
                            out.writeBooleanField("reported", reported);
                        });
    }

    private void print(Finding finding, boolean reported) {
        @Nullable String last =
                finding.evidence().isEmpty()
                        ? null
                        : finding.evidence().get(finding.evidence().size() - 1);
        if (!json) {
            row(
                    finding.ruleTitle(),
                    "%s, %,d events".formatted(finding.entity(), finding.count()),
                    text(finding, reported),
                    "",
                    "until " + finding.lastSeen());
            return;
        }
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("rule_id", finding.ruleId());
                            out.writeStringField("rule_title", finding.ruleTitle());
                            JsonLines.text(out, "event_id", last);
                            out.writeNullField("file");
                            out.writeNullField("line");
                            out.writeStringField("kind", CORRELATION);
                            out.writeStringField("severity", finding.severity().label());
                            out.writeStringField("mode", mode(finding));
                            out.writeBooleanField("reported", reported);
                            out.writeStringField("finding_id", finding.id());
                            out.writeStringField("time", finding.time().toString());
                            out.writeNumberField("count", finding.count());
                            out.writeStringField("entity", finding.entity());
                            out.writeStringField("message", finding.message());
                            JsonLines.texts(out, "evidence", finding.evidence());
                        });
    }

    private boolean reports(String ruleId) {
        return compiled.collection().reports(ruleId);
    }

    private static String text(Finding finding, boolean reported) {
        return finding.dryRun() ? "dry-run" : reported ? "" : "counts only";
    }

    private void row(String... cells) {
        table.row(cells);
        rows++;
        if (rows == TABLE_ROWS) {
            flush();
        }
    }

    private void flush() {
        if (rows > 0) {
            console().clearProgress();
            table.print(console());
            table = newTable();
            rows = 0;
            anyRow = true;
        }
    }

    private void printSummary() {
        TextTable counts = TextTable.of("SEVERITY", "KIND", ">MATCHES", ">DRY RUN", "RULE", "ID");
        for (Map.Entry<String, Tally> entry : tallies.entrySet()) {
            Tally tally = entry.getValue();
            if (json) {
                jsonLines()
                        .object(
                                out -> {
                                    out.writeStringField("rule_id", entry.getKey());
                                    out.writeStringField("rule_title", tally.title);
                                    out.writeStringField("kind", tally.kind);
                                    out.writeStringField("severity", tally.severity.label());
                                    out.writeNumberField("matches", tally.matches);
                                    out.writeNumberField("dry_run_matches", tally.dryRuns);
                                    out.writeBooleanField("reported", reports(entry.getKey()));
                                });
            }
        }
        if (json || tallies.isEmpty()) {
            return;
        }
        tallies.entrySet().stream()
                .sorted(
                        (a, b) ->
                                a.getValue().matches != b.getValue().matches
                                        ? Long.compare(b.getValue().matches, a.getValue().matches)
                                        : a.getKey().compareTo(b.getKey()))
                .forEach(
                        entry -> {
                            Tally tally = entry.getValue();
                            counts.row(
                                    List.of(
                                            new TextTable.Cell(
                                                    tally.severity.label(),
                                                    text ->
                                                            console()
                                                                    .severity(
                                                                            tally.severity, text)),
                                            TextTable.cell(
                                                    reports(entry.getKey())
                                                            ? tally.kind
                                                            : tally.kind + ", counts only"),
                                            TextTable.cell("%,d".formatted(tally.matches)),
                                            TextTable.cell(
                                                    tally.dryRuns == 0
                                                            ? ""
                                                            : "%,d".formatted(tally.dryRuns)),
                                            TextTable.cell(tally.title),
                                            TextTable.cell(entry.getKey())));
                        });
        counts.print(console());
        anyRow = true;
    }
}
