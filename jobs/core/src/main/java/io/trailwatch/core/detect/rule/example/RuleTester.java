package io.trailwatch.core.detect.rule.example;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.rule.CorrelationRule;
import io.trailwatch.core.detect.rule.ExplanationText;
import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleFiles;
import io.trailwatch.core.detect.rule.RuleFindings;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleMetadata;
import io.trailwatch.core.detect.rule.RuleProblem;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.core.detect.rule.example.RuleTestResult.Outcome;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.finding.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tries rules on the examples beside them: all events in {@code <rule>.match.ndjson} must match,
 * none in {@code <rule>.miss.ndjson} may. Examples go the way of any event: out of their envelope,
 * through the decoder and the matcher to a finding. A rule without both files fails, a refused rule
 * too. Filters and settings beside the rules are not applied.
 *
 * <p>Examples of a correlation are sequences of events, separated by blank lines: each sequence in
 * {@code .match.ndjson} must give a finding, none in {@code .miss.ndjson} may. A correlation in one
 * file with the rules it counts proves them too; of several in one file the highest is tried.
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
        Map<String, Integer> correlatedFiles = new HashMap<>();
        for (CorrelationRule correlation : loaded.collection().correlations()) {
            correlatedFiles.merge(correlation.metadata().file(), correlation.level(), Integer::max);
        }
        for (Outcome expected : List.of(Outcome.MATCH, Outcome.MISS)) {
            for (SigmaRule rule : loaded.rules()) {
                // Beside a correlation in one file, the rule is proven by its sequences.
                if (!correlatedFiles.containsKey(rule.file())) {
                    test(rule, expected);
                }
            }
            for (CorrelationRule correlation : loaded.collection().correlations()) {
                String file = correlation.metadata().file();
                if (correlation.level() == correlatedFiles.getOrDefault(file, 0)) {
                    test(correlation, loaded.collection(), expected);
                }
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
            String detail =
                    expected == Outcome.MISS
                            ? ""
                            : "the event does not match\n" + why(alone, rule, event);
            add(rule, file, line, expected, Outcome.MISS, detail);
        } else {
            Finding finding = RuleFindings.finding(rule, event);
            String detail =
                    expected == Outcome.MATCH
                            ? ""
                            : "the event matches: %s%n%s"
                                    .formatted(finding.message(), why(alone, rule, event));
            add(rule, file, line, expected, Outcome.MATCH, detail);
        }
    }

    private static String why(RuleSet alone, SigmaRule rule, DecodedEvent event) {
        return String.join(
                "\n", ExplanationText.decisive(alone.explain(rule, event, IpContext.EMPTY)));
    }

    private void test(CorrelationRule correlation, RuleCollection all, Outcome expected) {
        String file = examples(correlation.metadata(), expected);
        List<ExampleSequence> sequences = ExampleSequence.of(files.read(file).orElse(""));
        if (sequences.isEmpty()) {
            String detail = "there is no sequence in " + file;
            add(correlation.metadata(), file, 0, expected, Outcome.UNTESTABLE, detail);
            return;
        }
        CorrelationTrial trial = new CorrelationTrial(correlation, all, reader);
        for (ExampleSequence sequence : sequences) {
            CorrelationTrial.Outcome outcome = trial.of(file, sequence);
            Outcome actual =
                    outcome.problem() != null
                            ? Outcome.UNTESTABLE
                            : outcome.finding() != null ? Outcome.MATCH : Outcome.MISS;
            String detail = actual == expected ? "" : outcome.describe();
            add(correlation.metadata(), file, sequence.line(), expected, actual, detail);
        }
    }

    private void add(
            SigmaRule rule,
            String file,
            int line,
            Outcome expected,
            Outcome actual,
            String detail) {
        add(rule.metadata(), file, line, expected, actual, detail);
    }

    private void add(
            RuleMetadata rule,
            String file,
            int line,
            Outcome expected,
            Outcome actual,
            String detail) {
        results.add(
                new RuleTestResult(rule.id(), rule.title(), file, line, expected, actual, detail));
    }
}
