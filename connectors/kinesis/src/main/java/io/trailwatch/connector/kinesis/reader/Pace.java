package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.config.Backoff;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings.Polling;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * When the next call on one shard may be made. Nanoseconds are those of {@link LoopClock}.
 *
 * <p>Failures in a row are backed off from. Throttling also slows the shard down for longer: the
 * time between two calls doubles, up to sixteenfold, and comes back by a quarter of the configured
 * interval with every answer. Otherwise a shard read by several consumers would be throttled again
 * at once.
 */
final class Pace {
    private static final double MAX_SLOWDOWN = 16;
    private static final double RECOVERY = 0.25;

    private final Polling polling;
    private final Backoff backoff;
    private final DoubleSupplier random;
    private long dueNanos;
    private int failuresInARow;
    private double slowdown = 1;

    Pace(Polling polling, Backoff backoff, DoubleSupplier random) {
        this.polling = polling;
        this.backoff = backoff;
        this.random = random;
    }

    long dueNanos() {
        return dueNanos;
    }

    int failuresInARow() {
        return failuresInARow;
    }

    /** Whether the failures in a row have become too many. */
    boolean isExhausted() {
        return failuresInARow > backoff.maxAttempts();
    }

    /**
     * @param atTip whether there was nothing left to read
     */
    void answered(long askedNanos, long nowNanos, boolean atTip) {
        succeeded();
        slowdown = Math.max(1, slowdown - RECOVERY);
        long interval = (long) (polling.interval().toNanos() * slowdown);
        dueNanos = askedNanos + interval;
        if (atTip) {
            notBefore(nowNanos + polling.idleInterval().toNanos());
        }
    }

    void succeeded() {
        failuresInARow = 0;
    }

    /** Returns the pause. */
    Duration throttled(long nowNanos) {
        slowdown = Math.min(MAX_SLOWDOWN, slowdown * 2);
        return failed(nowNanos);
    }

    /** Returns the pause. */
    Duration failed(long nowNanos) {
        Duration pause = backoff.delay(failuresInARow, random.getAsDouble());
        failuresInARow++;
        dueNanos = nowNanos + pause.toNanos();
        return pause;
    }

    /** An iterator that has expired once is no reason to wait; one that always does, is. */
    Duration expired(long nowNanos) {
        if (failuresInARow > 0) {
            return failed(nowNanos);
        }
        failuresInARow++;
        dueNanos = nowNanos;
        return Duration.ZERO;
    }

    void notBefore(long nanos) {
        dueNanos = Math.max(dueNanos, nanos);
    }
}
