package io.trailwatch.connector.alerts;

import org.jspecify.annotations.Nullable;

/** A target refuses alerts for good; the message names target and reason. */
public final class AlertException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AlertException(String message) {
        super(message);
    }

    AlertException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
