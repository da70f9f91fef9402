package io.trailwatch.core.detect.correlation;

import java.io.Serializable;

/**
 * Bounds of what correlations keep.
 *
 * @param hitsPerKey most hits of one group of one correlation that are kept, and as many that may
 *     wait for the watermark. Where the condition is judged at every hit the oldest makes room;
 *     where it is judged at the end of the window the newest is not counted
 * @param keysPerTask most groups that one task of one level may keep at a time; hits of further
 *     ones are not counted
 */
public record CorrelationLimits(int hitsPerKey, int keysPerTask) implements Serializable {
    public static final CorrelationLimits DEFAULTS = new CorrelationLimits(100_000, 1_000_000);

    public CorrelationLimits {
        requirePositive("detect.correlation.max-hits-per-key", hitsPerKey);
        requirePositive("detect.correlation.max-keys-per-task", keysPerTask);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "%s is %d, must be at least 1".formatted(name, value));
        }
    }
}
