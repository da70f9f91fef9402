package io.trailwatch.connector.registry;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;

/**
 * Exponential backoff with equal jitter: retry n waits between half and all of {@code min(cap, base
 * * 2^n)}.
 *
 * @param base whole delay before the first retry
 * @param cap upper limit of one delay
 * @param maxAttempts calls in all, the first included
 */
public record RetryPolicy(Duration base, Duration cap, int maxAttempts) implements Serializable {
    /** Waits between 3 and 6 seconds in all before it gives up. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(5), 7);

    public RetryPolicy {
        requireNonNull(base, "base");
        requireNonNull(cap, "cap");
        if (base.isNegative() || base.isZero() || cap.compareTo(base) < 0 || maxAttempts < 1) {
            throw new IllegalArgumentException(
                    "retry base is %s, cap %s, attempts %d; expected 0 < base <= cap and at least 1 attempt"
                            .formatted(base, cap, maxAttempts));
        }
    }

    /**
     * @param retry from 0
     * @param random uniform in [0, 1)
     */
    Duration delay(int retry, double random) {
        // 2^20 times any base is beyond any sensible cap, and far from overflow.
        Duration whole = base.multipliedBy(1L << Math.min(retry, 20));
        long nanos = (whole.compareTo(cap) > 0 ? cap : whole).toNanos();
        return Duration.ofNanos((long) (nanos * (0.5 + random / 2)));
    }
}
