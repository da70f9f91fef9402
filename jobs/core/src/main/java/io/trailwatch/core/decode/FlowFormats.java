package io.trailwatch.core.decode;

import static java.util.stream.Collectors.joining;

import io.trailwatch.event.Provenance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which format the flow records of a source have that come without a header line. A key is one of
 *
 * <ul>
 *   <li>the name of a log group: {@code /vpc/flow/production}
 *   <li>the account that owns the log group: {@code account:111122223333}
 *   <li>whole segments of a stream ARN or file path: {@code stream/flow}, {@code
 *       AWSLogs/111122223333/vpcflowlogs}, {@code tgw.log.gz}
 * </ul>
 *
 * <p>The log group goes before the account, that before the source, of which the longest key
 * counts, and last comes the format for all others.
 */
public final class FlowFormats {
    private static final String ACCOUNT = "account:";

    private final Map<String, FlowFormat> byKey = new LinkedHashMap<>();
    private final List<String> longestFirst;
    private final @Nullable FlowFormat others;

    /**
     * @param others format of flow records that no key speaks of, as {@link FlowFormat#parse} reads
     *     it; null where only the default formats shall be known
     * @param byKey formats by key
     * @throws IllegalArgumentException if a format cannot be read or names no field of AWS, or a
     *     key is empty or names no account where it says so
     */
    public FlowFormats(@Nullable String others, Map<String, String> byKey) {
        this.others = others == null ? null : format(others);
        byKey.forEach(
                (key, format) -> {
                    requireKey(key);
                    try {
                        this.byKey.put(key, format(format));
                    } catch (IllegalArgumentException invalid) {
                        throw new IllegalArgumentException(
                                "format of '%s': %s".formatted(key, invalid.getMessage()), invalid);
                    }
                });
        List<String> keys = new ArrayList<>(this.byKey.keySet());
        keys.sort(
                Comparator.comparingInt(String::length)
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()));
        longestFirst = List.copyOf(keys);
    }

    /**
     * Format of a line without a header; null where nothing is said of it.
     *
     * @param source stream ARN or file path of the raw record
     */
    public @Nullable FlowFormat resolve(Provenance provenance, String source) {
        if (byKey.isEmpty()) {
            return others;
        }
        FlowFormat ofGroup = byKey.get(provenance.logGroup());
        if (ofGroup != null) {
            return ofGroup;
        }
        FlowFormat ofAccount = byKey.get(ACCOUNT + provenance.account());
        if (ofAccount != null) {
            return ofAccount;
        }
        for (String key : longestFirst) {
            if (namesSegments(source, key)) {
                return byKey.get(key);
            }
        }
        return others;
    }

    /** The keys and their formats, for people. */
    @Override
    public String toString() {
        return byKey.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().names())
                .collect(joining("; "));
    }

    private static FlowFormat format(String text) {
        FlowFormat format = FlowFormat.parse(text);
        format.requireAKnownField();
        return format;
    }

    private static void requireKey(String key) {
        if (key.isBlank()) {
            throw new IllegalArgumentException(
                    "key of a flow format is empty, must be a log group, account:<id>, or the end"
                            + " of a stream ARN or path");
        }
        if (key.startsWith(ACCOUNT) && !key.matches(ACCOUNT + "[0-9]{12}")) {
            throw new IllegalArgumentException(
                    "key of a flow format is '%s', must be account: and 12 digits".formatted(key));
        }
    }

    private static boolean namesSegments(String source, String key) {
        for (int at = source.indexOf(key); at >= 0; at = source.indexOf(key, at + 1)) {
            int end = at + key.length();
            boolean begins = at == 0 || divides(key.charAt(0)) || divides(source.charAt(at - 1));
            boolean ends =
                    end == source.length()
                            || divides(key.charAt(key.length() - 1))
                            || divides(source.charAt(end));
            if (begins && ends) {
                return true;
            }
        }
        return false;
    }

    private static boolean divides(char c) {
        return c == '/' || c == ':';
    }
}
