package io.trailwatch.connector.kinesis;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where to read on within one shard.
 *
 * @param kind how the position is given
 * @param sequenceNumber last record already read; set for {@code AFTER_SEQUENCE_NUMBER} only
 * @param timestamp earliest arrival wanted; set for {@code AT_TIMESTAMP} only
 */
public record StartingPosition(
        Kind kind, @Nullable String sequenceNumber, @Nullable Instant timestamp) {

    /** The shard iterator types that a restart may begin with. */
    public enum Kind {
        TRIM_HORIZON,
        AT_TIMESTAMP,
        AFTER_SEQUENCE_NUMBER
    }

    public StartingPosition {
        requireNonNull(kind, "kind");
        if ((kind == Kind.AFTER_SEQUENCE_NUMBER) != (sequenceNumber != null)
                || (kind == Kind.AT_TIMESTAMP) != (timestamp != null)) {
            throw new IllegalArgumentException(
                    "position "
                            + kind
                            + " does not go with sequence number "
                            + sequenceNumber
                            + " and timestamp "
                            + timestamp);
        }
    }

    /** The oldest record the shard still holds. */
    public static StartingPosition fromStart() {
        return new StartingPosition(Kind.TRIM_HORIZON, null, null);
    }

    /** The first record that arrived at or after this time. */
    public static StartingPosition fromTimestamp(Instant timestamp) {
        return new StartingPosition(Kind.AT_TIMESTAMP, null, timestamp);
    }

    /** The record behind the one with this sequence number. */
    public static StartingPosition continueFromSequenceNumber(String sequenceNumber) {
        return new StartingPosition(Kind.AFTER_SEQUENCE_NUMBER, sequenceNumber, null);
    }
}
