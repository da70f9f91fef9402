package io.trailwatch.connector.alerts;

import java.io.Serializable;
import java.time.Duration;

/**
 * Exponential backoff with equal jitter: retry n waits between half and all of {@code min(cap, base
 * * 2^n)}, and as long as the target asks for, up to the cap.
 *
 * @param base whole delay before the first retry
 * @param cap upper limit of the delay
 */
record Backoff(Duration base, Duration cap) implements Serializable {
    static final Backoff DEFAULT = new Backoff(Duration.ofMillis(250), Duration.ofMinutes(1));

    Backoff {
        if (base.isNegative() || base.isZero() || cap.compareTo(base) < 0) {
            throw new IllegalArgumentException(
                    "backoff base is %s, cap %s; expected 0 < base <= cap".formatted(base, cap));
        }
    }

    /**
     * @param failures failures in a row so far, from 1
     * @param random uniform in [0, 1)
     * @param asked pause that the target asked for
     */
    Duration delay(int failures, double random, Duration asked) {
        // 2^20 times any base is beyond any sensible cap, and far from overflow.
        Duration whole = atMostCap(base.multipliedBy(1L << Math.min(failures - 1, 20)));
        Duration jittered = Duration.ofNanos((long) (whole.toNanos() * (0.5 + random / 2)));
        Duration wanted = atMostCap(asked);
        return wanted.compareTo(jittered) > 0 ? wanted : jittered;
    }

    private Duration atMostCap(Duration delay) {
        return delay.compareTo(cap) > 0 ? cap : delay;
    }
}
