package io.trailwatch.core.unwrap;

import io.trailwatch.core.decode.RegisteredSchema;
import io.trailwatch.event.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * The envelopes around a piece.
 *
 * @param depth how many there are
 * @param provenance what they say of the piece
 * @param cloudWatchEventId id of the CloudWatch log event whose message the piece is; null when it
 *     is none
 * @param schema of a registry that the piece was written with; null when it came without
 */
record Nesting(
        int depth,
        Provenance provenance,
        @Nullable String cloudWatchEventId,
        @Nullable RegisteredSchema schema) {
    static final Nesting NONE = new Nesting(0, Provenance.NONE, null, null);

    /** One envelope more, which says nothing itself. */
    Nesting deeper() {
        return new Nesting(depth + 1, provenance, cloudWatchEventId, schema);
    }

    /** One envelope more. */
    Nesting within(Provenance envelope, @Nullable String eventId) {
        return new Nesting(depth + 1, envelope, eventId, schema);
    }

    /** The same envelopes around what was written with a schema. */
    Nesting writtenWith(RegisteredSchema version) {
        return new Nesting(depth, provenance, cloudWatchEventId, version);
    }
}
