package io.trailwatch.connector.kinesis.split;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far one shard has been read.
 *
 * @param kind how the place is given
 * @param sequenceNumber the record at which or behind which to go on; set for the two kinds with a
 *     sequence number only
 * @param userRecordsDone user records of the aggregate at {@code sequenceNumber} that have already
 *     been handed on; at least 1 for {@code AT_SEQUENCE_NUMBER}, 0 for all others
 * @param timestamp earliest arrival wanted; set for {@code AT_TIMESTAMP} only
 * @param readUpTo everything that arrived before this has been read: arrival of the last record, or
 *     later where an answer without records showed that nothing came since; null before the first
 *     answer. It tells whether the retention has overtaken the reader
 */
public record ShardPosition(
        Kind kind,
        @Nullable String sequenceNumber,
        int userRecordsDone,
        @Nullable Instant timestamp,
        @Nullable Instant readUpTo) {

    /** The shard iterator types that a restart may begin with. */
    public enum Kind {
        /** The oldest record the shard still holds. */
        TRIM_HORIZON,
        /** The first record that arrived at or after a time. */
        AT_TIMESTAMP,
        /** The record behind one that was read whole. */
        AFTER_SEQUENCE_NUMBER,
        /** An aggregate of which some user records were handed on, and some not. */
        AT_SEQUENCE_NUMBER
    }

    public ShardPosition {
        requireNonNull(kind, "kind");
        boolean inAggregate = kind == Kind.AT_SEQUENCE_NUMBER;
        boolean bySequence = inAggregate || kind == Kind.AFTER_SEQUENCE_NUMBER;
        if (bySequence != (sequenceNumber != null)
                || (kind == Kind.AT_TIMESTAMP) != (timestamp != null)
                || inAggregate != (userRecordsDone > 0)
                || userRecordsDone < 0) {
            throw new IllegalArgumentException(
                    "position "
                            + kind
                            + " does not go with sequence number "
                            + sequenceNumber
                            + ", user records done "
                            + userRecordsDone
                            + " and timestamp "
                            + timestamp);
        }
    }

    /** The oldest record the shard still holds. */
    public static ShardPosition fromStart() {
        return new ShardPosition(Kind.TRIM_HORIZON, null, 0, null, null);
    }

    /** The first record that arrived at or after this time. */
    public static ShardPosition fromTimestamp(Instant timestamp) {
        return new ShardPosition(Kind.AT_TIMESTAMP, null, 0, timestamp, null);
    }

    /** The record behind the one with this sequence number. */
    public static ShardPosition after(String sequenceNumber, Instant readUpTo) {
        return new ShardPosition(Kind.AFTER_SEQUENCE_NUMBER, sequenceNumber, 0, null, readUpTo);
    }

    /** The aggregate with this sequence number, without its first user records. */
    public static ShardPosition inside(
            String sequenceNumber, int userRecordsDone, Instant readUpTo) {
        return new ShardPosition(
                Kind.AT_SEQUENCE_NUMBER, sequenceNumber, userRecordsDone, null, readUpTo);
    }

    /** The same place, known to have nothing unread before this time. */
    public ShardPosition readUpTo(Instant time) {
        Instant later = readUpTo == null || time.isAfter(readUpTo) ? time : readUpTo;
        return Objects.equals(later, readUpTo)
                ? this
                : new ShardPosition(kind, sequenceNumber, userRecordsDone, timestamp, later);
    }
}
