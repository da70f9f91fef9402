package io.trailwatch.core.unwrap;

import io.trailwatch.core.decode.DecodeLimits;

/**
 * How many bytes a raw record may inflate to.
 *
 * @param bytes the least of the limits that apply; as many are still allowed
 * @param rule the limit in words, with its numbers
 */
record InflateAllowance(long bytes, String rule) {

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
}
