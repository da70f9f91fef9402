package io.trailwatch.connector.kinesis.kpl;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What a Kinesis record turned out to be: an aggregate of user records, or one record itself. */
public sealed interface Deaggregation {
    /**
     * The record was an aggregate.
     *
     * @param userRecords in the order in which they were added. Empty when the message holds keys
     *     but no record: then there is nothing to emit, yet the position in the shard must move on.
     */
    record Aggregate(List<UserRecord> userRecords) implements Deaggregation {
        public Aggregate {
            userRecords = List.copyOf(userRecords);
        }
    }

    /**
     * The record is to pass as it is.
     *
     * @param reason why it is no aggregate
     * @param detail names the field, the value and the limit; holds no keys and no payload
     */
    record NotAnAggregate(Reason reason, String detail) implements Deaggregation {
        public NotAnAggregate {
            requireNonNull(reason, "reason");
            requireNonNull(detail, "detail");
        }
    }

    /** Why a record is no aggregate. */
    enum Reason {
        /** Does not begin with the magic: a plain record, the usual case. */
        NO_MAGIC,
        /** Begins with the magic, but no message fits between that and a checksum. */
        TOO_SHORT,
        /** Begins with the magic, but does not end with the MD5 of what is in between. */
        CHECKSUM,
        /** The checksum holds, but the message is not the one of the format. */
        MALFORMED,
        /** The checksum holds, but there are more user records, or keys, than the bound. */
        TOO_MANY_RECORDS;

        /** True when the record began like an aggregate; worth counting. */
        public boolean beganLikeAnAggregate() {
            return this != NO_MAGIC;
        }
    }

    /** Hands the outcome to the one of the two that it is for. */
    default void route(
            Consumer<? super List<UserRecord>> aggregate,
            BiConsumer<Reason, String> notAnAggregate) {
        if (this instanceof Aggregate a) {
            aggregate.accept(a.userRecords());
        } else if (this instanceof NotAnAggregate n) {
            notAnAggregate.accept(n.reason(), n.detail());
        } else {
            throw new AssertionError(this);
        }
    }
}
