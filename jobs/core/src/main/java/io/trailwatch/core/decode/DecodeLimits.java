package io.trailwatch.core.decode;

import java.io.Serializable;

/**
 * Bounds on hostile or broken input. What a limit stops is rejected with a reason that names value
 * and limit; a value equal to its limit passes.
 *
 * @param maxInflatedBytes inflated bytes of one raw record
 * @param maxInflateRatio inflated bytes per byte of the raw record; DEFLATE ends at 1032, logs of
 *     AWS reach 10 to 20
 * @param inflateRatioFloorBytes inflated bytes below which the ratio is not looked at
 * @param maxEventBytes bytes of one event, one line, one string within JSON; at most {@link
 *     #MAX_EVENT_BYTES}. CloudTrail stays below 256 KB, Kinesis below 10 MiB
 * @param maxEnvelopeBytes bytes of one JSON object or Avro block that is held whole to be opened: a
 *     CloudWatch Logs envelope, for one. {@code Records} arrays are read element by element and not
 *     held
 * @param maxDepth nesting of objects and arrays within one event
 * @param maxNumberChars length of one JSON number
 * @param maxNameChars length of one JSON field name
 * @param maxPieces pieces cut out of one raw record: events, control messages and rejections
 * @param maxRejectedBytes bytes kept of a rejected piece
 */
public record DecodeLimits(
        long maxInflatedBytes,
        int maxInflateRatio,
        long inflateRatioFloorBytes,
        int maxEventBytes,
        int maxEnvelopeBytes,
        int maxDepth,
        int maxNumberChars,
        int maxNameChars,
        int maxPieces,
        int maxRejectedBytes)
        implements Serializable {
    /** Kinesis Data Streams takes no larger record. */
    public static final int MAX_EVENT_BYTES = 10 << 20;

    /** Deeper trees would endanger the stack of everything that walks them. */
    public static final int MAX_DEPTH = 500;

    public static final DecodeLimits DEFAULT =
            new DecodeLimits(
                    512L << 20,
                    250,
                    16L << 20,
                    1 << 20,
                    64 << 20,
                    64,
                    1_000,
                    10_000,
                    10_000_000,
                    1 << 20);

    public DecodeLimits {
        requireWithin("maxInflatedBytes", maxInflatedBytes, Long.MAX_VALUE);
        requireWithin("maxInflateRatio", maxInflateRatio, 1_032);
        requireWithin("inflateRatioFloorBytes", inflateRatioFloorBytes, Long.MAX_VALUE);
        requireWithin("maxEventBytes", maxEventBytes, MAX_EVENT_BYTES);
        requireWithin("maxEnvelopeBytes", maxEnvelopeBytes, 1 << 29);
        requireWithin("maxDepth", maxDepth, MAX_DEPTH);
        requireWithin("maxNumberChars", maxNumberChars, 10_000);
        requireWithin("maxNameChars", maxNameChars, 1 << 20);
        requireWithin("maxPieces", maxPieces, Integer.MAX_VALUE);
        requireWithin("maxRejectedBytes", maxRejectedBytes, MAX_EVENT_BYTES);
        if (maxEnvelopeBytes < maxEventBytes) {
            throw new IllegalArgumentException(
                    "maxEnvelopeBytes is %d, must be at least maxEventBytes, which is %d"
                            .formatted(maxEnvelopeBytes, maxEventBytes));
        }
    }

    public DecodeLimits withMaxInflatedBytes(long bytes) {
        return new DecodeLimits(
                bytes,
                maxInflateRatio,
                inflateRatioFloorBytes,
                maxEventBytes,
                maxEnvelopeBytes,
                maxDepth,
                maxNumberChars,
                maxNameChars,
                maxPieces,
                maxRejectedBytes);
    }

    public DecodeLimits withMaxInflateRatio(int ratio, long floorBytes) {
        return new DecodeLimits(
                maxInflatedBytes,
                ratio,
                floorBytes,
                maxEventBytes,
                maxEnvelopeBytes,
                maxDepth,
                maxNumberChars,
                maxNameChars,
                maxPieces,
                maxRejectedBytes);
    }

    public DecodeLimits withMaxEventBytes(int bytes) {
        return new DecodeLimits(
                maxInflatedBytes,
                maxInflateRatio,
                inflateRatioFloorBytes,
                bytes,
                Math.max(bytes, maxEnvelopeBytes),
                maxDepth,
                maxNumberChars,
                maxNameChars,
                maxPieces,
                maxRejectedBytes);
    }

    public DecodeLimits withMaxEnvelopeBytes(int bytes) {
        return new DecodeLimits(
                maxInflatedBytes,
                maxInflateRatio,
                inflateRatioFloorBytes,
                Math.min(bytes, maxEventBytes),
                bytes,
                maxDepth,
                maxNumberChars,
                maxNameChars,
                maxPieces,
                maxRejectedBytes);
    }

    public DecodeLimits withMaxPieces(int pieces) {
        return new DecodeLimits(
                maxInflatedBytes,
                maxInflateRatio,
                inflateRatioFloorBytes,
                maxEventBytes,
                maxEnvelopeBytes,
                maxDepth,
                maxNumberChars,
                maxNameChars,
                pieces,
                maxRejectedBytes);
    }

    public DecodeLimits withMaxRejectedBytes(int bytes) {
        return new DecodeLimits(
                maxInflatedBytes,
                maxInflateRatio,
                inflateRatioFloorBytes,
                maxEventBytes,
                maxEnvelopeBytes,
                maxDepth,
                maxNumberChars,
                maxNameChars,
                maxPieces,
                bytes);
    }

    private static void requireWithin(String name, long value, long max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(
                    "%s is %d, must be from 1 to %d".formatted(name, value, max));
        }
    }
}
