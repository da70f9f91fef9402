package io.trailwatch.connector.registry;

import org.jspecify.annotations.Nullable;

/** The registry gave no answer. */
public final class SchemaRegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the failure means for its caller. */
    public enum Kind {
        /** Throttled, failing or out of reach: wait and repeat. */
        UNAVAILABLE,
        /** Repeating will not help: no permission, or a request the registry does not take. */
        REFUSED
    }

    private final Kind kind;

    public SchemaRegistryException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
