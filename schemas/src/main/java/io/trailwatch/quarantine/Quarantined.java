package io.trailwatch.quarantine;

import static java.util.Objects.requireNonNull;

import io.trailwatch.event.Origin;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Bytes we could not read, with the reason and their place, so that they can be replayed after a
 * fix.
 *
 * @param id 32 hexadecimal digits over origin, stage and bytes: the same bytes of the same place
 *     have the same id
 * @param origin where the bytes were cut from
 * @param stage {@code source}, {@code unwrap}, {@code decode}, {@code match} or {@code normalise}
 * @param detail one line that names the field, the value and the limit; free of control characters
 * @param payload the bytes
 */
public record Quarantined(
        String id,
        Origin origin,
        String stage,
        RejectReason reason,
        String detail,
        byte[] payload) {
    public static final int MAX_DETAIL_CHARS = 500;

    public Quarantined {
        requireNonNull(id, "id");
        requireNonNull(origin, "origin");
        requireNonNull(stage, "stage");
        requireNonNull(reason, "reason");
        requireNonNull(detail, "detail");
        requireNonNull(payload, "payload");
    }

    public static Quarantined of(
            Origin origin, String stage, RejectReason reason, String detail, byte[] payload) {
        return new Quarantined(
                idOf(origin, stage, payload), origin, stage, reason, printable(detail), payload);
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
     * Untrusted text made safe for a log line or a terminal: control characters become {@code ?},
     * the length is bounded.
     */
    public static String printable(String text) {
        StringBuilder safe = new StringBuilder(Math.min(text.length(), MAX_DETAIL_CHARS));
        for (int i = 0; i < text.length() && safe.length() < MAX_DETAIL_CHARS; i++) {
            char c = text.charAt(i);
            safe.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
        }
        return safe.toString();
    }
}
