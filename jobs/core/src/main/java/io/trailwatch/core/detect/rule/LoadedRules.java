package io.trailwatch.core.detect.rule;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** The rules that were understood in full, and why the others were refused. */
public record LoadedRules(RuleCollection collection, List<RuleProblem> problems) {
    public LoadedRules {
        requireNonNull(collection, "collection");
        problems = List.copyOf(problems);
    }

    /** The single-event rules. */
    public List<SigmaRule> rules() {
        return collection.rules();
    }

    /**
     * The rules, if none was refused.
     *
     * @throws RuleException with the first problem otherwise
     */
    public RuleCollection orThrow() {
        if (!problems.isEmpty()) {
            throw new RuleException(problems.get(0));
        }
        return collection;
    }
}
