package io.trailwatch.connector.kinesis.local;

import org.jspecify.annotations.Nullable;

/** The emulator cannot be installed, started or stopped; the message says what is missing. */
public final class KinesisEmulatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KinesisEmulatorException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
