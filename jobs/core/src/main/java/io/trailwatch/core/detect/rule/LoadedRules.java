package io.trailwatch.core.detect.rule;

import java.util.List;

/** The rules that were understood in full, and why the others were refused. */
public record LoadedRules(List<SigmaRule> rules, List<RuleProblem> problems) {
    public LoadedRules {
        rules = List.copyOf(rules);
        problems = List.copyOf(problems);
    }

    /**
     * The rules, if none was refused.
     *
     * @throws RuleException with the first problem otherwise
     */
    public List<SigmaRule> orThrow() {
        if (!problems.isEmpty()) {
            throw new RuleException(problems.get(0));
        }
        return rules;
    }
}
