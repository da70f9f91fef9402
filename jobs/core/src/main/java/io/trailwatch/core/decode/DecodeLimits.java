package io.trailwatch.core.decode;

import java.io.Serializable;
import java.util.Map;
import java.util.function.ToLongFunction;

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

    /** The limits by the names they have in options and messages. */
    public enum Limit {
        MAX_INFLATED("max-inflated", Long.MAX_VALUE, DecodeLimits::maxInflatedBytes),
        MAX_INFLATE_RATIO("max-inflate-ratio", 1_032, DecodeLimits::maxInflateRatio),
        INFLATE_RATIO_FLOOR(
                "inflate-ratio-floor", Long.MAX_VALUE, DecodeLimits::inflateRatioFloorBytes),
        MAX_EVENT("max-event", MAX_EVENT_BYTES, DecodeLimits::maxEventBytes),
        MAX_ENVELOPE("max-envelope", 1 << 29, DecodeLimits::maxEnvelopeBytes),
        MAX_NESTING("max-depth", MAX_DEPTH, DecodeLimits::maxDepth),
        MAX_NUMBER_CHARS("max-number-chars", 10_000, DecodeLimits::maxNumberChars),
        MAX_NAME_CHARS("max-name-chars", 1 << 20, DecodeLimits::maxNameChars),
        MAX_PIECES("max-pieces", Integer.MAX_VALUE, DecodeLimits::maxPieces),
        MAX_REJECTED("max-rejected", MAX_EVENT_BYTES, DecodeLimits::maxRejectedBytes);

        private final String label;
        private final long largest;
        private final ToLongFunction<DecodeLimits> value;

        Limit(String label, long largest, ToLongFunction<DecodeLimits> value) {
            this.label = label;
            this.largest = largest;
            this.value = value;
        }

        public String label() {
            return label;
        }

        public long of(DecodeLimits limits) {
            return value.applyAsLong(limits);
        }

        private long checked(long wanted) {
            if (wanted < 1 || wanted > largest) {
                throw new IllegalArgumentException(
                        "%s is %d, must be from 1 to %d".formatted(label, wanted, largest));
            }
            return wanted;
        }
    }

    /**
     * @throws IllegalArgumentException if a limit is out of bounds; the message begins with its
     *     label
     */
    public DecodeLimits {
        Limit.MAX_INFLATED.checked(maxInflatedBytes);
        Limit.MAX_INFLATE_RATIO.checked(maxInflateRatio);
        Limit.INFLATE_RATIO_FLOOR.checked(inflateRatioFloorBytes);
        Limit.MAX_EVENT.checked(maxEventBytes);
        Limit.MAX_ENVELOPE.checked(maxEnvelopeBytes);
        Limit.MAX_NESTING.checked(maxDepth);
        Limit.MAX_NUMBER_CHARS.checked(maxNumberChars);
        Limit.MAX_NAME_CHARS.checked(maxNameChars);
        Limit.MAX_PIECES.checked(maxPieces);
        Limit.MAX_REJECTED.checked(maxRejectedBytes);
        if (maxEnvelopeBytes < maxEventBytes) {
            throw new IllegalArgumentException(
                    "max-envelope is %d, must be at least max-event, which is %d"
                            .formatted(maxEnvelopeBytes, maxEventBytes));
        }
    }

    /**
     * These limits with some changed.
     *
     * @throws IllegalArgumentException if a limit is out of bounds; the message begins with its
     *     label
     */
    public DecodeLimits with(Map<Limit, Long> changes) {
        return new DecodeLimits(
                changed(changes, Limit.MAX_INFLATED),
                (int) changed(changes, Limit.MAX_INFLATE_RATIO),
                changed(changes, Limit.INFLATE_RATIO_FLOOR),
                (int) changed(changes, Limit.MAX_EVENT),
                (int) changed(changes, Limit.MAX_ENVELOPE),
                (int) changed(changes, Limit.MAX_NESTING),
                (int) changed(changes, Limit.MAX_NUMBER_CHARS),
                (int) changed(changes, Limit.MAX_NAME_CHARS),
                (int) changed(changes, Limit.MAX_PIECES),
                (int) changed(changes, Limit.MAX_REJECTED));
    }

    /** Checked, so that what is made an int is one. */
    private long changed(Map<Limit, Long> changes, Limit limit) {
        return limit.checked(changes.getOrDefault(limit, limit.of(this)));
    }

    public DecodeLimits withMaxInflatedBytes(long bytes) {
        return with(Map.of(Limit.MAX_INFLATED, bytes));
    }

    public DecodeLimits withMaxInflateRatio(int ratio, long floorBytes) {
        return with(
                Map.of(
                        Limit.MAX_INFLATE_RATIO,
                        (long) ratio,
                        Limit.INFLATE_RATIO_FLOOR,
                        floorBytes));
    }

    /** The envelope's limit rises with it. */
    public DecodeLimits withMaxEventBytes(int bytes) {
        return with(
                Map.of(
                        Limit.MAX_EVENT, (long) bytes,
                        Limit.MAX_ENVELOPE, (long) Math.max(bytes, maxEnvelopeBytes)));
    }

    /** The event's limit falls with it. */
    public DecodeLimits withMaxEnvelopeBytes(int bytes) {
        return with(
                Map.of(
                        Limit.MAX_ENVELOPE, (long) bytes,
                        Limit.MAX_EVENT, (long) Math.min(bytes, maxEventBytes)));
    }

    public DecodeLimits withMaxPieces(int pieces) {
        return with(Map.of(Limit.MAX_PIECES, (long) pieces));
    }

    public DecodeLimits withMaxRejectedBytes(int bytes) {
        return with(Map.of(Limit.MAX_REJECTED, (long) bytes));
    }
}
