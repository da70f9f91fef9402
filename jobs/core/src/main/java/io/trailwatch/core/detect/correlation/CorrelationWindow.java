package io.trailwatch.core.detect.correlation;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.List;

/**
 * The running totals of one group; its hits stand in a table of their own, numbered in the order in
 * which they count, so that the oldest is found and taken out without a look at the others.
 *
 * @param head number of the oldest hit kept
 * @param tail number that the next hit gets
 * @param headMillis event time of the oldest hit kept
 * @param lastMillis event time of the newest hit kept
 * @param distinct different items of the hits kept
 * @param quantities numbers among the items of the hits kept
 * @param sum exact sum of these numbers: whatever was added and taken out again leaves no trace
 * @param reportedAt when the condition was last reported, {@link #NEVER} if it was not
 * @param metAt when the condition was last met, {@link #NEVER} if it was not
 * @param forgotten hits that the cap kept out since the window was last empty
 * @param steps for temporal_ordered, in the order of the rules; else empty
 */
public record CorrelationWindow(
        long head,
        long tail,
        long headMillis,
        long lastMillis,
        long distinct,
        long quantities,
        BigDecimal sum,
        long reportedAt,
        long metAt,
        long forgotten,
        List<Step> steps) {
    static final long NEVER = Long.MIN_VALUE;

    /**
     * The latest hit that fulfilled the rules up to one of them in order.
     *
     * @param hit its number, -1 for none
     * @param first number of the hit of the first rule
     */
    public record Step(long hit, long first) {
        static final Step NONE = new Step(-1, -1);
    }

    public CorrelationWindow {
        requireNonNull(sum, "sum");
        requireNonNull(steps, "steps");
    }
}
