package io.trailwatch.core.decode;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a line of text by their AWS names. Columns that hold {@code -} are left out; those
 * behind the last name known here are named by their place, {@code column_31}. What was taken is a
 * component of the event, what is {@link #left()} has no place there; an optional column whose
 * value is no number where one must stand stays there.
 */
final class LogColumns {
    private final Map<String, String> all;
    private final Map<String, String> left;

    private LogColumns(Map<String, String> all) {
        this.all = all;
        this.left = new LinkedHashMap<>(all);
    }

    /** Pairs names and values; a line may have fewer or more values than names. */
    static LogColumns of(List<String> names, List<String> values) {
        Map<String, String> columns = new LinkedHashMap<>(values.size() * 2);
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            if (!value.equals("-") && !value.isEmpty()) {
                columns.put(i < names.size() ? names.get(i) : "column_" + (i + 1), value);
            }
        }
        return new LogColumns(columns);
    }

    /** Columns that are already paired. */
    static LogColumns of(Map<String, String> columns) {
        return new LogColumns(new LinkedHashMap<>(columns));
    }

    /** Every column. */
    Map<String, String> all() {
        return Collections.unmodifiableMap(all);
    }

    /** The columns that were not taken. */
    Map<String, String> left() {
        return Collections.unmodifiableMap(left);
    }

    @Nullable String take(String name) {
        left.remove(name);
        return all.get(name);
    }

    /** A column without taking it. */
    @Nullable String look(String name) {
        return all.get(name);
    }

    String require(String name) throws RejectedException {
        String value = take(name);
        if (value == null) {
            throw RejectedException.missing(name);
        }
        return value;
    }

    @Nullable Long takeLong(String name) {
        Long value = whole(all.get(name), Long.MAX_VALUE);
        if (value != null) {
            left.remove(name);
        }
        return value;
    }

    @Nullable Integer takeInt(String name) {
        return takeInt(name, Integer.MAX_VALUE);
    }

    @Nullable Integer takeInt(String name, int max) {
        Long value = whole(all.get(name), max);
        if (value == null) {
            return null;
        }
        left.remove(name);
        return value.intValue();
    }

    /** Seconds with a fraction, as whole milliseconds. */
    @Nullable Integer takeSecondsAsMillis(String name) {
        String text = all.get(name);
        if (text == null || text.length() > 20) {
            return null;
        }
        try {
            BigDecimal millis = new BigDecimal(text).movePointRight(3);
            if (millis.signum() < 0 || millis.compareTo(BigDecimal.valueOf(1_000_000_000)) > 0) {
                return null;
            }
            left.remove(name);
            return millis.intValue();
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }

    /** An address and a port divided by the last colon; IPv6 with brackets or without. */
    HttpRequest.Peer takePeer(String name) {
        String text = take(name);
        if (text == null) {
            return HttpRequest.Peer.UNKNOWN;
        }
        int colon = text.lastIndexOf(':');
        Long port = colon < 0 ? null : whole(text.substring(colon + 1), 65_535);
        String address = port == null ? text : text.substring(0, colon);
        if (address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        }
        return new HttpRequest.Peer(
                address.isEmpty() ? null : address, port == null ? null : port.intValue(), null);
    }

    static @Nullable Long whole(@Nullable String text, long max) {
        if (text == null || text.isEmpty() || text.length() > 19) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return null;
            }
        }
        try {
            long value = Long.parseLong(text);
            return value <= max ? value : null;
        } catch (NumberFormatException tooLarge) {
            return null;
        }
    }

    /**
     * Cuts a line at single spaces. A value that begins with a quote goes on to a quote that a
     * space or the end follows.
     *
     * @param bracketed number of the column that stands between brackets; -1 when none does
     * @param escapes whether a backslash in a quoted value escapes a quote, a backslash, or as
     *     {@code \x22} a byte
     */
    static List<String> split(String line, int bracketed, boolean escapes) {
        List<String> values = new ArrayList<>(40);
        int at = 0;
        while (at < line.length()) {
            char first = line.charAt(at);
            if (first == ' ') {
                at++;
                continue;
            }
            int end = -1;
            if (first == '"') {
                end = closing(line, at + 1, '"', escapes);
            } else if (first == '[' && values.size() == bracketed) {
                end = closing(line, at + 1, ']', false);
            }
            if (end >= 0) {
                String inner = line.substring(at + 1, end);
                // A list of quoted values stays as written.
                boolean list = first == '"' && inner.contains("\",\"");
                values.add(
                        list
                                ? line.substring(at, end + 1)
                                : escapes && first == '"' ? unescape(inner) : inner);
                at = end + 1;
            } else {
                end = line.indexOf(' ', at);
                end = end < 0 ? line.length() : end;
                values.add(line.substring(at, end));
                at = end;
            }
        }
        return values;
    }

    private static int closing(String line, int from, char close, boolean escapes) {
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if (escapes && c == '\\') {
                i++;
            } else if (c == close && (i + 1 == line.length() || line.charAt(i + 1) == ' ')) {
                return i;
            }
        }
        return -1;
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
            if (c == '\\' && (next == '"' || next == '\\')) {
                plain.append(next);
                at += 2;
            } else if (c == '\\' && next == 'x') {
                at = bytes(text, at, "\\x", plain);
            } else {
                plain.append(c);
                at++;
            }
        }
        return plain.toString();
    }

    /** Undoes percent-encoding once; what is no UTF-8 stays as written. */
    static String percentDecode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) == '%') {
                at = bytes(text, at, "%", plain);
            } else {
                plain.append(text.charAt(at));
                at++;
            }
        }
        return plain.toString();
    }

    /** Appends the characters that a run of escaped bytes stands for; returns the index behind. */
    private static int bytes(String text, int from, String mark, StringBuilder plain) {
        int step = mark.length() + 2;
        byte[] bytes = new byte[(text.length() - from) / step];
        int count = 0;
        int at = from;
        while (at + step <= text.length() && text.startsWith(mark, at)) {
            int high = Character.digit(text.charAt(at + mark.length()), 16);
            int low = Character.digit(text.charAt(at + mark.length() + 1), 16);
            if (high < 0 || low < 0) {
                break;
            }
            bytes[count++] = (byte) (high << 4 | low);
            at += step;
        }
        if (count == 0) {
            plain.append(text.charAt(from));
            return from + 1;
        }
        try {
            plain.append(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, count)));
        } catch (CharacterCodingException noText) {
            plain.append(text, from, at);
        }
        return at;
    }
}
