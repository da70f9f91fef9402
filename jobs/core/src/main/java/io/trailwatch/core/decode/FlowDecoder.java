package io.trailwatch.core.decode;

import io.trailwatch.event.LogEvent;
import io.trailwatch.quarantine.RejectReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads flow records by the format of their log event, records without data (NODATA, SKIPDATA)
 * included. Several spaces separate like one. A record whose format has no start, or that holds
 * {@code -} there, begins at its end, and without that at the arrival of its raw record.
 */
final class FlowDecoder {
    private static final int MAX_FORMATS = 1_000;

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
        Map<String, String> fields = new LinkedHashMap<>(columns.size() * 2);
        for (int i = 0; i < columns.size(); i++) {
            if (!columns.get(i).equals("-")) {
                fields.put(format.fields().get(i), columns.get(i));
            }
        }
        Instant end = time(fields, "end");
        Instant start = time(fields, "start");
        if (start == null) {
            start = end != null ? end : event.origin().arrivalTime();
        }
        return new FlowRecord(
                start,
                end,
                integer(fields, "version", 1_000),
                fields.get("account-id"),
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

    private static @Nullable Instant time(Map<String, String> fields, String field)
            throws RejectedException {
        Long seconds = number(fields, field, EventTimes.MAX_EPOCH_SECOND);
        return seconds == null ? null : Instant.ofEpochSecond(seconds);
    }

    private static @Nullable Integer integer(Map<String, String> fields, String field, int max)
            throws RejectedException {
        Long value = number(fields, field, max);
        return value == null ? null : value.intValue();
    }

    private static @Nullable Long number(Map<String, String> fields, String field, long max)
            throws RejectedException {
        String text = fields.get(field);
        if (text == null) {
            return null;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0 && value <= max && Character.isDigit(text.charAt(0))) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            throw outOfRange(field, text, max);
        }
        throw outOfRange(field, text, max);
    }

    private static RejectedException outOfRange(String field, String text, long max) {
        return RejectedException.invalid(field, text, "a whole number from 0 to " + max);
    }
}
