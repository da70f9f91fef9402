package io.trailwatch.core.detect.rule;

/** A rule was refused; the problem says where and why. */
public final class RuleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient RuleProblem problem;

    public RuleException(RuleProblem problem) {
        super(problem.toString());
        this.problem = problem;
    }

    public RuleException(RuleProblem problem, Throwable cause) {
        super(problem.toString(), cause);
        this.problem = problem;
    }

    public RuleProblem problem() {
        return problem;
    }
}
