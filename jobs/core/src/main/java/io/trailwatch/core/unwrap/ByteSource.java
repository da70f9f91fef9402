package io.trailwatch.core.unwrap;

import io.trailwatch.quarantine.RejectReason;
import org.jspecify.annotations.Nullable;

/** Bytes one after the other. */
interface ByteSource {
    ByteSource EMPTY = (into, offset, length) -> -1;

    /** Reads up to {@code length} bytes, at least one; -1 at the end. */
    int read(byte[] into, int offset, int length);

    /** Why the source ended before its time; null when it did not. */
    default @Nullable RejectReason problem() {
        return null;
    }
}
