package io.trailwatch.core.detect.rule;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Why a rule was refused.
 *
 * @param file rule file, relative to the folder it was loaded from
 * @param ruleId id of the rule; null when it could not be read
 * @param path place within the rule, such as {@code detection.selection.eventName|expand}; empty
 *     when the whole file is meant
 * @param message what is wrong, naming the value
 */
public record RuleProblem(String file, @Nullable String ruleId, String path, String message) {
    public RuleProblem {
        requireNonNull(file, "file");
        requireNonNull(path, "path");
        requireNonNull(message, "message");
    }

    /** One line for people: file, place and message. */
    @Override
    public String toString() {
        return file + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
