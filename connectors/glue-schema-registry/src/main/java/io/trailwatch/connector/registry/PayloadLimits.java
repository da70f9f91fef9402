package io.trailwatch.connector.registry;

import java.io.Serializable;

/**
 * Bounds on hostile or broken records. What a limit stops is rejected with a reason that names
 * value and limit; a value equal to its limit passes.
 *
 * @param maxRecordBytes bytes of a record as received, header included; Kinesis takes no more than
 *     10 MiB
 * @param maxInflatedBytes bytes of an inflated payload
 * @param maxInflateRatio inflated bytes per compressed byte; DEFLATE ends at 1032
 * @param inflateRatioFloorBytes inflated bytes below which the ratio is not looked at
 * @param maxDepth records, arrays, maps and objects within each other
 * @param maxValues values of one payload: Avro values of any type, JSON tokens
 * @param maxPatternSteps characters that the regular expressions of a JSON schema may look at in
 *     one document, backtracking included
 */
public record PayloadLimits(
        int maxRecordBytes,
        int maxInflatedBytes,
        int maxInflateRatio,
        int inflateRatioFloorBytes,
        int maxDepth,
        int maxValues,
        long maxPatternSteps)
        implements Serializable {
    /** Deeper values would endanger the stack of everything that walks them. */
    public static final int MAX_DEPTH = 500;

    public static final PayloadLimits DEFAULT =
            new PayloadLimits(10 << 20, 10 << 20, 250, 1 << 20, 64, 1_000_000, 10_000_000);

    public PayloadLimits {
        requireWithin("maxRecordBytes", maxRecordBytes, 1 << 30);
        requireWithin("maxInflatedBytes", maxInflatedBytes, 1 << 30);
        requireWithin("maxInflateRatio", maxInflateRatio, 1_032);
        requireWithin("inflateRatioFloorBytes", inflateRatioFloorBytes, 1 << 30);
        requireWithin("maxDepth", maxDepth, MAX_DEPTH);
        requireWithin("maxValues", maxValues, Integer.MAX_VALUE);
        requireWithin("maxPatternSteps", maxPatternSteps, Long.MAX_VALUE);
    }

    public PayloadLimits withMaxRecordBytes(int bytes) {
        return new PayloadLimits(
                bytes,
                maxInflatedBytes,
                maxInflateRatio,
                inflateRatioFloorBytes,
                maxDepth,
                maxValues,
                maxPatternSteps);
    }

    public PayloadLimits withMaxInflatedBytes(int bytes) {
        return new PayloadLimits(
                maxRecordBytes,
                bytes,
                maxInflateRatio,
                inflateRatioFloorBytes,
                maxDepth,
                maxValues,
                maxPatternSteps);
    }

    public PayloadLimits withMaxInflateRatio(int ratio, int floorBytes) {
        return new PayloadLimits(
                maxRecordBytes,
                maxInflatedBytes,
                ratio,
                floorBytes,
                maxDepth,
                maxValues,
                maxPatternSteps);
    }

    public PayloadLimits withMaxDepth(int depth) {
        return new PayloadLimits(
                maxRecordBytes,
                maxInflatedBytes,
                maxInflateRatio,
                inflateRatioFloorBytes,
                depth,
                maxValues,
                maxPatternSteps);
    }

    public PayloadLimits withMaxValues(int values) {
        return new PayloadLimits(
                maxRecordBytes,
                maxInflatedBytes,
                maxInflateRatio,
                inflateRatioFloorBytes,
                maxDepth,
                values,
                maxPatternSteps);
    }

    public PayloadLimits withMaxPatternSteps(long steps) {
        return new PayloadLimits(
                maxRecordBytes,
                maxInflatedBytes,
                maxInflateRatio,
                inflateRatioFloorBytes,
                maxDepth,
                maxValues,
                steps);
    }

    private static void requireWithin(String name, long value, long max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(
                    "%s is %d, must be from 1 to %d".formatted(name, value, max));
        }
    }
}
