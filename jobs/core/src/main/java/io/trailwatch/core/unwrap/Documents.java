package io.trailwatch.core.unwrap;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.unwrap.JsonScanner.LineFeeds;
import io.trailwatch.core.unwrap.JsonScanner.Outcome;
import io.trailwatch.quarantine.RejectReason;

/**
 * Cuts content into JSON documents and lines of text, without holding it whole; every byte is
 * scanned a bounded number of times. What is damaged costs as little as its place allows.
 */
final class Documents {
    /** Damages after which a document over several lines is not looked for any more. */
    private static final int MAX_DAMAGES = 8;

    private final DecodeLimits limits;
    private final PieceSink sink;
    private final Envelopes envelopes;
    private final TextLines lines;

    private final Scratch scratch;

    /** Whether the piece cut last spans lines. */
    private boolean spansLines;

    Documents(Opening opening, Unwrapping unwrapping) {
        this.limits = opening.limits();
        this.sink = opening.sink();
        this.envelopes = new Envelopes(opening, this, unwrapping);
        this.lines = new TextLines(opening, unwrapping);
        this.scratch = opening.scratch();
    }

    /** A message of CloudWatch Logs: JSON, or a text that is one event whatever lines it has. */
    void message(byte[] text, Nesting nesting) {
        sink.within(nesting);
        int from = 0;
        while (from < text.length && isSpace(text[from])) {
            from++;
        }
        if (from < text.length && (text[from] == '{' || text[from] == '[')) {
            documents(new Window(text, from, text.length), nesting);
        } else if (from < text.length) {
            int to = text.length;
            while (isSpace(text[to - 1])) {
                to--;
            }
            lines.line(text, from, to, nesting);
        }
    }

    /** The one object of a record of a schema registry; see {@link Envelopes#registered}. */
    void registered(byte[] json, byte[] record, int from, int to, Nesting nesting) {
        envelopes.registered(json, record, from, to, nesting);
    }

    /** JSON documents and lines of text, in any order. */
    void documents(Window window, Nesting nesting) {
        LineFeeds lineFeeds = LineFeeds.BETWEEN_TOKENS;
        int damages = 0;
        boolean first = true;
        while (skipSeparators(window)) {
            byte b = window.bytes[window.position];
            boolean whole;
            if (b == '{' && opensRecords(window)) {
                whole = elements(window, recordFeeds(lineFeeds), nesting);
                if (whole) {
                    whole = closeRecords(window, recordFeeds(lineFeeds));
                }
            } else if (b == '[') {
                window.position++;
                whole = elements(window, recordFeeds(lineFeeds), nesting);
            } else if (b == '{') {
                whole = piece(window, lineFeeds, nesting);
                if (whole && !spansLines && endsLine(window)) {
                    lineFeeds = LineFeeds.NOWHERE;
                }
            } else {
                lines.next(window, first, nesting);
                whole = true;
            }
            if (!whole && ++damages >= MAX_DAMAGES) {
                lineFeeds = LineFeeds.NOWHERE;
            }
            first = false;
        }
    }

    /**
     * An array that begins a file may span lines, and damage within a string stays an element's.
     */
    private static LineFeeds recordFeeds(LineFeeds lineFeeds) {
        return lineFeeds == LineFeeds.NOWHERE ? LineFeeds.NOWHERE : LineFeeds.ANYWHERE;
    }

    /** Goes to the next document or line; false at the end. */
    private static boolean skipSeparators(Window window) {
        while (window.has(1)) {
            switch (window.bytes[window.position]) {
                // Commas between documents, and the separator of JSON text sequences (RFC 7464)
                case ' ', '\t', '\r', '\n', ',', 0x1E -> window.position++;
                default -> {
                    window.markHere();
                    return true;
                }
            }
            window.markHere();
        }
        return false;
    }

    private static boolean endsLine(Window window) {
        while (window.has(1)) {
            byte b = window.bytes[window.position];
            if (b != ' ' && b != '\t' && b != '\r') {
                return b == '\n';
            }
            window.position++;
            window.markHere();
        }
        return false;
    }

    /** Whether {@code {"Records":[} follows; if so, the position stands behind it. */
    private static boolean opensRecords(Window window) {
        int at = 0;
        for (String token : new String[] {"{", "\"Records\"", ":", "["}) {
            while (at > 0 && window.has(at + 1) && isSpace(window.bytes[window.position + at])) {
                at++;
            }
            if (!window.has(at + token.length())) {
                return false;
            }
            for (int i = 0; i < token.length(); i++) {
                if (window.bytes[window.position + at + i] != token.charAt(i)) {
                    return false;
                }
            }
            at += token.length();
        }
        window.position += at;
        return true;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    /**
     * Cuts the elements of an array whose opening bracket lies behind. When the array is damaged or
     * ends early, what is left from the element in question on is one rejection.
     *
     * @return whether the array was closed; then the position stands behind it
     */
    boolean elements(Window window, LineFeeds lineFeeds, Nesting nesting) {
        boolean afterElement = false;
        window.markHere();
        while (skipSpace(window, lineFeeds)) {
            byte b = window.bytes[window.position];
            if (b == ']') {
                window.position++;
                window.markHere();
                return true;
            }
            if (afterElement) {
                if (b != ',') {
                    return damaged(
                            window,
                            RejectReason.BROKEN_JSON,
                            "neither a comma nor ] follows an element of an array",
                            lineFeeds);
                }
                window.position++;
                window.markHere();
                afterElement = false;
                continue;
            }
            window.markHere();
            if (b == '{' || b == '[') {
                if (!piece(window, lineFeeds, nesting)) {
                    return false;
                }
            } else if (b == ',' || !scalar(window, lineFeeds)) {
                return damaged(
                        window,
                        RejectReason.BROKEN_JSON,
                        "an element of an array is damaged",
                        lineFeeds);
            }
            window.markHere();
            afterElement = true;
        }
        return damaged(window, RejectReason.BROKEN_JSON, "ends within an array", lineFeeds);
    }

    /** Goes to the next token of an array; false at the end. */
    private static boolean skipSpace(Window window, LineFeeds lineFeeds) {
        while (window.has(1)) {
            byte b = window.bytes[window.position];
            if (!isSpace(b) || b == '\n' && lineFeeds == LineFeeds.NOWHERE) {
                return true;
            }
            window.position++;
        }
        return false;
    }

    /** Rejects an element that is neither object nor array; false when it has no end. */
    private boolean scalar(Window window, LineFeeds lineFeeds) {
        boolean quoted = window.bytes[window.position] == '"';
        if (quoted) {
            window.position++;
        }
        while (window.has(1) && window.position - window.mark < limits.maxEventBytes()) {
            byte b = window.bytes[window.position];
            if (b == '\n' && lineFeeds == LineFeeds.NOWHERE) {
                return false;
            }
            if (quoted && b == '\\') {
                window.position++;
            } else if (quoted && b == '"') {
                window.position++;
                quoted = false;
                continue;
            } else if (!quoted && (b == ',' || b == ']' || isSpace(b))) {
                sink.reject(
                        RejectReason.UNKNOWN_EVENT,
                        "an element of an array is no object",
                        window.bytes,
                        window.mark,
                        window.position);
                return true;
            }
            window.position++;
        }
        window.position = Math.min(window.position, window.limit);
        return false;
    }

    /** Skips what follows the Records of an object, up to its end. */
    private boolean closeRecords(Window window, LineFeeds lineFeeds) {
        Outcome outcome =
                scratch.scanner(0).scanToClose(window, lineFeeds, limits.maxEnvelopeBytes());
        if (outcome == Outcome.COMPLETE) {
            window.markHere();
            return true;
        }
        return damaged(
                window,
                RejectReason.BROKEN_JSON,
                "what follows Records " + say(outcome),
                lineFeeds);
    }

    /**
     * Cuts the object or array at the mark and opens it.
     *
     * @return whether it has an end; if not, it was rejected together with what had to be skipped
     */
    boolean piece(Window window, LineFeeds lineFeeds, Nesting nesting) {
        JsonScanner scanner = scratch.scanner(nesting.depth());
        Outcome outcome = scanner.scan(window, lineFeeds, limits.maxEnvelopeBytes());
        int depth = scanner.maxDepth();
        boolean severalLines = scanner.sawLineFeed();
        if (outcome == Outcome.COMPLETE) {
            if (window.bytes[window.mark] == '{') {
                envelopes.object(
                        window.bytes,
                        window.mark,
                        window.position,
                        scanner.fields().in(window.bytes, window.mark),
                        depth,
                        nesting);
            } else {
                sink.reject(
                        RejectReason.UNKNOWN_EVENT,
                        "an array within an array is no event",
                        window.bytes,
                        window.mark,
                        window.position);
            }
            window.markHere();
            spansLines = severalLines;
            return true;
        }
        if (outcome == Outcome.OVERSIZE) {
            return oversize(scanner, window, lineFeeds);
        }
        if (outcome == Outcome.ENDED) {
            int opened =
                    envelopes.openedEvents(
                            window, scanner.fields().in(window.bytes, window.mark), nesting);
            if (opened > 0) {
                window.mark += opened;
                window.position = window.mark;
            }
        }
        String where = severalLines ? "JSON over several lines " : "JSON ";
        return damaged(window, RejectReason.BROKEN_JSON, where + say(outcome), lineFeeds);
    }

    private static String say(Outcome outcome) {
        return switch (outcome) {
            case ENDED -> "ends early";
            case LINE_FEED -> "has a line feed where none may stand";
            case MISMATCH -> "has a bracket that closes another one";
            case OVERSIZE -> "goes on beyond its limit";
            case COMPLETE -> throw new IllegalArgumentException("nothing is wrong");
        };
    }

    /** Skips a value beyond the limit, keeping its head alone. */
    private boolean oversize(JsonScanner scanner, Window window, LineFeeds lineFeeds) {
        RejectedBytes skipped = new RejectedBytes(limits.maxRejectedBytes());
        Outcome outcome = Outcome.OVERSIZE;
        while (outcome == Outcome.OVERSIZE) {
            skipped.take(window);
            outcome = scanner.resume(window, lineFeeds, limits.maxEnvelopeBytes());
        }
        skipped.take(window);
        sink.reject(
                RejectReason.TOO_LARGE,
                "JSON value has %s%d bytes, limit %d"
                        .formatted(
                                outcome == Outcome.COMPLETE ? "" : "at least ",
                                skipped.totalBytes(),
                                limits.maxEnvelopeBytes()),
                skipped);
        if (outcome != Outcome.COMPLETE && window.has(1)) {
            damaged(window, RejectReason.BROKEN_JSON, "JSON " + say(outcome), lineFeeds);
        }
        return outcome == Outcome.COMPLETE;
    }

    /**
     * Rejects from the mark up to the next line that can begin something, or to the end. With
     * values of one line each that is the next line; otherwise one that does not look like the
     * inside of a document printed over several lines.
     *
     * @return false, as the outcome of the caller
     */
    private boolean damaged(
            Window window, RejectReason reason, String detail, LineFeeds lineFeeds) {
        RejectedBytes skipped = new RejectedBytes(limits.maxRejectedBytes());
        boolean ended = false;
        window.position = window.mark;
        while (true) {
            int lineEnd = window.indexOfLineFeed();
            window.position = lineEnd < 0 ? window.limit : lineEnd + 1;
            skipped.take(window);
            if (lineEnd < 0) {
                if (!window.fill()) {
                    ended = true;
                    break;
                }
            } else if (lineFeeds == LineFeeds.NOWHERE || !window.has(1) || beginsAnew(window)) {
                break;
            }
        }
        if (ended && window.cutShort()) {
            return false;
        }
        sink.reject(reason, detail, skipped);
        return false;
    }

    private static boolean beginsAnew(Window window) {
        return switch (window.bytes[window.position]) {
            case ' ', '\t', '\r', '\n', '}', ']', '"', ',' -> false;
            default -> true;
        };
    }
}
