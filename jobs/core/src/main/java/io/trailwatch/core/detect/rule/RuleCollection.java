package io.trailwatch.core.detect.rule;

import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.finding.Finding;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules that belong together: single-event rules, the correlations and filters that refer to them,
 * and what the operator decided of them. Immutable.
 */
public final class RuleCollection implements Serializable {
    private static final long serialVersionUID = 1L;

    public static final RuleCollection EMPTY =
            new RuleCollection(List.of(), List.of(), List.of(), List.of());

    private final List<SigmaRule> rules;
    private final List<CorrelationRule> correlations;
    private final List<FilterRule> filters;
    private final List<RuleSetting> settings;
    private final Map<String, List<Reference>> references = new HashMap<>();
    private final Set<String> silent = new HashSet<>();

    /**
     * One place of a rule in a correlation.
     *
     * @param index place of the rule in {@link CorrelationRule#rules}
     */
    public record Reference(CorrelationRule correlation, int index) implements Serializable {}

    /**
     * @param rules without two of one id
     * @param correlations whose references are ids of these rules and correlations
     */
    public RuleCollection(
            List<SigmaRule> rules,
            List<CorrelationRule> correlations,
            List<FilterRule> filters,
            List<RuleSetting> settings) {
        this.rules = rules.stream().sorted(Comparator.comparing(SigmaRule::id)).toList();
        this.correlations =
                correlations.stream()
                        .sorted(
                                Comparator.comparingInt(CorrelationRule::level)
                                        .thenComparing(CorrelationRule::id))
                        .toList();
        this.filters = List.copyOf(filters);
        this.settings = List.copyOf(settings);
        Set<String> loud = new HashSet<>();
        for (CorrelationRule correlation : this.correlations) {
            for (int i = 0; i < correlation.rules().size(); i++) {
                String id = correlation.rules().get(i);
                references
                        .computeIfAbsent(id, key -> new ArrayList<>())
                        .add(new Reference(correlation, i));
                (correlation.generate() ? loud : silent).add(id);
            }
        }
        silent.removeAll(loud);
    }

    /** Single-event rules, sorted by id. */
    public List<SigmaRule> rules() {
        return rules;
    }

    /** Correlations, sorted by level and id: none refers to a later one. */
    public List<CorrelationRule> correlations() {
        return correlations;
    }

    public List<FilterRule> filters() {
        return filters;
    }

    public List<RuleSetting> settings() {
        return settings;
    }

    /**
     * Whether matches of the rule or correlation are findings of their own: those that correlations
     * refer to are not, unless one of these correlations says {@code generate: true} (Sigma
     * correlation rules specification 2.1, attribute generate).
     */
    public boolean reports(String ruleId) {
        return !silent.contains(ruleId);
    }

    /** The correlations that count a rule or correlation. */
    public List<Reference> correlationsOf(String ruleId) {
        return references.getOrDefault(ruleId, List.of());
    }

    /** What becomes of a match of the rule or correlation. */
    public Mode mode(String ruleId, @Nullable String account, Instant eventTime) {
        Mode mode = Mode.ENABLED;
        for (RuleSetting setting : settings) {
            boolean holds =
                    (setting.rules().isEmpty() || setting.rules().contains(ruleId))
                            && (setting.accounts().isEmpty()
                                    || (account != null && setting.accounts().contains(account)))
                            && (setting.expires() == null || eventTime.isBefore(setting.expires()));
            if (holds && setting.mode().compareTo(mode) > 0) {
                mode = setting.mode();
            }
        }
        return mode;
    }

    /**
     * A finding as its mode has it: none where the rule is disabled, a dry run where it is being
     * tried.
     */
    public Optional<Finding> decided(Finding finding) {
        return switch (mode(finding.ruleId(), finding.account(), finding.time())) {
            case ENABLED -> Optional.of(finding);
            case DRY_RUN -> Optional.of(finding.asDryRun());
            case DISABLED -> Optional.empty();
        };
    }
}
