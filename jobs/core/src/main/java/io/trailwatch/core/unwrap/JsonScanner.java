package io.trailwatch.core.unwrap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds where a JSON value ends by its brackets and strings alone: the fast cut, which leaves the
 * grammar within to the parser of the piece. On the way it notes the fields at the top level of an
 * object. It can be stopped at a size and go on from there.
 */
final class JsonScanner {
    /** Where a line feed may stand. */
    enum LineFeeds {
        /** Anywhere, also in strings, which JSON forbids: the damage stays in the piece. */
        ANYWHERE,
        /** Between tokens: the value may be printed over several lines. */
        BETWEEN_TOKENS,
        /** Nowhere: the value has one line. */
        NOWHERE
    }

    enum Outcome {
        /** The position stands behind the value. */
        COMPLETE,
        /** The input ended within the value. */
        ENDED,
        /** A line feed stands where none may. */
        LINE_FEED,
        /** A closing bracket does not match the one that was opened. */
        MISMATCH,
        /** The value has more bytes than asked for; {@link #resume} goes on. */
        OVERSIZE
    }

    private static final int KINDS = 64;

    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long NEWLINES = ONES * '\n';

    private final TopFields fields = new TopFields();
    private int depth;
    private int maxDepth;
    private boolean inString;
    private boolean escaped;
    private boolean sawLineFeed;

    /** Bit i tells whether the bracket at depth i is a curly one, for the first 64 levels. */
    private long curly;

    /** Fields of the object scanned last; of one that has no end, those before the damage. */
    TopFields fields() {
        return fields;
    }

    /** Deepest nesting of the value scanned last; a flat object has 1. */
    int maxDepth() {
        return maxDepth;
    }

    /** Whether the value scanned last spans lines. */
    boolean sawLineFeed() {
        return sawLineFeed;
    }

    /** Scans the object or array that begins at the position, which is also the mark. */
    Outcome scan(Window window, LineFeeds lineFeeds, int maxBytes) {
        depth = 0;
        maxDepth = 0;
        inString = false;
        escaped = false;
        sawLineFeed = false;
        fields.clear();
        return resume(window, lineFeeds, maxBytes);
    }

    /** Scans on to the closing bracket of an object whose opening one lies behind. */
    Outcome scanToClose(Window window, LineFeeds lineFeeds, int maxBytes) {
        depth = 1;
        curly = 1;
        maxDepth = 1;
        inString = false;
        escaped = false;
        sawLineFeed = false;
        return resume(window, lineFeeds, maxBytes);
    }

    /** Goes on after {@link Outcome#OVERSIZE}, once the mark has been moved. */
    Outcome resume(Window window, LineFeeds lineFeeds, int maxBytes) {
        while (true) {
            if (window.position - window.mark >= maxBytes) {
                return Outcome.OVERSIZE;
            }
            if (window.position == window.limit && !window.fill()) {
                return Outcome.ENDED;
            }
            int end = (int) Math.min(window.limit, (long) window.mark + maxBytes);
            Outcome outcome = scanHeld(window, lineFeeds, end);
            if (outcome != Outcome.ENDED) {
                return outcome;
            }
        }
    }

    /** Scans what the window holds; ENDED means that it was not enough. */
    private Outcome scanHeld(Window window, LineFeeds lineFeeds, int end) {
        byte[] bytes = window.bytes;
        int i = window.position;
        int mark = window.mark;
        while (i < end) {
            if (inString) {
                i = skipString(bytes, i, end, lineFeeds);
                if (i < 0) {
                    window.position = -i - 1;
                    return Outcome.LINE_FEED;
                }
                continue;
            }
            byte b = bytes[i++];
            switch (b) {
                case '"' -> {
                    inString = true;
                    if (depth == 1) {
                        fields.quote(i - 1 - mark);
                    }
                }
                case ':' -> {
                    if (depth == 1) {
                        fields.colon(i - 1 - mark);
                    }
                }
                case ',' -> {
                    if (depth == 1) {
                        fields.end(i - 1 - mark);
                    }
                }
                case '{', '[' -> open(b == '{');
                case '}', ']' -> {
                    if (depth == 1) {
                        fields.end(i - 1 - mark);
                    }
                    depth--;
                    if (depth < KINDS && (curly >>> depth & 1) != (b == '}' ? 1 : 0)) {
                        window.position = i - 1;
                        return Outcome.MISMATCH;
                    }
                    if (depth == 0) {
                        window.position = i;
                        return Outcome.COMPLETE;
                    }
                }
                case '\n' -> {
                    sawLineFeed = true;
                    if (lineFeeds == LineFeeds.NOWHERE) {
                        window.position = i - 1;
                        return Outcome.LINE_FEED;
                    }
                }
                default -> {}
            }
        }
        window.position = i;
        return Outcome.ENDED;
    }

    private void open(boolean isCurly) {
        if (depth < KINDS) {
            curly = isCurly ? curly | 1L << depth : curly & ~(1L << depth);
        }
        depth++;
        maxDepth = Math.max(maxDepth, depth);
    }

    /** Index behind the string's end; {@code -index - 1} of a line feed that must not stand. */
    private int skipString(byte[] bytes, int from, int end, LineFeeds lineFeeds) {
        int i = from;
        if (escaped && i < end) {
            escaped = false;
            i++;
        }
        while (i < end) {
            i = plainUntil(bytes, i, end, lineFeeds);
            if (i == end) {
                break;
            }
            byte b = bytes[i];
            if (b == '"') {
                inString = false;
                return i + 1;
            }
            if (b == '\\') {
                if (i + 1 == end) {
                    escaped = true;
                    return end;
                }
                i++;
            } else if (b == '\n' && lineFeeds != LineFeeds.ANYWHERE) {
                return -i - 1;
            }
            i++;
        }
        return end;
    }

    /**
     * Index of the next byte that may mean something within a string, or up to 7 before it, or the
     * end. Eight bytes at a time: a byte is zero after exclusive or with what is looked for, and
     * the lowest zero byte of a word is found without a loop (Hacker's Delight, "Find First
     * 0-Byte").
     */
    private static int plainUntil(byte[] bytes, int from, int end, LineFeeds lineFeeds) {
        int i = from;
        while (i + Long.BYTES <= end) {
            long word = (long) WORDS.get(bytes, i);
            long found = zeroBytes(word ^ QUOTES) | zeroBytes(word ^ BACKSLASHES);
            if (lineFeeds != LineFeeds.ANYWHERE) {
                found |= zeroBytes(word ^ NEWLINES);
            }
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
            i += Long.BYTES;
        }
        return i;
    }

    /** The highest bit of the lowest byte that is zero; bits above it mean nothing. */
    private static long zeroBytes(long word) {
        return (word - ONES) & ~word & HIGH_BITS;
    }
}
