package io.trailwatch.core.unwrap;

import org.jspecify.annotations.Nullable;

/**
 * Bytes out of compressed ones. It ends where the stream is damaged or a limit is reached: what
 * came before is still delivered, {@link #problem} says why there is no more.
 */
interface InflatingSource extends ByteSource, AutoCloseable {
    /** The problem in words; empty when there is none. */
    String detail();

    @Override
    void close();

    /** The source that opens what begins at the position; null when that is not compressed. */
    static @Nullable InflatingSource at(Window window, InflateAllowance allowance) {
        if (window.startsWith(0x1F, 0x8B)) {
            return new GzipSource(window, allowance);
        }
        return ZlibSource.begins(window) ? new ZlibSource(window, allowance) : null;
    }
}
