package io.trailwatch.finding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Ids that a replay makes again: the first 128 bits of SHA-256 over the length-prefixed parts. */
public final class FindingIds {
    private FindingIds() {}

    /** Id of a finding about one event. */
    public static String ofEvent(String ruleId, String entity, String eventKey) {
        return hash("event", ruleId, entity, eventKey);
    }

    /**
     * Id of a finding about a window, named by the instant and the key of the event that opens it.
     */
    public static String ofWindow(
            String ruleId, String entity, long windowStartMillis, String firstEventKey) {
        return hash("window", ruleId, entity, Long.toString(windowStartMillis), firstEventKey);
    }

    private static String hash(String... parts) {
        MessageDigest sha256 = sha256();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            // Lengths keep ("ab", "c") and ("a", "bc") apart.
            sha256.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
            sha256.update(bytes);
        }
        return HexFormat.of().formatHex(sha256.digest(), 0, 16);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
