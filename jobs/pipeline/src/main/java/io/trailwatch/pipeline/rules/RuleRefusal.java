package io.trailwatch.pipeline.rules;

import static java.util.Objects.requireNonNull;

/**
 * What of a rule file does not run, and why.
 *
 * @param file as in {@link RuleTexts}
 * @param index place among the refusals of the file, from 0
 * @param detail the problem, for people
 * @param text of the file as it was refused; empty when it could not be read
 */
public record RuleRefusal(String file, int index, String detail, String text) {
    public RuleRefusal {
        requireNonNull(file, "file");
        requireNonNull(detail, "detail");
        requireNonNull(text, "text");
    }
}
