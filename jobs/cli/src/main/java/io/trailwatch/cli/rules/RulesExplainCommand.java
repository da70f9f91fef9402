package io.trailwatch.cli.rules;

import com.fasterxml.jackson.core.JsonGenerator;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.correlation.CorrelationFinding;
import io.trailwatch.core.detect.correlation.CorrelationGroups;
import io.trailwatch.core.detect.correlation.CorrelationHit;
import io.trailwatch.core.detect.correlation.CorrelationHits;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.correlation.CorrelationRun;
import io.trailwatch.core.detect.rule.CorrelationRule;
import io.trailwatch.core.detect.rule.Explanation;
import io.trailwatch.core.detect.rule.ExplanationText;
import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleFindings;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleMetadata;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.core.enrich.Enrichment;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.finding.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells why a rule matches events or does not. */
@Command(
        name = "explain",
        description = {
            "Tells why a rule matches events or does not: its condition as a tree, with the values"
                + " wanted and found. Parts on which the outcome does not rest are in brackets.",
            "",
            "Of a correlation it tells which rules counted how often, and for each group how far"
                    + " from the threshold the fullest timespan was.",
            "",
            "With --json: one object an event with rule_id, rule_title, event_id, file, line,"
                    + " matches, mode, explanation {kind, text, wanted[], found[], holds, decisive,"
                    + " parts[]}; of a correlation one object a group with rule_id, rule_title,"
                    + " group {field: value}, hits, most (null for types that do not count), first,"
                    + " last, operator, threshold, findings."
        },
        footer = {
            "Examples:",
            "  ./trailwatch rules explain 'Root user active' events.json",
            "  ./trailwatch rules explain my-rules/key.yml --rules my-rules/ events.json"
                    + " --event 5f48f418-cbf9-ff9a-23f9-087b8727f4be"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class RulesExplainCommand extends TrailwatchCommand {
    private static final int MAX_HITS = 2_000_000;

    @Mixin private RulesOption rules = new RulesOption();
    @Mixin private EventFiles events = new EventFiles();
    @Mixin private EnrichmentOptions enrichmentOptions = new EnrichmentOptions();

    @Parameters(
            index = "0",
            paramLabel = "RULE",
            description = "Id, name, title or file of a rule or correlation.")
    private String wanted;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "EVENTS",
            description = "Files and folders of events.")
    private List<Path> paths;

    @Option(
            names = "--event",
            paramLabel = "ID",
            description = "Only the event of this id, whatever its log.")
    private @Nullable String eventId;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "10",
            description = "Events or groups to explain at most; 10 when not given.")
    private int limit;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    private Enrichment enrichment;
    private RuleSet compiled;
    private long explained;
    private long passedOver;

    @Override
    public Integer call() {
        if (limit < 1) {
            throw CommandException.usage("--limit is %d, must be at least 1".formatted(limit));
        }
        LoadedRules loaded = RuleLoader.load(rules.files());
        Refusals.tell(console(), loaded);
        RuleCollection collection = loaded.collection();
        List<SigmaRule> single =
                collection.rules().stream().filter(rule -> isMeant(rule.metadata())).toList();
        List<CorrelationRule> correlations =
                collection.correlations().stream()
                        .filter(rule -> isMeant(rule.metadata()))
                        .toList();
        if (single.isEmpty() && correlations.isEmpty()) {
            throw CommandException.usage(
                    "RULE: no rule or correlation has the id, name, title or file '%s'"
                            .formatted(wanted));
        }
        compiled = RuleSet.compile(collection);
        try (Enrichment opened = enrichmentOptions.open()) {
            enrichment = opened;
            if (correlations.isEmpty()) {
                explainRules(single);
            } else {
                // A file with a correlation and its rules means the correlation.
                explainCorrelations(correlations);
            }
        }
        return Trailwatch.EXIT_OK;
    }

    private boolean isMeant(RuleMetadata rule) {
        return wanted.equals(rule.id())
                || wanted.equals(rule.name())
                || wanted.equalsIgnoreCase(rule.title())
                || wanted.equals(rule.file())
                || Path.of(wanted)
                        .normalize()
                        .equals(Path.of(rules.place(rule.file())).normalize());
    }

    private void explainRules(List<SigmaRule> meant) {
        events.read(
                paths,
                console(),
                (decoded, place) -> {
                    boolean asked =
                            eventId == null
                                    || eventId.equals(EventFiles.eventId(decoded))
                                    || eventId.equals(decoded.event().key());
                    if (asked) {
                        meant.forEach(rule -> explain(rule, decoded, place));
                    }
                });
        if (explained == 0) {
            throw CommandException.failure(
                    eventId == null
                            ? "none of %,d events is of a log that the rule reads"
                                    .formatted(events.events())
                            : "--event: none of %,d events has the id %s"
                                    .formatted(events.events(), eventId));
        }
        if (passedOver > 0) {
            console()
                    .err()
                    .println(
                            "%,d more events are not explained; --event names one, --limit more"
                                    .formatted(passedOver));
        }
    }

    private void explain(SigmaRule rule, DecodedEvent decoded, EventFiles.Place place) {
        if (eventId == null && decoded.event().kind() != rule.kind()) {
            return;
        }
        if (explained == limit) {
            passedOver++;
            return;
        }
        explained++;
        IpContext source = enrichment.context(decoded.body().sourceAddress());
        Explanation explanation = compiled.explain(rule, decoded, source);
        Finding finding = RuleFindings.finding(rule, decoded);
        Mode mode = compiled.collection().mode(rule.id(), finding.account(), finding.time());
        OptionalInt line = place.line();
        if (json) {
            printJson(rule, decoded, explanation, mode, place.file(), line);
        } else {
            print(decoded, explanation, mode, place.file(), line);
        }
    }

    private void print(
            DecodedEvent decoded, Explanation explanation, Mode mode, Path file, OptionalInt line) {
        String at = file + (line.isPresent() ? ":" + line.getAsInt() : "");
        console()
                .println(
                        console()
                                .bold(
                                        "%s  (%s)"
                                                .formatted(
                                                        SafeText.of(EventFiles.eventId(decoded)),
                                                        SafeText.of(at))));
        for (ExplanationText.Line part : ExplanationText.all(explanation)) {
            String verdict =
                    part.depth() == 0
                            ? part.holds() ? "matches" : "does not match"
                            : part.holds() ? "holds" : "fails";
            String text = verdict + ": " + SafeText.of(part.text());
            String shown =
                    !part.decisive()
                            ? console().faint("(" + text + ")")
                            : part.holds() ? console().green(text) : console().red(text);
            console().println("  ".repeat(part.depth() + 1) + shown);
        }
        if (mode != Mode.ENABLED) {
            console().println("  a setting puts the rule into mode " + label(mode));
        }
        console().println("");
    }

    private void printJson(
            SigmaRule rule,
            DecodedEvent decoded,
            Explanation explanation,
            Mode mode,
            Path file,
            OptionalInt line) {
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("rule_id", rule.id());
                            out.writeStringField("rule_title", rule.title());
                            out.writeStringField("event_id", EventFiles.eventId(decoded));
                            out.writeStringField("file", file.toString());
                            if (line.isPresent()) {
                                out.writeNumberField("line", line.getAsInt());
                            } else {
                                out.writeNullField("line");
                            }
                            out.writeBooleanField("matches", explanation.holds());
                            out.writeStringField("mode", label(mode));
                            out.writeFieldName("explanation");
                            write(out, explanation);
                        });
    }

    private static void write(JsonGenerator out, Explanation part) throws IOException {
        out.writeStartObject();
        out.writeStringField("kind", RuleModes.label(part.kind()));
        out.writeStringField("text", part.text());
        JsonLines.texts(out, "wanted", part.wanted());
        JsonLines.texts(out, "found", part.found());
        out.writeBooleanField("holds", part.holds());
        out.writeBooleanField("decisive", part.decisive());
        out.writeArrayFieldStart("parts");
        for (Explanation inner : part.parts()) {
            write(out, inner);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static String label(Mode mode) {
        return RuleModes.label(mode);
    }

    private void explainCorrelations(List<CorrelationRule> meant) {
        if (eventId != null) {
            throw CommandException.usage(
                    "--event: a correlation is explained over all events, not over one");
        }
        CorrelationHits hitsOf = new CorrelationHits(compiled.collection());
        List<CorrelationHit> hits = new ArrayList<>();
        Map<String, Integer> matches = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        events.read(
                paths,
                console(),
                (decoded, place) -> {
                    IpContext source = enrichment.context(decoded.body().sourceAddress());
                    List<Finding> found = new ArrayList<>();
                    List<SigmaRule> matched = compiled.match(decoded, source);
                    if (matched.isEmpty() || !seen.add(decoded.event().key())) {
                        return;
                    }
                    for (SigmaRule rule : matched) {
                        Finding finding = RuleFindings.finding(rule, decoded);
                        if (compiled.collection().mode(rule.id(), finding.account(), finding.time())
                                != Mode.DISABLED) {
                            found.add(finding);
                            matches.merge(rule.id(), 1, Integer::sum);
                        }
                    }
                    hits.addAll(hitsOf.of(decoded, source, found).hits());
                    if (hits.size() > MAX_HITS) {
                        throw CommandException.failure(
                                "more than %,d events count; name fewer files".formatted(MAX_HITS));
                    }
                });
        List<CorrelationFinding> findings = CorrelationRun.ofHits(hits, CorrelationLimits.DEFAULTS);
        findings.forEach(found -> matches.merge(found.finding().ruleId(), 1, Integer::sum));
        findings.forEach(found -> hits.addAll(found.hits()));
        for (CorrelationRule rule : meant) {
            List<Finding> own =
                    findings.stream()
                            .map(CorrelationFinding::finding)
                            .filter(found -> found.ruleId().equals(rule.id()))
                            .toList();
            List<CorrelationGroups.Group> groups = CorrelationGroups.of(rule, hits);
            if (json) {
                groups.stream().limit(limit).forEach(group -> printJson(rule, group, own));
            } else {
                print(rule, matches, groups, own);
            }
        }
    }

    private void print(
            CorrelationRule rule,
            Map<String, Integer> matches,
            List<CorrelationGroups.Group> groups,
            List<Finding> findings) {
        console().println(console().bold(SafeText.of(rule.title())));
        console()
                .println(
                        "  %s within %s by %s, %s %s%s"
                                .formatted(
                                        rule.type().label(),
                                        rule.timespan(),
                                        rule.groupBy().isEmpty()
                                                ? "nothing"
                                                : String.join(", ", rule.groupBy()),
                                        rule.threshold().operator().label(),
                                        number(rule.threshold().limit()),
                                        rule.threshold().field() == null
                                                ? ""
                                                : " of " + rule.threshold().field()));
        for (String id : rule.rules()) {
            console()
                    .println(
                            "  counts %s: %,d matches"
                                    .formatted(title(id), matches.getOrDefault(id, 0)));
        }
        console().println("");
        if (groups.isEmpty()) {
            console()
                    .println("  nothing counted: no match has all fields to group by and to count");
        } else {
            TextTable table = TextTable.of("GROUP", ">HITS", ">MOST AT ONCE", "FIRST", "LAST");
            groups.stream()
                    .limit(limit)
                    .forEach(
                            group ->
                                    table.row(
                                            String.join(", ", group.values()),
                                            Long.toString(group.hits()),
                                            group.most().isPresent()
                                                    ? "%d of %s"
                                                            .formatted(
                                                                    group.most().getAsLong(),
                                                                    number(
                                                                            rule.threshold()
                                                                                    .limit()))
                                                    : "",
                                            group.first().toString(),
                                            group.last().toString()));
            table.print(console());
            if (groups.size() > limit) {
                console()
                        .println(
                                "  ... and %,d more groups; --limit shows more"
                                        .formatted(groups.size() - limit));
            }
        }
        console().println("");
        console().println("  %,d findings".formatted(findings.size()));
        findings.stream()
                .limit(limit)
                .forEach(found -> console().println("  " + SafeText.of(found.message())));
        console().println("");
    }

    private String title(String id) {
        RuleCollection all = compiled.collection();
        return all.rules().stream()
                .filter(rule -> rule.id().equals(id))
                .map(rule -> "rule '" + SafeText.of(rule.title()) + "'")
                .findFirst()
                .orElseGet(
                        () ->
                                all.correlations().stream()
                                        .filter(rule -> rule.id().equals(id))
                                        .map(
                                                rule ->
                                                        "correlation '"
                                                                + SafeText.of(rule.title())
                                                                + "'")
                                        .findFirst()
                                        .orElse(id));
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private void printJson(
            CorrelationRule rule, CorrelationGroups.Group group, List<Finding> findings) {
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("rule_id", rule.id());
                            out.writeStringField("rule_title", rule.title());
                            out.writeObjectFieldStart("group");
                            for (int i = 0; i < group.values().size(); i++) {
                                out.writeStringField(rule.groupBy().get(i), group.values().get(i));
                            }
                            out.writeEndObject();
                            out.writeNumberField("hits", group.hits());
                            if (group.most().isPresent()) {
                                out.writeNumberField("most", group.most().getAsLong());
                            } else {
                                out.writeNullField("most");
                            }
                            out.writeStringField("first", group.first().toString());
                            out.writeStringField("last", group.last().toString());
                            out.writeStringField("operator", rule.threshold().operator().label());
                            out.writeNumberField("threshold", rule.threshold().limit());
                            out.writeNumberField("findings", findings.size());
                        });
    }
}
