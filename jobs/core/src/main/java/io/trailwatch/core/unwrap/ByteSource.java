package io.trailwatch.core.unwrap;

/** Bytes one after the other. */
interface ByteSource {
    ByteSource EMPTY = (into, offset, length) -> -1;

    /** Reads up to {@code length} bytes, at least one; -1 at the end. */
    int read(byte[] into, int offset, int length);
}
