package io.trailwatch.core.decode;

import io.trailwatch.quarantine.RejectReason;
import java.io.Serial;

/** Carries a rejection out of nested reading; costs no stack trace. */
public final class RejectedException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    private final RejectReason reason;
    private final String detail;

    public RejectedException(RejectReason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    public static RejectedException missing(String field) {
        return new RejectedException(RejectReason.MISSING_FIELD, field + " is missing");
    }

    public static RejectedException invalid(String field, String value, String expected) {
        String shown = value.length() <= 100 ? value : value.substring(0, 100) + "...";
        return new RejectedException(
                RejectReason.INVALID_FIELD,
                "%s is '%s', must be %s".formatted(field, shown, expected));
    }

    public RejectReason reason() {
        return reason;
    }

    public String detail() {
        return detail;
    }
}
