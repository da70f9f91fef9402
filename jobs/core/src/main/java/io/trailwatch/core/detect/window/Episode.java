package io.trailwatch.core.detect.window;

import java.time.Duration;

/**
 * When a condition was last reported and last met, in epoch milliseconds of event time; {@code
 * Long.MIN_VALUE} for never.
 */
public record Episode(long reportedAt, long metAt) {
    /** A condition that was never met. */
    public static final Episode NONE = new Episode(Long.MIN_VALUE, Long.MIN_VALUE);

    /** An episode that lasts longer than this is reported again. */
    static final Duration REMINDER = Duration.ofHours(1);

    /** True when a condition met now opens an episode, or is due to be reported again. */
    boolean dueAt(long nowMillis, Duration span) {
        return metAt == Long.MIN_VALUE
                || nowMillis - metAt > span.toMillis()
                || nowMillis - reportedAt >= REMINDER.toMillis();
    }

    Episode metAt(long nowMillis, boolean reported) {
        return new Episode(reported ? nowMillis : reportedAt, nowMillis);
    }
}
