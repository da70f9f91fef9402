package io.trailwatch.core.detect.rule;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.rule.RuleTestResult.Outcome;
import io.trailwatch.finding.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Tries rules on the examples beside them: all events in {@code <rule>.match.ndjson} must match,
 * none in {@code <rule>.miss.ndjson} may. Examples go the way of any event: out of their envelope,
 * through the decoder and the matcher to a finding. A rule without both files fails, a refused rule
 * too. Filters and settings beside the rules are not applied.
 */
public final class RuleTester {
    private static final Comparator<RuleTestResult> BY_PLACE =
            Comparator.comparing(RuleTestResult::file).thenComparingInt(RuleTestResult::line);

    private final RuleFiles files;
    private final ExampleReader reader = new ExampleReader();
    private final List<RuleTestResult> results = new ArrayList<>();

    private RuleTester(RuleFiles files) {
        this.files = files;
    }

    /** Tries the rules of a folder and its subfolders. */
    public static List<RuleTestResult> test(Path folder) {
        return test(RuleFiles.folder(folder));
    }

    /** One result per example, and one per document that cannot be tried; sorted by file, line. */
    public static List<RuleTestResult> test(RuleFiles files) {
        return new RuleTester(files).run();
    }

    private List<RuleTestResult> run() {
        LoadedRules loaded = RuleLoader.load(files);
        for (SigmaRule rule : loaded.rules()) {
            for (Outcome expected : List.of(Outcome.MATCH, Outcome.MISS)) {
                test(rule, expected);
            }
        }
        for (RuleProblem problem : loaded.problems()) {
            results.add(
                    new RuleTestResult(
                            problem.ruleId() == null ? "" : problem.ruleId(),
                            "",
                            problem.file(),
                            problem.line(),
                            Outcome.MATCH,
                            Outcome.UNTESTABLE,
                            problem.path().isEmpty()
                                    ? problem.message()
                                    : problem.path() + ": " + problem.message()));
        }
        results.sort(BY_PLACE);
        return List.copyOf(results);
    }

    /** Name of the file of examples that must come out so. */
    private static String examples(RuleMetadata metadata, Outcome expected) {
        String kind = expected == Outcome.MATCH ? ".match.ndjson" : ".miss.ndjson";
        return metadata.file().replaceFirst("\\.ya?ml$", "") + kind;
    }

    private void test(SigmaRule rule, Outcome expected) {
        String file = examples(rule.metadata(), expected);
        Optional<String> examples = files.read(file);
        if (examples.isEmpty() || examples.get().isBlank()) {
            add(rule, file, 0, expected, Outcome.UNTESTABLE, "there is no example in " + file);
            return;
        }
        RuleSet alone = RuleSet.compile(List.of(rule));
        int line = 0;
        for (String example : examples.get().lines().toList()) {
            line++;
            if (!example.isBlank()) {
                test(alone, rule, file, line, example, expected);
            }
        }
    }

    private void test(
            RuleSet alone, SigmaRule rule, String file, int line, String text, Outcome expected) {
        ExampleReader.Reading reading = reader.read(file, text, rule.kind());
        DecodedEvent event = reading.event();
        if (event == null) {
            String detail = "the example " + reading.problem();
            add(rule, file, line, expected, Outcome.UNTESTABLE, detail);
        } else if (alone.match(event).isEmpty()) {
            String detail = expected == Outcome.MISS ? "" : "the event does not match";
            add(rule, file, line, expected, Outcome.MISS, detail);
        } else {
            Finding finding = RuleFindings.finding(rule, event);
            String detail =
                    expected == Outcome.MATCH ? "" : "the event matches: " + finding.message();
            add(rule, file, line, expected, Outcome.MATCH, detail);
        }
    }

    private void add(
            SigmaRule rule,
            String file,
            int line,
            Outcome expected,
            Outcome actual,
            String detail) {
        results.add(
                new RuleTestResult(rule.id(), rule.title(), file, line, expected, actual, detail));
    }
}
