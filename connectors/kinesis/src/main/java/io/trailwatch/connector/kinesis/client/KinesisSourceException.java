package io.trailwatch.connector.kinesis.client;

import org.jspecify.annotations.Nullable;

/** The source cannot go on without losing records; the message names stream and shard. */
public final class KinesisSourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public KinesisSourceException(String message) {
        super(message);
    }

    public KinesisSourceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
