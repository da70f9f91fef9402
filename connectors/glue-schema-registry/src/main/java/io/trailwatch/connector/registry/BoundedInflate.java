package io.trailwatch.connector.registry;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates a zlib stream (RFC 1950) and never holds more than the limits allow. */
final class BoundedInflate {
    private static final int FIRST_BUFFER_BYTES = 1_024;

    private BoundedInflate() {}

    /**
     * The inflated bytes of the stream that begins at {@code from} and ends with the record.
     *
     * @throws RejectedException if the stream is broken, is followed by bytes, or inflates to more
     *     than the limits allow
     */
    static byte[] inflate(byte[] record, int from, PayloadLimits limits) {
        int compressedBytes = record.length - from;
        int capacity = capacity(compressedBytes, limits);
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(record, from, compressedBytes);
            byte[] inflated = new byte[Math.min(capacity, FIRST_BUFFER_BYTES)];
            int size = 0;
            while (true) {
                size += inflater.inflate(inflated, size, inflated.length - size);
                if (inflater.finished()) {
                    break;
                }
                if (size == inflated.length) {
                    if (size == capacity) {
                        requireEndOfStream(inflater, compressedBytes, capacity, limits);
                        break;
                    }
                    inflated =
                            Arrays.copyOf(inflated, (int) Math.min(capacity, 2L * inflated.length));
                } else {
                    throw unfinished(inflater, compressedBytes);
                }
            }
            if (inflater.getRemaining() > 0) {
                throw new RejectedException(
                        RejectionReason.TRAILING_BYTES,
                        "%d bytes follow the zlib stream of %d bytes"
                                .formatted(inflater.getRemaining(), inflater.getBytesRead()));
            }
            return size == inflated.length ? inflated : Arrays.copyOf(inflated, size);
        } catch (DataFormatException e) {
            throw new RejectedException(
                    RejectionReason.BROKEN_ZLIB,
                    "zlib stream breaks after %d of %d bytes: %s"
                            .formatted(inflater.getBytesRead(), compressedBytes, e.getMessage()),
                    e);
        } finally {
            inflater.end();
        }
    }

    /** The stream may fill its allowance to the byte; what it still holds then is its checksum. */
    private static void requireEndOfStream(
            Inflater inflater, int compressedBytes, int capacity, PayloadLimits limits)
            throws DataFormatException {
        if (inflater.inflate(new byte[1]) > 0) {
            throw new RejectedException(
                    RejectionReason.INFLATE_LIMIT,
                    capacity == limits.maxInflatedBytes()
                            ? "payload of %d bytes inflates to more than %d bytes"
                                    .formatted(compressedBytes, capacity)
                            : "payload of %d bytes inflates to more than %d bytes, the ratio limit is %d"
                                    .formatted(
                                            compressedBytes, capacity, limits.maxInflateRatio()));
        }
        if (!inflater.finished()) {
            throw unfinished(inflater, compressedBytes);
        }
    }

    private static RejectedException unfinished(Inflater inflater, int compressedBytes) {
        return new RejectedException(
                RejectionReason.BROKEN_ZLIB,
                inflater.needsDictionary()
                        ? "zlib stream asks for a preset dictionary"
                        : "zlib stream of %d bytes ends early".formatted(compressedBytes));
    }

    private static int capacity(int compressedBytes, PayloadLimits limits) {
        long byRatio =
                Math.max(
                        limits.inflateRatioFloorBytes(),
                        (long) limits.maxInflateRatio() * compressedBytes);
        return (int) Math.min(byRatio, limits.maxInflatedBytes());
    }
}
