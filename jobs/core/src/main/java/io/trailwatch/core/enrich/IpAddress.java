package io.trailwatch.core.enrich;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address as a value. Logs put names where addresses belong, so reading is strict
 * and never asks a name server.
 *
 * @param v4 true for IPv4; its 32 bits are the low ones of {@code low}
 * @param high upper 64 bits of an IPv6 address, 0 for IPv4
 */
public record IpAddress(boolean v4, long high, long low) {
    /** Longest literal: IPv6 with an IPv4 tail. */
    private static final int MAX_CHARS = 45;

    private static final long MAPPED_PREFIX = 0xFFFFL;

    /**
     * Reads a literal: dotted decimal without leading zeros, or the text forms of RFC 4291 section
     * 2.2 without zone. An IPv4-mapped IPv6 address is read as IPv4. Empty for anything else.
     */
    public static Optional<IpAddress> parse(String text) {
        if (text.isEmpty() || text.length() > MAX_CHARS) {
            return Optional.empty();
        }
        return text.indexOf(':') < 0 ? parseV4(text).map(IpAddress::ofV4) : parseV6(text);
    }

    /** 32 for IPv4, 128 for IPv6. */
    public int bits() {
        return v4 ? 32 : 128;
    }

    /** The address with all but its first {@code prefixLength} bits cleared. */
    public IpAddress network(int prefixLength) {
        if (v4) {
            return ofV4(low & mask(prefixLength + 32) & 0xFFFF_FFFFL);
        }
        return new IpAddress(
                false, high & mask(prefixLength), low & mask(Math.max(0, prefixLength - 64)));
    }

    InetAddress inetAddress() {
        byte[] bytes =
                v4
                        ? ByteBuffer.allocate(4).putInt((int) low).array()
                        : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    private static IpAddress ofV4(long bits) {
        return new IpAddress(true, 0, bits);
    }

    /** The first {@code length} of 64 bits set; all from 64 on. */
    private static long mask(int length) {
        return length <= 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
    }

    private static Optional<Long> parseV4(String text) {
        long bits = 0;
        int parts = 0;
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i < text.length() && text.charAt(i) != '.') {
                continue;
            }
            int value = octet(text, from, i);
            if (value < 0 || ++parts > 4) {
                return Optional.empty();
            }
            bits = bits << 8 | value;
            from = i + 1;
        }
        return parts == 4 ? Optional.of(bits) : Optional.empty();
    }

    /** Value of one to three digits without leading zeros, up to 255; -1 for anything else. */
    private static int octet(String text, int from, int to) {
        if (to == from || to - from > 3 || to - from > 1 && text.charAt(from) == '0') {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value > 255 ? -1 : value;
    }

    private static Optional<IpAddress> parseV6(String text) {
        int gap = text.indexOf("::");
        int[] front = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
        int[] back = gap < 0 ? new int[0] : groups(text.substring(gap + 2), true);
        if (front == null || back == null) {
            return Optional.empty();
        }
        int given = front.length + back.length;
        if (gap < 0 ? given != 8 : given > 7) {
            return Optional.empty();
        }
        int[] all = new int[8];
        System.arraycopy(front, 0, all, 0, front.length);
        System.arraycopy(back, 0, all, 8 - back.length, back.length);
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = high << 16 | all[i];
            low = low << 16 | all[i + 4];
        }
        boolean mapped = high == 0 && low >>> 32 == MAPPED_PREFIX;
        return Optional.of(mapped ? ofV4(low & 0xFFFF_FFFFL) : new IpAddress(false, high, low));
    }

    /** Groups of 16 bits; an IPv4 tail makes two. Null when the text is no such list. */
    private static int @Nullable [] groups(String text, boolean mayEndInV4) {
        if (text.isEmpty()) {
            return new int[0];
        }
        String[] parts = text.split(":", -1);
        boolean v4Tail = mayEndInV4 && parts[parts.length - 1].indexOf('.') >= 0;
        int[] groups = new int[parts.length + (v4Tail ? 1 : 0)];
        for (int i = 0; i < parts.length; i++) {
            if (v4Tail && i == parts.length - 1) {
                Optional<Long> tail = parseV4(parts[i]);
                if (tail.isEmpty()) {
                    return null;
                }
                groups[i] = (int) (tail.get() >>> 16);
                groups[i + 1] = (int) (tail.get() & 0xFFFF);
                break;
            }
            groups[i] = hexadecimal(parts[i]);
            if (groups[i] < 0) {
                return null;
            }
        }
        return groups;
    }

    /** Value of one to four hexadecimal digits in ASCII; -1 for anything else. */
    private static int hexadecimal(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }
}
