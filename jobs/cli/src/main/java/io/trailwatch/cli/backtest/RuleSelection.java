package io.trailwatch.cli.backtest;

import io.trailwatch.core.detect.rule.CorrelationRule;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleMetadata;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.event.LogKind;
import io.trailwatch.pipeline.function.RunCounters;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Rules and correlations that are looked at, and what they read. */
final class RuleSelection {
    private final Map<String, SigmaRule> rules = new HashMap<>();
    private final Map<String, CorrelationRule> correlations = new HashMap<>();
    private final Map<String, RuleMetadata> reporting = new TreeMap<>();

    /** All that give findings of their own. */
    RuleSelection(RuleCollection collection) {
        collection.rules().forEach(rule -> rules.put(rule.id(), rule));
        collection.correlations().forEach(rule -> correlations.put(rule.id(), rule));
        Stream.concat(
                        collection.rules().stream().map(SigmaRule::metadata),
                        collection.correlations().stream().map(CorrelationRule::metadata))
                .filter(metadata -> collection.reports(metadata.id()))
                .forEach(metadata -> reporting.put(metadata.id(), metadata));
    }

    /** Whether there is such a rule or correlation at all. */
    boolean knows(String id) {
        return rules.containsKey(id) || correlations.containsKey(id);
    }

    /** The rules and correlations whose findings are looked at, by id. */
    Map<String, RuleMetadata> reporting() {
        return reporting;
    }

    void retain(Collection<String> ids) {
        reporting.keySet().retainAll(ids);
    }

    /**
     * Leaves only those of which every log is among the kinds.
     *
     * @return ids of the others
     */
    Set<String> retainReading(Set<LogKind> kinds) {
        Set<String> left = new TreeSet<>();
        for (String id : reporting.keySet()) {
            if (!kinds.containsAll(kindsOf(id))) {
                left.add(id);
            }
        }
        reporting.keySet().removeAll(left);
        return left;
    }

    /** Kinds of log that any of them reads. */
    Set<LogKind> kinds() {
        Set<LogKind> kinds = EnumSet.noneOf(LogKind.class);
        reporting.keySet().forEach(id -> kinds.addAll(kindsOf(id)));
        return kinds;
    }

    private Set<LogKind> kindsOf(String id) {
        Set<LogKind> kinds = EnumSet.noneOf(LogKind.class);
        leaves(id).values().forEach(rule -> kinds.add(rule.kind()));
        return kinds;
    }

    /**
     * How long before a time events count towards what is found then: the longest chain of
     * timespans.
     */
    Duration lead() {
        return reporting.keySet().stream()
                .map(this::lead)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private Duration lead(String id) {
        CorrelationRule correlation = correlations.get(id);
        if (correlation == null) {
            return Duration.ZERO;
        }
        return correlation
                .timespan()
                .plus(
                        correlation.rules().stream()
                                .map(this::lead)
                                .max(Duration::compareTo)
                                .orElse(Duration.ZERO));
    }

    /** Events of the logs that a rule reads, of those that a run has read back. */
    long events(String id, Map<String, Object> counters) {
        Set<String> names = new TreeSet<>();
        for (SigmaRule rule : leaves(id).values()) {
            Set<String> formats = rule.logSource().formats();
            if (formats.isEmpty()) {
                String prefix = RunCounters.readBack(rule.kind(), "");
                counters.keySet().stream()
                        .filter(name -> name.startsWith(prefix))
                        .forEach(names::add);
            }
            formats.forEach(format -> names.add(RunCounters.readBack(rule.kind(), format)));
        }
        return names.stream().mapToLong(name -> RunCounters.count(counters, name)).sum();
    }

    /** The single-event rules below a correlation, or the rule itself. */
    private Map<String, SigmaRule> leaves(String id) {
        Map<String, SigmaRule> leaves = new LinkedHashMap<>();
        addLeaves(id, leaves);
        return leaves;
    }

    private void addLeaves(String id, Map<String, SigmaRule> leaves) {
        SigmaRule rule = rules.get(id);
        if (rule != null) {
            leaves.put(id, rule);
            return;
        }
        CorrelationRule correlation = correlations.get(id);
        if (correlation != null) {
            correlation.rules().forEach(lower -> addLeaves(lower, leaves));
        }
    }
}
