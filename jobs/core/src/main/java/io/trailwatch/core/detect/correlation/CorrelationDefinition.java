package io.trailwatch.core.detect.correlation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.core.detect.rule.CorrelationRule;
import io.trailwatch.core.detect.rule.CorrelationRule.Operator;
import io.trailwatch.core.detect.rule.CorrelationRule.Type;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleSetting;
import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that decides what a correlation counts and what becomes of its findings, in a form that its
 * hits carry: who folds them needs no rules. Two definitions are the same when their texts are.
 *
 * @param rules how many rules it refers to
 * @param timespanMillis longest distance between two events that count together
 * @param field whose values are counted, summed or ranked; null where events or rules are
 * @param reports whether its findings are findings of their own, or only count towards {@code
 *     above}
 * @param decisions settings that concern it
 * @param above the correlations that count its findings
 */
record CorrelationDefinition(
        String id,
        String title,
        String version,
        String author,
        Severity severity,
        List<String> techniques,
        Type type,
        int rules,
        List<String> groupBy,
        long timespanMillis,
        Operator operator,
        double limit,
        @Nullable String field,
        double percentile,
        int level,
        boolean reports,
        List<Decision> decisions,
        List<Reference> above) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A {@link RuleSetting}; no accounts for all of them, null for one that never expires. */
    record Decision(List<String> accounts, Mode mode, @Nullable Long expiresMillis) {}

    /**
     * Where a rule, or a lower correlation, stands in a correlation.
     *
     * @param index place in {@link CorrelationRule#rules}
     * @param groupFields what {@link #groupBy} is called there, aliases resolved
     * @param field what {@link #field} is called there
     */
    record Reference(
            CorrelationDefinition correlation,
            int index,
            List<String> groupFields,
            @Nullable String field) {}

    static CorrelationDefinition of(CorrelationRule rule, RuleCollection collection) {
        List<Decision> decisions = new ArrayList<>();
        for (RuleSetting setting : collection.settings()) {
            if (setting.rules().isEmpty() || setting.rules().contains(rule.id())) {
                decisions.add(
                        new Decision(
                                setting.accounts(),
                                setting.mode(),
                                setting.expires() == null
                                        ? null
                                        : setting.expires().toEpochMilli()));
            }
        }
        return new CorrelationDefinition(
                rule.id(),
                rule.title(),
                rule.metadata().version(),
                rule.metadata().author(),
                rule.metadata().severity(),
                rule.metadata().techniques(),
                rule.type(),
                rule.rules().size(),
                rule.groupBy(),
                rule.timespan().toMillis(),
                rule.threshold().operator(),
                rule.threshold().limit(),
                rule.threshold().field(),
                rule.threshold().percentile(),
                rule.level(),
                collection.reports(rule.id()),
                decisions,
                references(rule.id(), collection));
    }

    /** Where a rule or correlation stands in the correlations of a collection. */
    static List<Reference> references(String ruleId, RuleCollection collection) {
        List<Reference> references = new ArrayList<>();
        for (RuleCollection.Reference found : collection.correlationsOf(ruleId)) {
            CorrelationRule rule = found.correlation();
            String field = rule.threshold().field();
            references.add(
                    new Reference(
                            of(rule, collection),
                            found.index(),
                            rule.groupBy().stream().map(name -> field(rule, name, ruleId)).toList(),
                            field == null ? null : field(rule, field, ruleId)));
        }
        return references;
    }

    private static String field(CorrelationRule rule, String name, String ruleId) {
        return rule.aliases().getOrDefault(name, Map.of()).getOrDefault(ruleId, name);
    }

    /** What becomes of a finding; the strictest of the settings that hold. */
    Mode mode(@Nullable String account, long timeMillis) {
        Mode mode = Mode.ENABLED;
        for (Decision decision : decisions) {
            boolean holds =
                    (decision.accounts().isEmpty()
                                    || (account != null && decision.accounts().contains(account)))
                            && (decision.expiresMillis() == null
                                    || timeMillis < decision.expiresMillis());
            if (holds && decision.mode().compareTo(mode) > 0) {
                mode = decision.mode();
            }
        }
        return mode;
    }

    /**
     * Whether the condition is judged at every hit: what only grows with the hits is known as soon
     * as it is reached; everything else only when the window is over.
     */
    boolean judgesAtOnce() {
        boolean atLeast = operator == Operator.GT || operator == Operator.GTE;
        return switch (type) {
            case EVENT_COUNT, VALUE_COUNT, TEMPORAL, VALUE_SUM -> atLeast;
            case TEMPORAL_ORDERED -> true;
            case VALUE_AVG, VALUE_PERCENTILE, VALUE_MEDIAN -> false;
        };
    }

    /** Compact JSON; {@link #parse} reads it. */
    String text() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a correlation cannot be written: " + id, e);
        }
    }

    /**
     * @throws IllegalArgumentException if the text is none that {@link #text} made
     */
    static CorrelationDefinition parse(String text) {
        try {
            return JSON.readValue(text, CorrelationDefinition.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "no definition of a correlation: " + e.getOriginalMessage(), e);
        }
    }
}
