package io.trailwatch.connector.kinesis.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * Exponential backoff with equal jitter: attempt n waits between half and all of {@code min(cap,
 * base * 2^n)}.
 *
 * @param base whole delay before the first retry
 * @param cap upper limit of the delay
 * @param maxAttempts retries in a row after which to give up
 */
public record Backoff(Duration base, Duration cap, int maxAttempts) implements Serializable {
    /** Gives up after five to ten minutes without one success. */
    public static final Backoff DEFAULT =
            new Backoff(Duration.ofMillis(250), Duration.ofSeconds(10), 64);

    public Backoff {
        if (base.isNegative() || base.isZero() || cap.compareTo(base) < 0 || maxAttempts < 1) {
            throw new IllegalArgumentException(
                    "backoff base is "
                            + base
                            + ", cap "
                            + cap
                            + ", attempts "
                            + maxAttempts
                            + "; expected 0 < base <= cap and at least 1 attempt");
        }
    }

    /**
     * @param attempt retries in a row so far, from 0
     * @param random uniform in [0, 1)
     */
    public Duration delay(int attempt, double random) {
        // 2^20 times any base is beyond any sensible cap, and far from overflow.
        Duration whole = base.multipliedBy(1L << Math.min(attempt, 20));
        long nanos = (whole.compareTo(cap) > 0 ? cap : whole).toNanos();
        return Duration.ofNanos((long) (nanos * (0.5 + random / 2)));
    }
}
