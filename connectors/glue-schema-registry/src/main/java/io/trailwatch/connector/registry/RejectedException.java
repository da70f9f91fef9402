package io.trailwatch.connector.registry;

import io.trailwatch.connector.registry.Decoding.Rejected;
import org.jspecify.annotations.Nullable;

/** Carries a rejection out of the depth of a payload to the decoder; never leaves the package. */
final class RejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;

    RejectedException(RejectionReason reason, String detail) {
        this(reason, detail, null);
    }

    RejectedException(RejectionReason reason, String detail, @Nullable Throwable cause) {
        // Hostile input can cause one per record: no stack trace is worth that.
        super(detail, cause, false, false);
        this.reason = reason;
    }

    Rejected rejection() {
        return new Rejected(reason, String.valueOf(getMessage()));
    }
}
