package io.trailwatch.quarantine;

import static java.util.Objects.requireNonNull;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bytes we could not read, with the reason, their place and what was known of them, so that they
 * can be read again after a fix.
 *
 * @param id 32 hexadecimal digits over origin, stage and bytes: the same bytes of the same place
 *     have the same id
 * @param origin where the bytes were cut from
 * @param stage {@code source}, {@code unwrap}, {@code decode}, {@code match}, {@code normalise} or
 *     {@code rules}
 * @param detail one line that names the field, the value and the limit; free of control characters
 * @param payload the bytes, or as many of the first ones as are kept
 * @param totalBytes how many bytes there were; as many as the payload has when it is whole
 * @param wholeRecord true when the bytes are those of the raw record as it came, whose pieces are
 *     numbered from 0; false when they are the piece that {@code origin} numbers
 * @param provenance what the envelopes around the piece say of it
 * @param logEventId id of the CloudWatch log event whose message it was cut from; empty when there
 *     is none, and behind unwrapping, where it went into the event's key
 * @param cut what the event was cut as; null when the piece never became an event
 */
public record Quarantined(
        String id,
        Origin origin,
        String stage,
        RejectReason reason,
        String detail,
        byte[] payload,
        long totalBytes,
        boolean wholeRecord,
        Provenance provenance,
        String logEventId,
        @Nullable Cut cut) {
    public static final int MAX_DETAIL_CHARS = 500;

    /**
     * What unwrapping knew of a log event.
     *
     * @param kind as in {@link LogEvent}, like all others
     */
    public record Cut(LogKind kind, String format, String key, long eventHour) {
        public Cut {
            requireNonNull(kind, "kind");
            requireNonNull(format, "format");
            requireNonNull(key, "key");
        }
    }

    public Quarantined {
        requireNonNull(id, "id");
        requireNonNull(origin, "origin");
        requireNonNull(stage, "stage");
        requireNonNull(reason, "reason");
        requireNonNull(detail, "detail");
        requireNonNull(payload, "payload");
        requireNonNull(provenance, "provenance");
        requireNonNull(logEventId, "logEventId");
        if (totalBytes < payload.length) {
            throw new IllegalArgumentException(
                    "totalBytes is %d, the payload alone has %d"
                            .formatted(totalBytes, payload.length));
        }
    }

    /** A whole piece of which nothing else is known. */
    public static Quarantined of(
            Origin origin, String stage, RejectReason reason, String detail, byte[] payload) {
        return new Quarantined(
                idOf(origin, stage, payload),
                origin,
                stage,
                reason,
                printable(detail),
                payload,
                payload.length,
                false,
                Provenance.NONE,
                "",
                null);
    }

    /** An event that a stage behind unwrapping could not take. */
    public static Quarantined of(LogEvent event, String stage, RejectReason reason, String detail) {
        return new Quarantined(
                idOf(event.origin(), stage, event.payload()),
                event.origin(),
                stage,
                reason,
                printable(detail),
                event.payload(),
                event.payload().length,
                false,
                event.provenance(),
                "",
                new Cut(event.kind(), event.format(), event.key(), event.eventHour()));
    }

    /** The raw record as it came: its first bytes, of so many. */
    public Quarantined asWholeRecord(long bytes) {
        return new Quarantined(
                id,
                origin,
                stage,
                reason,
                detail,
                payload,
                bytes,
                true,
                provenance,
                logEventId,
                cut);
    }

    /** The first bytes of a piece that has so many, out of these envelopes. */
    public Quarantined asPiece(long bytes, Provenance envelopes, String cloudWatchEventId) {
        return new Quarantined(
                id,
                origin,
                stage,
                reason,
                detail,
                payload,
                bytes,
                false,
                envelopes,
                cloudWatchEventId,
                cut);
    }

    /** Whether all its bytes are here. */
    public boolean isWhole() {
        return totalBytes == payload.length;
    }

    /** The event as it was cut; nothing when the piece never became one. */
    public Optional<LogEvent> asEvent() {
        return cut == null
                ? Optional.empty()
                : Optional.of(
                        new LogEvent(
                                cut.kind(),
                                cut.key(),
                                cut.eventHour(),
                                cut.format(),
                                origin,
                                provenance,
                                false,
                                payload));
    }

    private static String idOf(Origin origin, String stage, byte[] payload) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (String part :
                    new String[] {origin.source(), origin.shard(), origin.sequence(), stage}) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                sha256.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
                sha256.update(bytes);
            }
            sha256.update(
                    ByteBuffer.allocate(8)
                            .putInt(origin.subSequence())
                            .putInt(origin.index())
                            .array());
            sha256.update(payload);
            return HexFormat.of().formatHex(sha256.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Untrusted text made safe for a log line or a terminal: what could begin a line, move the
     * cursor or reverse the direction of writing becomes {@code ?}, the length is bounded.
     */
    public static String printable(String text) {
        StringBuilder safe = new StringBuilder(Math.min(text.length(), MAX_DETAIL_CHARS));
        for (int i = 0; i < text.length() && safe.length() < MAX_DETAIL_CHARS; i++) {
            char c = text.charAt(i);
            safe.append(isHarmless(c) ? c : '?');
        }
        return safe.toString();
    }

    private static boolean isHarmless(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
