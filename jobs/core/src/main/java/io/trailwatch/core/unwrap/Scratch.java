package io.trailwatch.core.unwrap;

import java.util.Arrays;

/** What the opening of one record leaves to the next, so that it is not made anew each time. */
final class Scratch {
    private static final int MAX_KEPT_BYTES = 8 << 20;

    /** One for each depth of nesting: what one has found is needed while the next one scans. */
    private final JsonScanner[] scanners = new JsonScanner[Envelopes.MAX_DEPTH + 1];

    private byte[] buffer = new byte[Window.CHUNK_BYTES];

    Scratch() {
        Arrays.setAll(scanners, depth -> new JsonScanner());
    }

    JsonScanner scanner(int depth) {
        return scanners[depth];
    }

    /** What the outermost content is inflated into. */
    byte[] buffer() {
        return buffer;
    }

    /** Takes the buffer back, which may have grown. */
    void keep(byte[] grown) {
        if (grown.length <= MAX_KEPT_BYTES) {
            buffer = grown;
        }
    }
}
