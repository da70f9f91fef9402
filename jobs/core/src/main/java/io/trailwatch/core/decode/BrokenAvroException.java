package io.trailwatch.core.decode;

import java.io.Serial;

/** Avro bytes do not follow their schema, or their schema is one that we refuse to read. */
public final class BrokenAvroException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    public BrokenAvroException(String message) {
        super(message);
    }

    public BrokenAvroException(String message, Throwable cause) {
        super(message, cause);
    }
}
