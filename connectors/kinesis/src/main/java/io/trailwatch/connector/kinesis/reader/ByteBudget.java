package io.trailwatch.connector.kinesis.reader;

import org.jspecify.annotations.Nullable;

/**
 * Payload bytes that the shards of a subtask hold or have asked for. Used by the fetching thread
 * alone.
 *
 * <p>A call reserves what it is expected to bring and is corrected by what it brought; it goes out
 * only if its expectation fits, or if nothing is reserved at all. So the limit is passed by one
 * call on an empty budget, and by as much as answers exceed what was expected of them.
 */
final class ByteBudget {
    /** Most that one answer of GetRecords has (API GetRecords, Limit). */
    static final long MAX_ANSWER_BYTES = 10L << 20;

    private static final long LEAST_SHARE_BYTES = 16 << 10;

    private final long limitBytes;
    private long reservedBytes;
    private int shards;

    ByteBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Bytes reserved; releases itself once, whoever asks how often. */
    final class Reservation {
        private long bytes;

        private Reservation(long bytes) {
            this.bytes = bytes;
        }

        void correct(long actualBytes) {
            reservedBytes += actualBytes - bytes;
            bytes = actualBytes;
        }

        void release() {
            correct(0);
        }
    }

    /** Null when there is no room now. */
    @Nullable Reservation reserve(long bytes) {
        if (reservedBytes > 0 && reservedBytes + bytes > limitBytes) {
            return null;
        }
        reservedBytes += bytes;
        return new Reservation(bytes);
    }

    /** Something that is there already, room or not. */
    Reservation take(long bytes) {
        reservedBytes += bytes;
        return new Reservation(bytes);
    }

    void shards(int count) {
        shards = count;
    }

    /**
     * What one call should aim at: two batches of every shard have room at once, so that those of
     * one that is slow never keep the others from being read.
     */
    long shareBytes() {
        long share = limitBytes / (2L * Math.max(1, shards));
        return Math.max(LEAST_SHARE_BYTES, Math.min(MAX_ANSWER_BYTES, share));
    }

    long reservedBytes() {
        return reservedBytes;
    }
}
