package io.trailwatch.core.unwrap;

import java.io.ByteArrayOutputStream;

/** A piece that is skipped rather than held: its size and as many first bytes as are kept. */
final class RejectedBytes {
    /** Most pieces are skipped in one go, and are as large as that. */
    private ByteArrayOutputStream head = new ByteArrayOutputStream(0);

    private final int maxHeadBytes;
    private long totalBytes;

    RejectedBytes(int maxHeadBytes) {
        this.maxHeadBytes = maxHeadBytes;
    }

    /** Takes what lies between the mark and the position, and moves the mark there. */
    void take(Window window) {
        int length = window.position - window.mark;
        if (totalBytes == 0) {
            head = new ByteArrayOutputStream(Math.min(length, maxHeadBytes));
        }
        head.write(window.bytes, window.mark, Math.min(length, maxHeadBytes - head.size()));
        totalBytes += length;
        window.markHere();
    }

    /** Takes all that is left of the source. */
    void takeRest(Window window) {
        do {
            window.position = window.limit;
            take(window);
        } while (window.fill());
    }

    byte[] head() {
        return head.toByteArray();
    }

    long totalBytes() {
        return totalBytes;
    }
}
