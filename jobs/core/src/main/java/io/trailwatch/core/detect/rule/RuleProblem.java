package io.trailwatch.core.detect.rule;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Why a document was refused.
 *
 * @param file rule file, relative to the folder it was loaded from
 * @param line line of the file, from 1; 0 when unknown or the whole file is meant
 * @param ruleId id of the document; null when it could not be read
 * @param path place within the document, such as {@code detection.selection.eventName|expand};
 *     empty when the whole document is meant
 * @param code the kind of reason
 * @param message what is wrong, naming the value
 */
public record RuleProblem(
        String file,
        int line,
        @Nullable String ruleId,
        String path,
        ProblemCode code,
        String message) {
    public RuleProblem {
        requireNonNull(file, "file");
        requireNonNull(path, "path");
        requireNonNull(code, "code");
        requireNonNull(message, "message");
    }

    /** One line for people: file and line, place, message and code. */
    @Override
    public String toString() {
        return file
                + (line > 0 ? ":" + line : "")
                + ": "
                + (path.isEmpty() ? "" : path + ": ")
                + message
                + " ["
                + code.label()
                + "]";
    }
}
