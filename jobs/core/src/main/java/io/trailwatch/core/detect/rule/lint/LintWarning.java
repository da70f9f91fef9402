package io.trailwatch.core.detect.rule.lint;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Something in a Sigma document that is better said otherwise.
 *
 * @param file rule file, relative to the folder it was loaded from
 * @param line line of the file, from 1
 * @param ruleId id of the document; null where it has none
 * @param path place within the document, such as {@code detection.selection.eventName}; empty when
 *     the whole document is meant
 * @param message what is wrong and what to write, naming the value
 */
public record LintWarning(
        String file,
        int line,
        @Nullable String ruleId,
        String path,
        LintCode code,
        String message) {
    public LintWarning {
        requireNonNull(file, "file");
        requireNonNull(path, "path");
        requireNonNull(code, "code");
        requireNonNull(message, "message");
    }
}
