package io.trailwatch.core.unwrap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.FlowFormat;
import io.trailwatch.core.decode.FlowFormats;
import io.trailwatch.core.decode.Formats;
import io.trailwatch.core.decode.LineFormat;
import io.trailwatch.event.LogKind;
import io.trailwatch.quarantine.RejectReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines that are no JSON: flow records, lines of the other text formats, their headers, JSON within
 * a JSON string, and what nobody knows. A header counts to the end of the raw record.
 */
final class TextLines {
    private static final int MAX_HEADER_CHARS = 10_000;

    private final SourceHint hint;
    private final DecodeLimits limits;
    private final Formats formats;
    private final JsonFactory jsonFactory;
    private final EventKeys keys;
    private final PieceSink sink;
    private final Unwrapping unwrapping;
    private final String source;
    private final FlowFormats flowFormats;

    /** What a header line names; null when there was none. */
    private @Nullable FlowFormat headerFormat;

    /** Format that a header line announced; null when there was none. */
    private @Nullable String announced;

    TextLines(Opening opening, Unwrapping unwrapping) {
        this.hint = opening.hint();
        this.limits = opening.limits();
        this.source = opening.source();
        this.flowFormats = opening.flowFormats();
        this.formats = opening.formats();
        this.jsonFactory = opening.jsonFactory();
        this.keys = opening.keys();
        this.sink = opening.sink();
        this.unwrapping = unwrapping;
    }

    /** Takes the line at the mark. */
    void next(Window window, boolean first, Nesting nesting) {
        int lineEnd = window.indexOfLineFeed();
        while (lineEnd < 0 && window.limit - window.mark <= limits.maxEventBytes()) {
            window.position = window.limit;
            if (!window.fill()) {
                if (window.cutShort()) {
                    window.position = window.limit;
                    window.markHere();
                    return;
                }
                break;
            }
            lineEnd = window.indexOfLineFeed();
        }
        int to = lineEnd < 0 ? window.limit : lineEnd;
        while (to > window.mark && window.bytes[to - 1] >= 0 && window.bytes[to - 1] <= ' ') {
            to--;
        }
        if (first && isBinary(window.bytes, window.mark, Math.min(to, window.mark + 1_024))) {
            sink.rejectRest(window, RejectReason.UNKNOWN_FORMAT, "bytes are neither text nor Avro");
            return;
        }
        if (to - window.mark > limits.maxEventBytes()) {
            rejectLongLine(window);
            return;
        }
        line(window.bytes, window.mark, to, nesting);
        window.position = lineEnd < 0 ? window.limit : lineEnd + 1;
        window.markHere();
    }

    private void rejectLongLine(Window window) {
        RejectedBytes skipped = new RejectedBytes(limits.maxRejectedBytes());
        int lineEnd;
        do {
            lineEnd = window.indexOfLineFeed();
            window.position = lineEnd < 0 ? window.limit : lineEnd + 1;
            skipped.take(window);
        } while (lineEnd < 0 && window.fill());
        if (lineEnd < 0 && window.cutShort()) {
            return;
        }
        sink.reject(
                RejectReason.TOO_LARGE,
                "line has more than %d bytes".formatted(limits.maxEventBytes()),
                skipped);
    }

    /** Takes a line that is held whole, without space at its ends. */
    void line(byte[] bytes, int from, int to, Nesting nesting) {
        if (hint == SourceHint.VPC_FLOW || hint == SourceHint.AUTO) {
            if (isFlowHeader(bytes, from, to)) {
                return;
            }
            FlowFormat sure =
                    headerFormat != null ? headerFormat : FlowFormat.ofDefault(bytes, from, to);
            FlowFormat told = flowFormats.resolve(nesting.provenance(), source);
            // A format that is told for a whole source also meets lines that are no flow records.
            if (sure == null && hint == SourceHint.AUTO && known(bytes, from, to, nesting)) {
                return;
            }
            FlowFormat format = headerFormat != null || told == null ? sure : told;
            if (format == null && hint == SourceHint.VPC_FLOW) {
                format = FlowFormat.DEFAULT;
            }
            if (format != null) {
                flow(format, bytes, from, to, nesting);
                return;
            }
        }
        sink.unknownLine(
                "line is neither JSON nor of a text format that is known here; a flow log that is"
                        + " not of a default format needs a header line or its format in the"
                        + " settings",
                bytes,
                from,
                to);
    }

    private boolean isFlowHeader(byte[] bytes, int from, int to) {
        if (bytes[from] < 'a' || bytes[from] > 'z' || to - from > MAX_HEADER_CHARS) {
            return false;
        }
        FlowFormat header = FlowFormat.ofHeader(text(bytes, from, to)).orElse(null);
        if (header == null) {
            return false;
        }
        headerFormat = header;
        return true;
    }

    private void flow(FlowFormat format, byte[] bytes, int from, int to, Nesting nesting) {
        sink.event(
                LogKind.VPC_FLOW,
                keys.flow(format, nesting.cloudWatchEventId(), bytes, from, to, sink.next()),
                format.startHour(bytes, from, to),
                format.names(),
                nesting.provenance(),
                Arrays.copyOfRange(bytes, from, to));
    }

    private boolean known(byte[] bytes, int from, int to, Nesting nesting) {
        String line = text(bytes, from, to);
        String header = formats.header(line);
        if (header != null) {
            announced = header;
            return true;
        }
        String format = announced;
        LineFormat lineFormat = format == null ? null : formats.line(format);
        if (lineFormat == null) {
            lineFormat = formats.of(line, nesting.provenance());
            format = lineFormat == null ? null : lineFormat.name();
        }
        if (lineFormat != null && format != null) {
            sink.event(
                    lineFormat.kind(),
                    keys.of(
                            lineFormat.identity(line, format),
                            nesting.cloudWatchEventId(),
                            bytes,
                            from,
                            to),
                    lineFormat.hour(line, format),
                    format,
                    nesting.provenance(),
                    Arrays.copyOfRange(bytes, from, to));
            return true;
        }
        return quotedJson(bytes, from, to, nesting);
    }

    /** JSON within a JSON string, as services write it that log what they were handed. */
    private boolean quotedJson(byte[] bytes, int from, int to, Nesting nesting) {
        if (bytes[from] != '"' || nesting.depth() >= Envelopes.MAX_DEPTH) {
            return false;
        }
        try (JsonParser json = jsonFactory.createParser(bytes, from, to - from)) {
            String inner = json.nextTextValue();
            if (inner == null
                    || inner.isEmpty()
                    || inner.charAt(0) != '{' && inner.charAt(0) != '['
                    || json.nextToken() != null) {
                return false;
            }
            byte[] content = inner.getBytes(StandardCharsets.UTF_8);
            unwrapping.content(content, 0, content.length, nesting.deeper());
            return true;
        } catch (IOException noString) {
            return false;
        }
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
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
}
