package io.trailwatch.connector.kinesis.fake;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What happens to one call.
 *
 * @param kind what goes wrong
 * @param delay time by which the answer, good or bad, comes later than usual; the service does its
 *     work before it
 * @param events events of a subscription that come through before it goes wrong; 0 for all other
 *     kinds
 */
public record Fault(Kind kind, Duration delay, int events) {
    /** What goes wrong. */
    public enum Kind {
        NONE,
        /** Refused for its pace. */
        THROTTLED,
        /** Status 500, nothing done. */
        INTERNAL_FAILURE,
        /** Status 503, nothing done. */
        UNAVAILABLE,
        /** The connection breaks before the service sees the call. */
        CONNECTION_RESET,
        /**
         * The service does what it was asked to, but its answer does not arrive. A subscription
         * thus exists, and keeps a second one away, without anyone listening.
         */
        LOST_ANSWER,
        /** GetRecords only: the iterator counts as expired. */
        EXPIRED_ITERATOR,
        /** GetRecords only: no records and no end, although there may be some behind it. */
        EMPTY_ANSWER,
        /** SubscribeToShard only: the connection breaks after {@code events} events. */
        DISCONNECT,
        /** SubscribeToShard only: status 500 inside the stream, after {@code events} events. */
        FAILURE_EVENT,
        /** SubscribeToShard only: it completes after {@code events} events, before its time. */
        EARLY_END,
        /** SubscribeToShard only: the connection breaks instead of the end marker. */
        DISCONNECT_BEFORE_END
    }

    /** Nothing goes wrong. */
    public static final Fault NONE = new Fault(Kind.NONE, Duration.ZERO, 0);

    public Fault {
        requireNonNull(kind, "kind");
        if (delay.isNegative() || events < 0) {
            throw new IllegalArgumentException(
                    "delay is " + delay + " and events " + events + ", expected none below 0");
        }
    }

    public static Fault of(Kind kind) {
        return new Fault(kind, Duration.ZERO, 0);
    }

    /** The right answer, late. */
    public static Fault delayedBy(Duration delay) {
        return new Fault(Kind.NONE, delay, 0);
    }

    /** A subscription that goes wrong after some events. */
    public static Fault after(int events, Kind kind) {
        return new Fault(kind, Duration.ZERO, events);
    }
}
