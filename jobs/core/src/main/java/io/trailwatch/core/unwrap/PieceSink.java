package io.trailwatch.core.unwrap;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.RegisteredSchema;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.io.ByteArrayOutputStream;
import java.io.Serial;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Numbers the pieces of one raw record, counts them against the limit and hands them on. */
final class PieceSink {
    private static final String STAGE = "unwrap";

    private final RawRecord raw;
    private final DecodeLimits limits;
    private final Pieces out;
    private Nesting nesting = Nesting.NONE;
    private int index;
    private int count;

    /** Lines that nobody knows, one after the other; null when the last piece was another. */
    private @Nullable UnknownLines unknown;

    /**
     * @param firstIndex number of the first piece: 0, but where a piece of a record is read again
     */
    PieceSink(RawRecord raw, DecodeLimits limits, Pieces out, int firstIndex) {
        this.raw = raw;
        this.limits = limits;
        this.out = out;
        this.index = firstIndex;
    }

    /** The pieces that follow lie within these envelopes, which their rejections name. */
    void within(Nesting envelopes) {
        flush();
        nesting = envelopes;
    }

    /**
     * Takes a line of no known format. Such lines that follow each other are one piece, so that a
     * file of another kind does not become as many pieces as it has lines.
     */
    void unknownLine(String detail, byte[] bytes, int from, int to) {
        UnknownLines lines = unknown;
        if (lines != null && lines.bytes.size() + 1 + to - from > limits.maxRejectedBytes()) {
            flush();
            lines = null;
        }
        if (lines == null) {
            requireRoom();
            lines = new UnknownLines(detail);
            unknown = lines;
        } else {
            lines.bytes.write('\n');
        }
        lines.count++;
        lines.totalBytes += to - from;
        lines.bytes.write(bytes, from, Math.min(to - from, limits.maxRejectedBytes()));
    }

    /** Hands on what was kept back; to be called at the end. */
    void flush() {
        UnknownLines lines = unknown;
        if (lines == null) {
            return;
        }
        unknown = null;
        byte[] held = lines.bytes.toByteArray();
        rejectPiece(
                RejectReason.UNKNOWN_FORMAT,
                lines.count == 1
                        ? lines.detail
                        : "%d lines, of which the first: %s".formatted(lines.count, lines.detail),
                held,
                lines.count == 1 ? lines.totalBytes : held.length);
        // A line has a number of its own, so that it gets the same one when it can be read.
        index += lines.count - 1;
    }

    /** The place of the piece that comes next. */
    Origin next() {
        flush();
        requireRoom();
        return Origin.of(raw, index);
    }

    private void requireRoom() {
        if (count == limits.maxPieces()) {
            throw new FullException();
        }
    }

    void event(
            LogKind kind,
            String key,
            long eventHour,
            String format,
            Provenance provenance,
            byte[] payload) {
        RegisteredSchema schema = nesting.schema();
        LogEvent event =
                new LogEvent(
                        kind,
                        key,
                        eventHour,
                        // Rows of other kinds have no place for a schema.
                        schema == null || kind != LogKind.APP_EVENT
                                ? format
                                : schema.appendTo(format),
                        next(),
                        provenance,
                        false,
                        payload);
        hand(() -> out.event(event));
    }

    void control(String what) {
        Origin origin = next();
        hand(() -> out.control(origin, what));
    }

    void reject(RejectReason reason, String detail, byte[] bytes, int from, int to) {
        next();
        int kept = Math.min(to - from, limits.maxRejectedBytes());
        rejectPiece(reason, detail, Arrays.copyOfRange(bytes, from, from + kept), to - from);
    }

    void reject(RejectReason reason, String detail, RejectedBytes bytes) {
        next();
        rejectPiece(reason, detail, bytes.head(), bytes.totalBytes());
    }

    /** Rejects what is left of a content, unless it was cut short, which is told elsewhere. */
    void rejectRest(Window window, RejectReason reason, String detail) {
        RejectedBytes rest = new RejectedBytes(limits.maxRejectedBytes());
        rest.takeRest(window);
        if (!window.cutShort()) {
            reject(reason, detail, rest);
        }
    }

    /** Rejects what the raw record holds beyond the limit of pieces. */
    void rejectRest() {
        rejectWhole(
                RejectReason.TOO_LARGE,
                "record has more pieces than the limit of %d; the first %d were read"
                        .formatted(limits.maxPieces(), limits.maxPieces()));
    }

    /** Rejects the raw record as it came, beside what was read of it. */
    void rejectWhole(RejectReason reason, String detail) {
        flush();
        byte[] payload = raw.payload();
        byte[] head = Arrays.copyOf(payload, Math.min(payload.length, limits.maxRejectedBytes()));
        Quarantined rejected = rejected(reason, detail, head, payload.length);
        hand(() -> out.reject(rejected.asWholeRecord(payload.length)));
    }

    private void rejectPiece(RejectReason reason, String detail, byte[] head, long totalBytes) {
        String eventId = nesting.cloudWatchEventId();
        Quarantined rejected =
                rejected(reason, detail, head, totalBytes)
                        .asPiece(totalBytes, nesting.provenance(), eventId == null ? "" : eventId);
        hand(() -> out.reject(rejected));
    }

    private Quarantined rejected(RejectReason reason, String detail, byte[] head, long totalBytes) {
        String told =
                head.length == totalBytes
                        ? detail
                        : "%s; kept are the first %d of %d bytes"
                                .formatted(detail, head.length, totalBytes);
        return Quarantined.of(Origin.of(raw, index), STAGE, reason, told, head);
    }

    private void hand(Runnable piece) {
        count++;
        index++;
        try {
            piece.run();
        } catch (RuntimeException failure) {
            throw new OutException(failure);
        }
    }

    /** Lines of no known format, joined by line feeds. */
    private static final class UnknownLines {
        private final String detail;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int count;
        private long totalBytes;

        UnknownLines(String detail) {
            this.detail = detail;
        }
    }

    /** The record has as many pieces as it may have. */
    static final class FullException extends RuntimeException {
        @Serial private static final long serialVersionUID = 1L;

        FullException() {
            super("as many pieces as allowed", null, false, false);
        }
    }

    /** The receiver failed, which is no fault of the record. */
    static final class OutException extends RuntimeException {
        @Serial private static final long serialVersionUID = 1L;

        private final RuntimeException failure;

        OutException(RuntimeException failure) {
            super(null, failure, false, false);
            this.failure = failure;
        }

        RuntimeException failure() {
            return failure;
        }
    }
}
