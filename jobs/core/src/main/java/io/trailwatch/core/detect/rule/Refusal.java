package io.trailwatch.core.detect.rule;

import org.jspecify.annotations.Nullable;

/** Something within a document that is wrong or not supported; the loader adds file and id. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final int line;
    private final String path;
    private final String reason;

    Refusal(ProblemCode code, String path, String reason) {
        this(code, 0, path, reason, null);
    }

    Refusal(ProblemCode code, String path, String reason, Throwable cause) {
        this(code, 0, path, reason, cause);
    }

    private Refusal(
            ProblemCode code, int line, String path, String reason, @Nullable Throwable cause) {
        super(path + ": " + reason, cause);
        this.code = code;
        this.line = line;
        this.path = path;
        this.reason = reason;
    }

    /** The same with the line it is found on, where a nearer one is not known already. */
    Refusal at(int nearestLine) {
        return line > 0 ? this : new Refusal(code, nearestLine, path, reason, this);
    }

    RuleProblem in(String file, int documentLine, @Nullable String ruleId) {
        return new RuleProblem(file, line > 0 ? line : documentLine, ruleId, path, code, reason);
    }
}
