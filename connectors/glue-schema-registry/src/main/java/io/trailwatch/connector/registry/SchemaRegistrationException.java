package io.trailwatch.connector.registry;

import org.jspecify.annotations.Nullable;

/** A schema was not registered; the message names registry, schema and reason. */
public final class SchemaRegistrationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SchemaRegistrationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
