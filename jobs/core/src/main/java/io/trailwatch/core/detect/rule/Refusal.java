package io.trailwatch.core.detect.rule;

import org.jspecify.annotations.Nullable;

/** Something within a rule that is wrong or not supported; the loader adds file and rule id. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final String path;
    private final String reason;

    Refusal(ProblemCode code, String path, String reason) {
        super(path + ": " + reason);
        this.code = code;
        this.path = path;
        this.reason = reason;
    }

    Refusal(ProblemCode code, String path, String reason, Throwable cause) {
        super(path + ": " + reason, cause);
        this.code = code;
        this.path = path;
        this.reason = reason;
    }

    String path() {
        return path;
    }

    RuleProblem in(String file, int line, @Nullable String ruleId) {
        return new RuleProblem(file, line, ruleId, path, code, reason);
    }
}
