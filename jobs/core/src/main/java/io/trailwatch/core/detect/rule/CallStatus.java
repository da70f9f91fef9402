package io.trailwatch.core.detect.rule;

import io.trailwatch.core.detect.rule.FieldModifiers.Modifier;
import java.util.List;

/**
 * The field {@code status} of CloudTrail calls, which the log does not have and public rules ask
 * for all the same: {@code success} where the record has no {@code errorCode}, else {@code
 * failure}. A test of it becomes a test of errorCode.
 */
final class CallStatus {
    static final String FIELD = "status";

    private static final FieldPath ERROR_CODE = new FieldPath("errorCode");

    private CallStatus() {}

    /** A test of its value becomes one of errorCode; other conditions on it are refused. */
    static Condition condition(
            String place, FieldModifiers modifiers, List<ValueTest> tests, boolean plain) {
        if (!plain || modifiers.has(Modifier.ALL)) {
            throw new Refusal(
                    ProblemCode.UNKNOWN_FIELD,
                    place,
                    "'status' is no field of this log; it can only be compared with 'success' or"
                            + " 'failure', which is read from errorCode");
        }
        boolean success = tests.stream().anyMatch(test -> test.matches("success"));
        boolean failure = tests.stream().anyMatch(test -> test.matches("failure"));
        if (success == failure) {
            throw new Refusal(
                    ProblemCode.CONTRADICTION,
                    place,
                    "is 'success' where there is no errorCode, else 'failure': the values tell"
                            + " nothing");
        }
        Condition noError = new Condition.Valueless(ERROR_CODE);
        return success ? noError : new Condition.Not(noError);
    }
}
