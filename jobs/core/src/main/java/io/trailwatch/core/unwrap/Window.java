package io.trailwatch.core.unwrap;

import java.util.Arrays;

/**
 * The part of a source that is looked at. It begins at the mark, where the current piece begins,
 * and grows at its end as more is asked for; what lies before the mark is given up. Indexes into
 * {@link #bytes} move when the window is filled: only {@link #mark} and {@link #position} follow.
 */
final class Window {
    static final int CHUNK_BYTES = 128 << 10;

    private final ByteSource source;

    byte[] bytes;

    /** First byte of the current piece. */
    int mark;

    /** Next byte to look at; never before the mark. */
    int position;

    /** First byte not yet read. */
    int limit;

    /** A window over a part of an array, which is not copied. */
    Window(byte[] bytes, int from, int to) {
        this.source = ByteSource.EMPTY;
        this.bytes = bytes;
        this.mark = from;
        this.position = from;
        this.limit = to;
    }

    Window(ByteSource source, byte[] buffer) {
        this.source = source;
        this.bytes = buffer;
    }

    /** Reads on; false when the source has ended. */
    boolean fill() {
        if (source == ByteSource.EMPTY) {
            return false;
        }
        int held = limit - mark;
        if (held > bytes.length / 2) {
            bytes = Arrays.copyOfRange(bytes, mark, mark + bytes.length * 2);
        } else if (mark > 0) {
            System.arraycopy(bytes, mark, bytes, 0, held);
        }
        position -= mark;
        mark = 0;
        limit = held;
        int read = source.read(bytes, limit, bytes.length - limit);
        limit += Math.max(read, 0);
        return read > 0;
    }

    /** Whether at least {@code count} bytes follow the position; reads on if need be. */
    boolean has(int count) {
        while (limit - position < count) {
            if (!fill()) {
                return false;
            }
        }
        return true;
    }

    /** Whether these bytes follow the position. */
    boolean startsWith(int... expected) {
        if (!has(expected.length)) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((bytes[position + i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the source ended before its time, which is told where it was opened. */
    boolean cutShort() {
        return source.problem() != null;
    }

    /** Index of the next line feed from the position on, in what is held; -1 when there is none. */
    int indexOfLineFeed() {
        for (int i = position; i < limit; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Begins a new piece at the position. */
    void markHere() {
        mark = position;
    }
}
