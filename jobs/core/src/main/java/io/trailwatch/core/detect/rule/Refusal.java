package io.trailwatch.core.detect.rule;

import org.jspecify.annotations.Nullable;

/** Something within a rule that is wrong or not supported; the loader adds file and rule id. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String reason;

    Refusal(String path, String reason) {
        super(path + ": " + reason);
        this.path = path;
        this.reason = reason;
    }

    Refusal(String path, String reason, Throwable cause) {
        super(path + ": " + reason, cause);
        this.path = path;
        this.reason = reason;
    }

    RuleProblem in(String file, @Nullable String ruleId) {
        return new RuleProblem(file, ruleId, path, reason);
    }
}
