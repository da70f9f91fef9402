package io.trailwatch.core.detect.rule.example;

import static java.util.Objects.requireNonNull;

/**
 * One example of a rule, tried.
 *
 * @param file the example file; the rule file where the rule was refused
 * @param line line of the example, from 1; 0 when the file as a whole is meant
 * @param detail what went wrong, for people; empty when expected and actual agree
 */
public record RuleTestResult(
        String ruleId,
        String title,
        String file,
        int line,
        Outcome expected,
        Outcome actual,
        String detail) {
    /** What an example shows. */
    public enum Outcome {
        MATCH,
        MISS,
        /** There is no example, it is no JSON object, or the rule itself was refused. */
        UNTESTABLE
    }

    public RuleTestResult {
        requireNonNull(ruleId, "ruleId");
        requireNonNull(title, "title");
        requireNonNull(file, "file");
        requireNonNull(expected, "expected");
        requireNonNull(actual, "actual");
        requireNonNull(detail, "detail");
    }

    public boolean passed() {
        return expected == actual;
    }
}
