package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.detect.rule.RuleTestResult.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tries rules on the examples beside them: all events in {@code <rule>.match.ndjson} must match,
 * none in {@code <rule>.miss.ndjson} may. A rule without both files fails, a refused rule too.
 */
public final class RuleTester {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RuleTester() {}

    /** Tries the rules of a folder and its subfolders. */
    public static List<RuleTestResult> test(Path folder) {
        return test(RuleFiles.folder(folder));
    }

    /** One result per example, and one per rule that cannot be tried; sorted by rule file. */
    public static List<RuleTestResult> test(RuleFiles files) {
        LoadedRules loaded = RuleLoader.load(files);
        List<RuleTestResult> results = new ArrayList<>();
        for (SigmaRule rule : loaded.rules()) {
            String base = rule.file().replaceFirst("\\.ya?ml$", "");
            results.addAll(test(files, rule, base + ".match.ndjson", Outcome.MATCH));
            results.addAll(test(files, rule, base + ".miss.ndjson", Outcome.MISS));
        }
        for (RuleProblem problem : loaded.problems()) {
            results.add(
                    new RuleTestResult(
                            problem.ruleId() == null ? "" : problem.ruleId(),
                            "",
                            problem.file(),
                            0,
                            Outcome.MATCH,
                            Outcome.UNTESTABLE,
                            problem.toString()));
        }
        return results;
    }

    private static List<RuleTestResult> test(
            RuleFiles files, SigmaRule rule, String file, Outcome expected) {
        Optional<String> examples = files.read(file);
        if (examples.isEmpty() || examples.get().isBlank()) {
            String detail = "the rule has no " + file + " with an example in it";
            return List.of(result(rule, file, 0, expected, Outcome.UNTESTABLE, detail));
        }
        RuleSet alone = RuleSet.compile(List.of(rule));
        List<RuleTestResult> results = new ArrayList<>();
        int line = 0;
        for (String example : examples.get().lines().toList()) {
            line++;
            if (!example.isBlank()) {
                results.add(test(alone, rule, file, line, example, expected));
            }
        }
        return results;
    }

    private static RuleTestResult test(
            RuleSet alone, SigmaRule rule, String file, int line, String text, Outcome expected) {
        JsonNode event;
        try {
            event = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            String detail = "line %d is no JSON: %s".formatted(line, e.getOriginalMessage());
            return result(rule, file, line, expected, Outcome.UNTESTABLE, detail);
        }
        if (!(event instanceof ObjectNode object)) {
            String detail = "line %d is no JSON object".formatted(line);
            return result(rule, file, line, expected, Outcome.UNTESTABLE, detail);
        }
        boolean matched = !alone.match(object, rule.kind()).isEmpty();
        Outcome actual = matched ? Outcome.MATCH : Outcome.MISS;
        String detail =
                actual == expected
                        ? ""
                        : "%s line %d %s the rule"
                                .formatted(file, line, matched ? "matches" : "does not match");
        return result(rule, file, line, expected, actual, detail);
    }

    private static RuleTestResult result(
            SigmaRule rule,
            String file,
            int line,
            Outcome expected,
            Outcome actual,
            String detail) {
        return new RuleTestResult(rule.id(), rule.title(), file, line, expected, actual, detail);
    }
}
