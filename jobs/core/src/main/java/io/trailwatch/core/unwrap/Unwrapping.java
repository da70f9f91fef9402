package io.trailwatch.core.unwrap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.trailwatch.core.decode.AvroBounds;
import io.trailwatch.core.decode.BrokenAvroException;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.FlowFormat;
import io.trailwatch.core.decode.Formats;
import io.trailwatch.core.decode.JsonFormat;
import io.trailwatch.core.decode.JsonLimits;
import io.trailwatch.core.decode.RejectedException;
import io.trailwatch.core.unwrap.JsonScanner.LineFeeds;
import io.trailwatch.core.unwrap.JsonScanner.Outcome;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.RejectReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The opening of one raw record. Content is read through a {@link Window} and cut without being
 * held whole; every byte is scanned a bounded number of times.
 */
final class Unwrapping {
    private static final int MAX_GZIP_LAYERS = 2;

    /** A message within an envelope within a message, and no further. */
    private static final int MAX_ENVELOPES = 4;

    /** Damages after which a document over several lines is not looked for any more. */
    private static final int MAX_DAMAGES = 8;

    private final UnwrapSettings settings;
    private final DecodeLimits limits;
    private final JsonFactory jsonFactory;
    private final EventKeys keys;
    private final Formats formats;
    private final RawRecord raw;
    private final PieceSink sink;

    /** One for each depth of nesting: what one has found is needed while the next one scans. */
    private final JsonScanner[] scanners = new JsonScanner[MAX_ENVELOPES + 1];

    private final Deque<GzipSource> gzips = new ArrayDeque<>();
    private @Nullable FlowFormat flowFormat;

    /** Whether the piece cut last spans lines. */
    private boolean spansLines;

    Unwrapping(
            UnwrapSettings settings,
            @Nullable FlowFormat flowFormat,
            Formats formats,
            JsonFactory jsonFactory,
            EventKeys keys,
            RawRecord raw,
            PieceSink sink) {
        this.settings = settings;
        this.limits = settings.limits();
        this.flowFormat = flowFormat;
        this.jsonFactory = jsonFactory;
        this.keys = keys;
        this.formats = formats;
        this.raw = raw;
        Arrays.setAll(scanners, depth -> new JsonScanner());
        this.sink = sink;
    }

    void run() {
        try {
            InflateAllowance allowance = InflateAllowance.of(limits, raw.payload().length);
            Window window = new Window(raw.payload(), 0, raw.payload().length);
            while (gzips.size() < MAX_GZIP_LAYERS && window.startsWith(0x1F, 0x8B)) {
                gzips.addLast(new GzipSource(window, allowance));
                window = new Window(gzips.getLast());
            }
            content(window, Nesting.NONE);
            rejectIfCutShort();
        } catch (PieceSink.FullException full) {
            sink.rejectRest();
        } catch (PieceSink.OutException outside) {
            throw outside.failure();
        } catch (RuntimeException fault) {
            sink.rejectWhole(
                    RejectReason.DECODER_BUG,
                    fault.getClass().getName() + ": " + fault.getMessage());
        } finally {
            gzips.forEach(GzipSource::close);
        }
    }

    /** What lies after the damage of a gzip stream is told once, with the record as it came. */
    private void rejectIfCutShort() {
        for (GzipSource gzip : gzips) {
            RejectReason problem = gzip.problem();
            if (problem != null) {
                sink.rejectWhole(problem, gzip.detail());
                return;
            }
        }
    }

    private boolean cutShort() {
        return gzips.stream().anyMatch(gzip -> gzip.problem() != null);
    }

    private void content(Window window, Nesting nesting) {
        if (window.startsWith(0xEF, 0xBB, 0xBF)) {
            window.position += 3;
        }
        window.markHere();
        if (nesting.depth() == 0 && window.startsWith('O', 'b', 'j', 1)) {
            InflateAllowance allowance = InflateAllowance.of(limits, raw.payload().length);
            new AvroContainer(limits, allowance, sink, keys, this::cutShort).cut(window);
            return;
        }
        if (nesting.depth() == 0 && window.startsWith(0xC3, 0x01)) {
            singleObjects(window);
            return;
        }
        documents(window, nesting);
    }

    /** JSON documents and lines of text, in any order. */
    private void documents(Window window, Nesting nesting) {
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
                textLine(window, first, nesting);
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
    private boolean elements(Window window, LineFeeds lineFeeds, Nesting nesting) {
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
        Outcome outcome = scanners[0].scanToClose(window, lineFeeds, limits.maxEnvelopeBytes());
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
    private boolean piece(Window window, LineFeeds lineFeeds, Nesting nesting) {
        JsonScanner scanner = scanners[nesting.depth()];
        Outcome outcome = scanner.scan(window, lineFeeds, limits.maxEnvelopeBytes());
        int depth = scanner.maxDepth();
        boolean severalLines = scanner.sawLineFeed();
        if (outcome == Outcome.COMPLETE) {
            if (window.bytes[window.mark] == '{') {
                object(
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
                    openedEvents(window, scanner.fields().in(window.bytes, window.mark), nesting);
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
            int lineEnd = indexOfLineFeed(window);
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
        if (ended && cutShort()) {
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

    private static int indexOfLineFeed(Window window) {
        for (int i = window.position; i < window.limit; i++) {
            if (window.bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Opens an object by what its top-level fields say. */
    private void object(
            byte[] bytes, int from, int to, TopFields fields, int depth, Nesting nesting) {
        if (nesting.depth() < MAX_ENVELOPES && envelope(fields, bytes, from, to, nesting)) {
            return;
        }
        int size = to - from;
        if (size > limits.maxEventBytes()) {
            sink.reject(
                    RejectReason.TOO_LARGE,
                    "event has %d bytes, limit %d".formatted(size, limits.maxEventBytes()),
                    bytes,
                    from,
                    to);
        } else if (depth > limits.maxDepth()) {
            sink.reject(
                    RejectReason.TOO_LARGE,
                    "event is nested %d deep, limit %d".formatted(depth, limits.maxDepth()),
                    bytes,
                    from,
                    to);
        } else {
            event(fields, bytes, from, to, nesting);
        }
    }

    private void event(TopFields fields, byte[] bytes, int from, int to, Nesting nesting) {
        JsonFormat format =
                switch (settings.hint()) {
                    case APP_EVENT -> formats.json("json");
                    case CLOUDTRAIL -> formats.json("cloudtrail");
                    case AUTO -> formats.of(fields, nesting.provenance());
                    case VPC_FLOW -> null;
                };
        if (format == null) {
            RejectedException broken = JsonLimits.problem(jsonFactory, bytes, from, to);
            sink.reject(
                    broken == null ? RejectReason.UNKNOWN_EVENT : broken.reason(),
                    broken == null
                            ? "JSON object is of no format that is known here"
                            : broken.detail(),
                    bytes,
                    from,
                    to);
            return;
        }
        sink.event(
                format.kind(),
                keys.of(
                        format.identity(fields, nesting.provenance()),
                        nesting.cloudWatchEventId(),
                        bytes,
                        from,
                        to),
                format.hour(fields),
                format.name(),
                nesting.provenance(),
                Arrays.copyOfRange(bytes, from, to));
    }

    private boolean envelope(TopFields fields, byte[] bytes, int from, int to, Nesting nesting) {
        String messageType = fields.text("messageType");
        if ("CONTROL_MESSAGE".equals(messageType)) {
            sink.control("CONTROL_MESSAGE");
            return true;
        }
        if ("DATA_MESSAGE".equals(messageType)) {
            int logEvents = fields.startOf("logEvents", '[');
            if (logEvents >= 0) {
                int done = logEvents(fields, bytes, logEvents, to, nesting);
                if (done < 0) {
                    sink.reject(
                            RejectReason.BROKEN_JSON,
                            "CloudWatch Logs envelope is damaged",
                            bytes,
                            ~done,
                            to);
                }
                return true;
            }
        }
        int records = fields.startOf("Records", '[');
        if (records >= 0) {
            elements(new Window(bytes, records + 1, to), LineFeeds.ANYWHERE, nesting.deeper());
            return true;
        }
        int detail = fields.startOf("detail", '{');
        if (detail >= 0 && fields.has("detail-type")) {
            piece(new Window(bytes, detail, to), LineFeeds.ANYWHERE, nesting.deeper());
            return true;
        }
        return false;
    }

    /**
     * Opens the log events of a truncated CloudWatch Logs envelope.
     *
     * @return bytes behind the last one opened, counted from the mark; 0 when there is none
     */
    private int openedEvents(Window window, TopFields fields, Nesting nesting) {
        if (nesting.depth() >= MAX_ENVELOPES
                || !"DATA_MESSAGE".equals(fields.text("messageType"))) {
            return 0;
        }
        int logEvents = fields.startOfLast("logEvents", '[', window.limit);
        if (logEvents < 0) {
            return 0;
        }
        int done = logEvents(fields, window.bytes, logEvents, window.limit, nesting);
        return (done < 0 ? ~done : done) - window.mark;
    }

    /**
     * Opens each message of a CloudWatch Logs envelope.
     *
     * @return index behind the last log event that is whole; {@code ~index} when damage follows
     */
    private int logEvents(TopFields fields, byte[] bytes, int from, int to, Nesting nesting) {
        Provenance provenance =
                new Provenance(
                        orEmpty(fields.text("owner")),
                        "",
                        orEmpty(fields.text("logGroup")),
                        orEmpty(fields.text("logStream")));
        int done = from;
        try (JsonParser json = jsonFactory.createParser(bytes, from, to - from)) {
            json.nextToken();
            while (json.nextToken() != null && json.currentToken() != JsonToken.END_ARRAY) {
                int start = from + (int) json.currentTokenLocation().getByteOffset();
                LogMessage message = LogMessage.read(json);
                int end = from + (int) json.currentLocation().getByteOffset();
                if (message == null) {
                    sink.reject(
                            RejectReason.UNKNOWN_EVENT,
                            "log event has no message",
                            bytes,
                            start,
                            end);
                } else {
                    byte[] text = message.text().getBytes(StandardCharsets.UTF_8);
                    content(
                            new Window(text, 0, text.length),
                            nesting.within(message.from(provenance), message.id()));
                }
                done = end;
            }
            return json.currentToken() == JsonToken.END_ARRAY ? done : ~done;
        } catch (JsonProcessingException truncated) {
            return ~done; // the caller rejects what is left
        } catch (IOException unexpected) {
            throw new IllegalStateException("reading from memory", unexpected);
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** A line that is no JSON: a flow record, a header of flow records, or nothing we know. */
    private void textLine(Window window, boolean first, Nesting nesting) {
        int lineEnd = indexOfLineFeed(window);
        while (lineEnd < 0 && window.limit - window.mark <= limits.maxEventBytes()) {
            window.position = window.limit;
            if (!window.fill()) {
                if (cutShort()) {
                    window.position = window.limit;
                    window.markHere();
                    return;
                }
                break;
            }
            lineEnd = indexOfLineFeed(window);
        }
        int to = lineEnd < 0 ? window.limit : lineEnd;
        while (to > window.mark && isSpace(window.bytes[to - 1])) {
            to--;
        }
        if (first && isBinary(window.bytes, window.mark, Math.min(to, window.mark + 1_024))) {
            rejectRest(window, RejectReason.UNKNOWN_FORMAT, "bytes are neither text nor Avro");
            return;
        }
        if (to - window.mark > limits.maxEventBytes()) {
            damaged(
                    window,
                    RejectReason.TOO_LARGE,
                    "line has more than %d bytes".formatted(limits.maxEventBytes()),
                    LineFeeds.NOWHERE);
            return;
        }
        line(window.bytes, window.mark, to, nesting);
        window.position = lineEnd < 0 ? window.limit : lineEnd + 1;
        window.markHere();
    }

    private void line(byte[] bytes, int from, int to, Nesting nesting) {
        SourceHint hint = settings.hint();
        if (hint == SourceHint.AUTO || hint == SourceHint.VPC_FLOW) {
            byte b = bytes[from];
            if (b >= 'a' && b <= 'z' && to - from < 10_000) {
                FlowFormat header =
                        FlowFormat.ofHeader(
                                        new String(bytes, from, to - from, StandardCharsets.UTF_8))
                                .orElse(null);
                if (header != null) {
                    flowFormat = header;
                    return;
                }
            }
            FlowFormat format = flowFormat;
            if (format == null
                    && (hint == SourceHint.VPC_FLOW || looksLikeDefault(bytes, from, to))) {
                format = FlowFormat.DEFAULT;
            }
            if (format != null) {
                sink.event(
                        LogKind.VPC_FLOW,
                        keys.flow(
                                format, nesting.cloudWatchEventId(), bytes, from, to, sink.next()),
                        format.startHour(bytes, from, to),
                        format.names(),
                        nesting.provenance(),
                        Arrays.copyOfRange(bytes, from, to));
                return;
            }
        }
        sink.reject(
                RejectReason.UNKNOWN_FORMAT,
                "line is neither JSON nor a flow record of the default format; a flow log of"
                        + " another format needs a header line or its format in the settings",
                bytes,
                from,
                to);
    }

    /** Whether a line begins with version 2 and an account id or {@code unknown}. */
    private static boolean looksLikeDefault(byte[] bytes, int from, int to) {
        String head = new String(bytes, from, Math.min(to - from, 40), StandardCharsets.ISO_8859_1);
        String[] columns = head.split(" +", 4);
        return columns.length >= 3
                && columns[0].equals("2")
                && (columns[1].equals("unknown")
                        || columns[1].length() == 12
                                && columns[1].chars().allMatch(c -> c >= '0' && c <= '9'));
    }

    private static boolean isBinary(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] >= 0
                    && bytes[i] < ' '
                    && bytes[i] != '\t'
                    && bytes[i] != '\r'
                    && bytes[i] != 0x1B) {
                return true;
            }
        }
        return false;
    }

    private void rejectRest(Window window, RejectReason reason, String detail) {
        RejectedBytes rest = new RejectedBytes(limits.maxRejectedBytes());
        rest.takeRest(window);
        if (!cutShort()) {
            sink.reject(reason, detail, rest);
        }
    }

    private void singleObjects(Window window) {
        while (window.limit - window.mark <= limits.maxEventBytes() && window.fill()) {
            window.position = window.mark;
        }
        while (window.position < window.limit) {
            try {
                int end = AvroBounds.endOfSingleObject(window.bytes, window.position, window.limit);
                AvroContainer.event(
                        sink, keys, Arrays.copyOfRange(window.bytes, window.position, end));
                window.position = end;
                window.markHere();
            } catch (BrokenAvroException broken) {
                rejectRest(window, RejectReason.BROKEN_AVRO, String.valueOf(broken.getMessage()));
            }
        }
    }
}
