package io.trailwatch.core.unwrap;

import io.trailwatch.core.decode.DecodeLimits;

/**
 * How many bytes a raw record may still inflate to, over all that is compressed in it, however it
 * is nested.
 */
final class InflateAllowance {
    private final String rule;
    private long left;

    private InflateAllowance(long bytes, String rule) {
        this.left = bytes;
        this.rule = rule;
    }

    static InflateAllowance of(DecodeLimits limits, long rawBytes) {
        long byRatio =
                Math.max(limits.inflateRatioFloorBytes(), rawBytes * limits.maxInflateRatio());
        if (byRatio < limits.maxInflatedBytes()) {
            return new InflateAllowance(
                    byRatio,
                    "%d bytes, which is %s"
                            .formatted(
                                    byRatio,
                                    byRatio == limits.inflateRatioFloorBytes()
                                            ? "the most for a small record"
                                            : "%d times the %d bytes of the record"
                                                    .formatted(
                                                            limits.maxInflateRatio(), rawBytes)));
        }
        return new InflateAllowance(
                limits.maxInflatedBytes(),
                "the limit of %d bytes".formatted(limits.maxInflatedBytes()));
    }

    /** Bytes that are still allowed. */
    long left() {
        return left;
    }

    void take(long bytes) {
        left -= bytes;
    }

    /** The limit in words, with its numbers. */
    String rule() {
        return rule;
    }
}
