package io.trailwatch.core.decode;

import io.trailwatch.core.enrich.IpAddress;
import io.trailwatch.event.LogEvent;
import io.trailwatch.quarantine.RejectReason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads flow records by the format of their log event, records without data (NODATA, SKIPDATA)
 * included. Several spaces separate like one. A record whose format has no start, or that holds
 * {@code -} there, begins at its end; without that its time is the one CloudWatch Logs gave to it,
 * or else the arrival of its raw record.
 *
 * <p>Only what tells the time must be right: AWS calls many fields best-effort. Any other field
 * that is no number, address or action where one must stand is left out of the record; the line has
 * it.
 */
final class FlowDecoder {
    private static final int MAX_FORMATS = 1_000;

    /** Fields that hold a whole number, beside those of {@link FlowRecord}. */
    private static final Set<String> NUMBERS =
            Set.of(
                    "traffic-path",
                    "encryption-status",
                    "packets-lost-no-route",
                    "packets-lost-blackhole",
                    "packets-lost-mtu-exceeded",
                    "packets-lost-ttl-expired");

    private static final Set<String> ACTIONS = Set.of("ACCEPT", "REJECT");

    private static final Set<String> ADDRESSES =
            Set.of("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr");

    /** Fields of version 11 in percent-encoded UTF-8. */
    private static final Set<String> TAGS =
            Set.of(
                    "instance-tag",
                    "instance-tag-2",
                    "interface-tag",
                    "interface-tag-2",
                    "asg-tag",
                    "asg-tag-2");

    private final Map<String, FlowFormat> formats = new HashMap<>();

    FlowRecord decode(LogEvent event) throws RejectedException {
        FlowFormat format = format(event.format());
        String line = new String(event.payload(), StandardCharsets.UTF_8);
        List<String> columns = columns(line);
        if (columns.size() != format.fields().size()) {
            throw new RejectedException(
                    RejectReason.COLUMN_COUNT,
                    "flow record has %d columns, its format names %d: %s"
                            .formatted(columns.size(), format.fields().size(), event.format()));
        }
        Map<String, String> fields = fields(format.fields(), columns);
        Instant start = time(fields, "start");
        if (start == null) {
            start = time(fields, "end");
        }
        if (start == null) {
            start = delivered(event);
        }
        Long end = number(fields, "end", EventTimes.MAX_EPOCH_SECOND);
        return new FlowRecord(
                start,
                end == null ? null : Instant.ofEpochSecond(end),
                integer(fields, "version", 1_000),
                accountId(fields, event),
                fields.get("interface-id"),
                fields.get("srcaddr"),
                fields.get("dstaddr"),
                integer(fields, "srcport", 65_535),
                integer(fields, "dstport", 65_535),
                integer(fields, "protocol", 255),
                number(fields, "packets", Long.MAX_VALUE),
                number(fields, "bytes", Long.MAX_VALUE),
                fields.get("action"),
                fields.get("log-status"),
                integer(fields, "tcp-flags", 65_535),
                Collections.unmodifiableMap(fields),
                line);
    }

    private FlowFormat format(String names) throws RejectedException {
        FlowFormat known = formats.get(names);
        if (known != null) {
            return known;
        }
        if (formats.size() >= MAX_FORMATS) {
            formats.clear(); // header lines are untrusted: no memory for endless new formats
        }
        try {
            FlowFormat format = FlowFormat.parse(names);
            formats.put(names, format);
            return format;
        } catch (IllegalArgumentException invalid) {
            throw RejectedException.invalid("format", names, "flow record field names");
        }
    }

    private static List<String> columns(String line) {
        List<String> columns = new ArrayList<>(32);
        int from = 0;
        for (int i = 0; i <= line.length(); i++) {
            if (i == line.length() || line.charAt(i) == ' ' || line.charAt(i) == '\t') {
                if (i > from) {
                    columns.add(line.substring(from, i));
                }
                from = i + 1;
            }
        }
        return columns;
    }

    private static Map<String, String> fields(List<String> names, List<String> columns) {
        Map<String, String> fields = new LinkedHashMap<>(columns.size() * 2);
        for (int i = 0; i < columns.size(); i++) {
            String name = names.get(i);
            String value = columns.get(i);
            if (value.equals("-")
                    || name.equals("action") && !ACTIONS.contains(value)
                    || ADDRESSES.contains(name) && IpAddress.parse(value).isEmpty()
                    || NUMBERS.contains(name) && wholeNumber(value, Long.MAX_VALUE) < 0) {
                continue;
            }
            fields.put(name, TAGS.contains(name) ? percentDecoded(value) : value);
        }
        return fields;
    }

    /** Time that CloudWatch Logs gave to the record, or that its raw record arrived at. */
    private static Instant delivered(LogEvent event) {
        long millis = event.provenance().timestamp();
        return millis > 0 && millis / 1_000 <= EventTimes.MAX_EPOCH_SECOND
                ? Instant.ofEpochMilli(millis)
                : event.origin().arrivalTime();
    }

    /** Where the record names no account, it is the one that the log group belongs to. */
    private static @Nullable String accountId(Map<String, String> fields, LogEvent event) {
        String account = fields.get("account-id");
        if (account != null) {
            return account;
        }
        String owner = event.provenance().account();
        return owner.isEmpty() ? null : owner;
    }

    /** A field without which the record has no time. */
    private static @Nullable Instant time(Map<String, String> fields, String field)
            throws RejectedException {
        String text = fields.get(field);
        if (text == null) {
            return null;
        }
        long seconds = wholeNumber(text, EventTimes.MAX_EPOCH_SECOND);
        if (seconds < 0) {
            throw RejectedException.invalid(
                    field, text, "a whole number from 0 to " + EventTimes.MAX_EPOCH_SECOND);
        }
        return Instant.ofEpochSecond(seconds);
    }

    private static @Nullable Integer integer(Map<String, String> fields, String field, int max) {
        Long value = number(fields, field, max);
        return value == null ? null : value.intValue();
    }

    /** The number in a field; null when there is none, and then the field is gone too. */
    private static @Nullable Long number(Map<String, String> fields, String field, long max) {
        String text = fields.get(field);
        if (text == null) {
            return null;
        }
        long value = wholeNumber(text, max);
        if (value < 0) {
            fields.remove(field);
            return null;
        }
        return value;
    }

    /** Decimal digits as a number; -1 where something else stands, or more than {@code max}. */
    private static long wholeNumber(String text, long max) {
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > (max - digit) / 10) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return text.isEmpty() ? -1 : value;
    }

    /** The text that was percent-encoded (RFC 3986, UTF-8); as it is where it was not. */
    private static String percentDecoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                decoded.write(bytes[i]);
                continue;
            }
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return text;
            }
            decoded.write(high << 4 | low);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return text;
        }
    }
}
