package io.trailwatch.core.unwrap;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.io.Serial;
import java.util.Arrays;

/** Numbers the pieces of one raw record, counts them against the limit and hands them on. */
final class PieceSink {
    private static final String STAGE = "unwrap";

    private final RawRecord raw;
    private final DecodeLimits limits;
    private final Pieces out;
    private int count;

    PieceSink(RawRecord raw, DecodeLimits limits, Pieces out) {
        this.raw = raw;
        this.limits = limits;
        this.out = out;
    }

    /** The place of the piece that comes next. */
    Origin next() {
        if (count == limits.maxPieces()) {
            throw new FullException();
        }
        return Origin.of(raw, count);
    }

    void event(
            LogKind kind,
            String key,
            long eventHour,
            String format,
            Provenance provenance,
            byte[] payload) {
        LogEvent event =
                new LogEvent(kind, key, eventHour, format, next(), provenance, false, payload);
        hand(() -> out.event(event));
    }

    void control(String what) {
        Origin origin = next();
        hand(() -> out.control(origin, what));
    }

    void reject(RejectReason reason, String detail, byte[] bytes, int from, int to) {
        next();
        int kept = Math.min(to - from, limits.maxRejectedBytes());
        rejectUncounted(reason, detail, Arrays.copyOfRange(bytes, from, from + kept), to - from);
    }

    void reject(RejectReason reason, String detail, RejectedBytes bytes) {
        next();
        rejectUncounted(reason, detail, bytes.head(), bytes.totalBytes());
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
        byte[] payload = raw.payload();
        byte[] head = Arrays.copyOf(payload, Math.min(payload.length, limits.maxRejectedBytes()));
        rejectUncounted(reason, detail, head, payload.length);
    }

    private void rejectUncounted(RejectReason reason, String detail, byte[] head, long totalBytes) {
        String told =
                head.length == totalBytes
                        ? detail
                        : "%s; kept are the first %d of %d bytes"
                                .formatted(detail, head.length, totalBytes);
        Quarantined rejected = Quarantined.of(Origin.of(raw, count), STAGE, reason, told, head);
        hand(() -> out.reject(rejected));
    }

    private void hand(Runnable piece) {
        count++;
        try {
            piece.run();
        } catch (RuntimeException failure) {
            throw new OutException(failure);
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
