package io.trailwatch.connector.kinesis;

/** The source cannot go on without losing records; the message names stream and shard. */
public final class KinesisSourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KinesisSourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
