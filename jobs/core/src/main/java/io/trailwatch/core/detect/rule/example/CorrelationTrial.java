package io.trailwatch.core.detect.rule.example;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.correlation.CorrelationFinding;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.correlation.CorrelationRun;
import io.trailwatch.core.detect.rule.CorrelationRule;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogKind;
import io.trailwatch.finding.Finding;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tries a correlation, with all that it counts and nothing else, on sequences of examples. */
final class CorrelationTrial {
    private final CorrelationRule correlation;
    private final RuleCollection counted;
    private final RuleSet rules;
    private final Set<LogKind> kinds = new LinkedHashSet<>();
    private final ExampleReader reader;

    CorrelationTrial(CorrelationRule correlation, RuleCollection all, ExampleReader reader) {
        this.correlation = correlation;
        this.counted = counted(correlation, all);
        this.rules = RuleSet.compile(counted);
        this.reader = reader;
        counted.rules().forEach(rule -> kinds.add(rule.kind()));
    }

    /**
     * What came of a sequence.
     *
     * @param problem why it could not be tried; null when it could
     * @param finding the first of the correlation; null when there is none
     * @param hits events that each rule matched, by title
     * @param idle lines of events that no rule matched
     */
    record Outcome(
            @Nullable String problem,
            @Nullable Finding finding,
            Map<String, Integer> hits,
            List<Integer> idle) {
        String describe() {
            if (problem != null) {
                return problem;
            }
            StringBuilder text =
                    new StringBuilder(
                            finding == null
                                    ? "the sequence gives no finding"
                                    : "the sequence gives a finding: " + finding.message());
            hits.forEach(
                    (title, count) ->
                            text.append("\n%d events match '%s'".formatted(count, title)));
            if (!idle.isEmpty()) {
                text.append("\nno rule that counts matches the events of lines ").append(idle);
            }
            return text.toString();
        }
    }

    Outcome of(String file, ExampleSequence sequence) {
        List<CorrelationRun.Match> matches = new ArrayList<>();
        Map<String, Integer> hits = new TreeMap<>();
        List<Integer> idle = new ArrayList<>();
        for (int i = 0; i < sequence.events().size(); i++) {
            int line = sequence.line() + i;
            ExampleReader.Reading reading = read(file, sequence.events().get(i));
            DecodedEvent event = reading.event();
            if (event == null) {
                String problem = "the example on line %d %s".formatted(line, reading.problem());
                return new Outcome(problem, null, Map.of(), List.of());
            }
            List<SigmaRule> matched = rules.match(event, IpContext.EMPTY);
            matched.forEach(rule -> hits.merge(rule.title(), 1, Integer::sum));
            if (matched.isEmpty()) {
                idle.add(line);
            } else {
                matches.add(new CorrelationRun.Match(event, IpContext.EMPTY, matched));
            }
        }
        Finding finding =
                CorrelationRun.findings(counted, matches, CorrelationLimits.DEFAULTS).stream()
                        .map(CorrelationFinding::finding)
                        .filter(found -> found.ruleId().equals(correlation.id()))
                        .findFirst()
                        .orElse(null);
        return new Outcome(null, finding, hits, idle);
    }

    /** As the first of the logs that the rules read and that the example can be of. */
    private ExampleReader.Reading read(String file, String example) {
        ExampleReader.Reading first = null;
        for (LogKind kind : kinds) {
            ExampleReader.Reading reading = reader.read(file, example, kind);
            if (reading.event() != null) {
                return reading;
            }
            first = first == null ? reading : first;
        }
        return first == null ? ExampleReader.Reading.failed("is of no log") : first;
    }

    private static RuleCollection counted(CorrelationRule correlation, RuleCollection all) {
        Set<String> ids = new LinkedHashSet<>(Set.of(correlation.id()));
        List<CorrelationRule> correlations = new ArrayList<>();
        // From the highest level down: all that refer to a correlation come before it.
        for (int i = all.correlations().size() - 1; i >= 0; i--) {
            CorrelationRule candidate = all.correlations().get(i);
            if (ids.contains(candidate.id())) {
                correlations.add(candidate);
                ids.addAll(candidate.rules());
            }
        }
        List<SigmaRule> rules =
                all.rules().stream().filter(rule -> ids.contains(rule.id())).toList();
        return new RuleCollection(rules, correlations, List.of(), List.of());
    }
}
