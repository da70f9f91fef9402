package io.trailwatch.connector.registry;

import io.trailwatch.connector.registry.Decoding.Rejected;

/** What a schema version id stands for. */
sealed interface Resolved {
    /** A version whose payloads can be read; its schema is parsed. */
    record Usable(SchemaVersion version, Payloads payloads) implements Resolved {}

    /** An id whose records are all rejected for the same reason. */
    record Unusable(Rejected rejection) implements Resolved {
        Unusable(RejectionReason reason, String detail) {
            this(new Rejected(reason, detail));
        }
    }
}
