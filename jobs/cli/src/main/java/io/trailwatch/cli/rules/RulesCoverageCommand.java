package io.trailwatch.cli.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.core.detect.rule.AttackTactic;
import io.trailwatch.core.detect.rule.CorrelationRule;
import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleMetadata;
import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.finding.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells which techniques of ATT&amp;CK the rules are for. */
@Command(
        name = "coverage",
        description = {
            "Tells which tactics and techniques of MITRE ATT&CK the rules and correlations name in"
                    + " their tags. Disabled ones are left out.",
            "",
            "With --out: writes a layer of ATT&CK Navigator (layer format 4.5) as well; a"
                    + " technique's score is the number of its rules, its colour their highest"
                    + " severity, its comment their titles. With --json: prints that layer instead"
                    + " of the table, on one line.",
            "",
            "In the table a rule counts in each tactic that it names."
        },
        footer = {
            "Examples:",
            "  ./trailwatch rules coverage",
            "  ./trailwatch rules coverage --rules my-rules/ --pack --out layer.json"
        })
public final class RulesCoverageCommand extends TrailwatchCommand {
    /** The first release of the Navigator that reads format 4.5. */
    private static final String NAVIGATOR = "4.9.0";

    private static final String LAYER_FORMAT = "4.5";
    private static final String UNTAGGED = "(no tactic)";
    private static final Set<AttackTactic> OF_ONE_GENERATION =
            Set.of(
                    AttackTactic.DEFENSE_EVASION,
                    AttackTactic.STEALTH,
                    AttackTactic.DEFENSE_IMPAIRMENT);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Comparator<RuleMetadata> MOST_SEVERE_FIRST =
            Comparator.comparing(RuleMetadata::severity)
                    .reversed()
                    .thenComparing(RuleMetadata::title)
                    .thenComparing(RuleMetadata::id);

    @Mixin private RulesOption rules = new RulesOption();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to write the layer of ATT&CK Navigator to.")
    private @Nullable Path out;

    @Option(
            names = "--name",
            paramLabel = "TEXT",
            defaultValue = "Trailwatch rules",
            description = "Name of the layer; 'Trailwatch rules' when not given.")
    private String name = "Trailwatch rules";

    @Option(names = "--json", description = "Print the layer instead of the table.")
    private boolean json;

    @Override
    public Integer call() {
        LoadedRules loaded = RuleLoader.load(rules.files());
        List<RuleMetadata> enabled = enabled(loaded.collection());
        Map<String, List<RuleMetadata>> byTechnique = byTechnique(enabled);
        ObjectNode layer = layer(byTechnique, enabled.size());
        if (out != null) {
            try {
                Files.writeString(
                        out,
                        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(layer) + "\n");
            } catch (IOException e) {
                throw CommandException.failure("--out: cannot write " + out, e);
            }
        }
        if (json) {
            printLayer(layer);
        } else {
            printTable(enabled, byTechnique.size());
            if (out != null) {
                console().println("layer written to " + out);
            }
        }
        Refusals.tell(console(), loaded);
        return Trailwatch.EXIT_OK;
    }

    private void printLayer(ObjectNode layer) {
        try {
            console().println(JSON.writeValueAsString(layer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a layer cannot be written", e);
        }
    }

    private static List<RuleMetadata> enabled(RuleCollection collection) {
        Instant now = Instant.now();
        List<RuleMetadata> enabled = new ArrayList<>();
        collection.rules().stream().map(SigmaRule::metadata).forEach(enabled::add);
        collection.correlations().stream().map(CorrelationRule::metadata).forEach(enabled::add);
        enabled.removeIf(rule -> collection.mode(rule.id(), null, now) == Mode.DISABLED);
        enabled.sort(MOST_SEVERE_FIRST);
        return enabled;
    }

    private static Map<String, List<RuleMetadata>> byTechnique(List<RuleMetadata> rules) {
        Map<String, List<RuleMetadata>> byTechnique = new TreeMap<>();
        for (RuleMetadata rule : rules) {
            for (String technique : rule.techniques()) {
                byTechnique.computeIfAbsent(technique, key -> new ArrayList<>()).add(rule);
            }
        }
        return byTechnique;
    }

    /** Layer format 4.5 of ATT&amp;CK Navigator; rules are sorted, the most severe first. */
    private ObjectNode layer(Map<String, List<RuleMetadata>> byTechnique, int count) {
        ObjectNode layer = JSON.createObjectNode();
        layer.put("name", name);
        layer.putObject("versions").put("layer", LAYER_FORMAT).put("navigator", NAVIGATOR);
        layer.put("domain", "enterprise-attack");
        layer.put(
                "description",
                "%d rules and correlations for %d techniques; a score is a number of rules"
                        .formatted(count, byTechnique.size()));
        // 3: by score, descending.
        layer.put("sorting", 3);
        ArrayNode techniques = layer.putArray("techniques");
        int most = 1;
        Set<String> withParts = new TreeSet<>();
        for (String technique : byTechnique.keySet()) {
            int dot = technique.indexOf('.');
            if (dot > 0) {
                withParts.add(technique.substring(0, dot));
            }
        }
        for (Map.Entry<String, List<RuleMetadata>> entry : byTechnique.entrySet()) {
            List<RuleMetadata> covering = entry.getValue();
            most = Math.max(most, covering.size());
            ObjectNode technique = techniques.addObject();
            technique.put("techniqueID", entry.getKey());
            technique.put("score", covering.size());
            technique.put("color", colour(covering.get(0).severity()));
            technique.put("comment", comment(covering));
            technique.put("enabled", true);
            technique.put("showSubtechniques", withParts.contains(entry.getKey()));
        }
        // A technique without rules of its own is opened, so that those of its parts are seen.
        for (String parent : withParts) {
            if (!byTechnique.containsKey(parent)) {
                techniques
                        .addObject()
                        .put("techniqueID", parent)
                        .put("enabled", true)
                        .put("showSubtechniques", true);
            }
        }
        ObjectNode gradient = layer.putObject("gradient");
        gradient.putArray("colors").add("#ffffff").add(colour(Severity.HIGH));
        gradient.put("minValue", 0).put("maxValue", most);
        ArrayNode legend = layer.putArray("legendItems");
        for (Severity severity : Severity.values()) {
            legend.addObject().put("label", severity.label()).put("color", colour(severity));
        }
        return layer;
    }

    private static String comment(List<RuleMetadata> covering) {
        List<String> lines = new ArrayList<>();
        covering.forEach(rule -> lines.add("[" + rule.severity().label() + "] " + rule.title()));
        return String.join("\n", lines);
    }

    private static String colour(Severity severity) {
        return switch (severity) {
            case CRITICAL -> "#b2182b";
            case HIGH -> "#ef6548";
            case MEDIUM -> "#fdbb84";
            case LOW -> "#a6bddb";
            case INFORMATIONAL -> "#d9d9d9";
        };
    }

    private void printTable(List<RuleMetadata> enabled, int techniques) {
        Map<AttackTactic, List<RuleMetadata>> byTactic = new EnumMap<>(AttackTactic.class);
        List<RuleMetadata> untagged = new ArrayList<>();
        for (RuleMetadata rule : enabled) {
            Set<AttackTactic> named = new TreeSet<>();
            for (String tag : rule.tags()) {
                AttackTactic tactic = AttackTactic.ofTag(tag);
                if (tactic != null) {
                    named.add(tactic);
                }
            }
            named.forEach(
                    tactic -> byTactic.computeIfAbsent(tactic, key -> new ArrayList<>()).add(rule));
            if (named.isEmpty()) {
                untagged.add(rule);
            }
        }
        TextTable table =
                TextTable.of(
                        "TACTIC",
                        ">RULES",
                        ">CRITICAL",
                        ">HIGH",
                        ">MEDIUM",
                        ">LOW",
                        ">INFO",
                        ">TECHNIQUES",
                        "NAMED WITH IT");
        for (AttackTactic tactic : AttackTactic.values()) {
            List<RuleMetadata> ofTactic = byTactic.getOrDefault(tactic, List.of());
            // A gap is worth a row, the other generation's name of a tactic is not.
            if (!ofTactic.isEmpty() || !OF_ONE_GENERATION.contains(tactic)) {
                row(table, tactic.label(), ofTactic);
            }
        }
        if (!untagged.isEmpty()) {
            row(table, UNTAGGED, untagged);
        }
        table.print(console());
        console().println("");
        console()
                .println(
                        "%,d rules and correlations name %,d techniques"
                                .formatted(enabled.size(), techniques));
    }

    private static void row(TextTable table, String tactic, List<RuleMetadata> rules) {
        Set<String> techniques = new TreeSet<>();
        rules.forEach(rule -> techniques.addAll(rule.techniques()));
        List<String> cells = new ArrayList<>(List.of(tactic, Integer.toString(rules.size())));
        List<Severity> severities = new ArrayList<>(Arrays.asList(Severity.values()));
        severities.sort(Comparator.reverseOrder());
        for (Severity severity : severities) {
            long count = rules.stream().filter(rule -> rule.severity() == severity).count();
            cells.add(count == 0 ? "" : Long.toString(count));
        }
        cells.add(Integer.toString(techniques.size()));
        cells.add(String.join(" ", techniques));
        table.row(cells.toArray(String[]::new));
    }
}
