package io.trailwatch.core.unwrap;

import io.trailwatch.core.decode.FlowFormat;
import io.trailwatch.event.Origin;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Identities of events, by which repeats are known: what the format says, its parts divided by
 * slashes. Where the source gives no identity, the CloudWatch event id does: CloudWatch Logs gives
 * one to each log event and repeats it with each delivery. Without that, a hash of the content; and
 * where the format has neither id nor time, of the place in the stream as well.
 *
 * <p>Flow records have no identity of their own: {@code vf/<hash of format and line>}. Where the
 * format tells records apart, as {@link FlowFormat} argues, a line that comes again is the same
 * record delivered again, whatever way it came: as text, as Parquet, through CloudWatch Logs. Where
 * it does not, or the interface is {@code -} as for a regional NAT gateway, equal lines may be
 * different records: there the CloudWatch event id or else the place in the stream joins the hash,
 * and only a raw record that is read twice makes repeats.
 *
 * <p>Hashes are the first 128 bits of SHA-256, not of something faster: whoever could make two
 * events of one key could make us drop the second. Not safe for several threads.
 */
final class EventKeys {
    private static final int MAX_ID_CHARS = 128;

    private final MessageDigest sha256;

    EventKeys() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Key of an event whose content tells it from others. */
    String of(
            List<String> identity,
            @Nullable String cloudWatchEventId,
            byte[] bytes,
            int from,
            int to) {
        return of(identity, cloudWatchEventId, bytes, from, to, null);
    }

    /**
     * Key of an event.
     *
     * @param identity prefix of the format, and what the source gives
     * @param cloudWatchEventId id of the log event in CloudWatch Logs; null when it came another
     *     way
     * @param place where the event lies, if its content does not tell it from others; null if it
     *     does
     */
    String of(
            List<String> identity,
            @Nullable String cloudWatchEventId,
            byte[] bytes,
            int from,
            int to,
            @Nullable Origin place) {
        String prefix = identity.get(0);
        if (identity.size() == 1) {
            if (cloudWatchEventId != null && !cloudWatchEventId.isEmpty()) {
                return prefix + "/cw/" + safe(cloudWatchEventId);
            }
            if (place != null) {
                update(place);
            }
            return prefix + "/h/" + hash(bytes, from, to);
        }
        StringBuilder key = new StringBuilder(64).append(prefix);
        for (int i = 1; i < identity.size(); i++) {
            key.append('/').append(safe(identity.get(i)));
        }
        return key.toString();
    }

    String flow(
            FlowFormat format,
            @Nullable String cloudWatchEventId,
            byte[] bytes,
            int from,
            int to,
            Origin origin) {
        sha256.update(format.names().getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) '\n');
        if (!format.identifiesRecords() || !format.namesPlace(bytes, from, to)) {
            if (cloudWatchEventId != null) {
                update(cloudWatchEventId);
            } else {
                update(origin);
            }
        }
        return "vf/" + hash(bytes, from, to);
    }

    private void update(Origin place) {
        update(place.source());
        update(place.shard());
        update(place.sequence());
        update(Integer.toString(place.subSequence()));
        update(Integer.toString(place.index()));
    }

    private void update(String part) {
        sha256.update(part.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) '\n');
    }

    /** Ids are untrusted: a long one, or one that could break a path or a line, is hashed. */
    private String safe(String id) {
        boolean plain = id.length() <= MAX_ID_CHARS;
        for (int i = 0; plain && i < id.length(); i++) {
            char c = id.charAt(i);
            plain = c > ' ' && c < 0x7F && c != '/';
        }
        if (plain) {
            return id;
        }
        byte[] bytes = id.getBytes(StandardCharsets.UTF_16BE);
        return "h:" + hash(bytes, 0, bytes.length);
    }

    private String hash(byte[] bytes, int from, int to) {
        sha256.update(bytes, from, to - from);
        return HexFormat.of().formatHex(sha256.digest(), 0, 16);
    }
}
