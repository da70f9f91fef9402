package io.trailwatch.core.detect.rule;

import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A block of IPv4 or IPv6 addresses. Reads addresses itself: the JDK would ask a name server about
 * text that is no address.
 */
final class CidrBlock implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String text;
    private final byte[] network;
    private final int prefixBits;

    private CidrBlock(String text, byte[] network, int prefixBits) {
        this.text = text;
        this.network = network;
        this.prefixBits = prefixBits;
    }

    /**
     * Reads {@code 10.0.0.0/8} or {@code 2001:db8::/32}.
     *
     * @throws IllegalArgumentException if it is no block, or has bits set behind its prefix
     */
    static CidrBlock parse(String text) {
        int slash = text.indexOf('/');
        byte @Nullable [] network = slash < 0 ? null : address(text.substring(0, slash));
        if (network == null) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no CIDR block such as 10.0.0.0/8 or 2001:db8::/32");
        }
        String bits = text.substring(slash + 1);
        int limit = network.length * 8;
        if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > limit) {
            throw new IllegalArgumentException(
                    "'%s' has prefix length '%s', limit %d".formatted(text, bits, limit));
        }
        CidrBlock block = new CidrBlock(text, network, Integer.parseInt(bits));
        if (!Arrays.equals(network, block.masked())) {
            throw new IllegalArgumentException(
                    "'%s' has bits set behind its prefix of %s bits".formatted(text, bits));
        }
        return block;
    }

    /** Whether the text is an address of either version. */
    static boolean isAddress(String text) {
        return version4(text) >= 0 || text.indexOf(':') >= 0 && address(text) != null;
    }

    @Override
    public String toString() {
        return text;
    }

    private byte[] masked() {
        byte[] masked = network.clone();
        for (int bit = prefixBits; bit < masked.length * 8; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return masked;
    }

    /** Whether the text is an address of this block; false for text that is no address. */
    boolean contains(String text) {
        if (network.length == 4) {
            long address = version4(text);
            return address >= 0 && (address ^ bits4()) >>> (32 - prefixBits) == 0;
        }
        byte @Nullable [] address = text.indexOf(':') < 0 ? null : address(text);
        if (address == null || address.length != network.length) {
            return false;
        }
        int whole = prefixBits / 8;
        for (int i = 0; i < whole; i++) {
            if (address[i] != network[i]) {
                return false;
            }
        }
        int rest = prefixBits % 8;
        return rest == 0 || ((address[whole] ^ network[whole]) & (0xff00 >> rest) & 0xff) == 0;
    }

    private long bits4() {
        return (network[0] & 0xffL) << 24
                | (network[1] & 0xff) << 16
                | (network[2] & 0xff) << 8
                | network[3] & 0xff;
    }

    /**
     * The 32 bits of an IPv4 address; -1 for other texts. Makes no objects: most logs ask often.
     */
    private static long version4(String text) {
        if (text.length() > 15) {
            return -1;
        }
        long bits = 0;
        int i = 0;
        for (int octet = 0; octet < 4; octet++) {
            int start = i;
            int value = 0;
            while (i < text.length() && isDigit(text.charAt(i)) && i - start < 3) {
                value = value * 10 + (text.charAt(i++) - '0');
            }
            boolean leadingZero = i - start > 1 && text.charAt(start) == '0';
            if (i == start || value > 255 || leadingZero) {
                return -1;
            }
            bits = bits << 8 | value;
            if (octet < 3 && (i >= text.length() || text.charAt(i++) != '.')) {
                return -1;
            }
        }
        return i == text.length() ? bits : -1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Four or sixteen bytes; null when the text is no address. */
    static byte @Nullable [] address(String text) {
        if (text.length() < 2 || text.length() > 45) {
            return null;
        }
        if (text.indexOf(':') >= 0) {
            return version6(text);
        }
        byte[] bytes = new byte[4];
        return version4(text, 0, bytes, 0) ? bytes : null;
    }

    private static boolean version4(String text, int from, byte[] into, int at) {
        int i = from;
        for (int octet = 0; octet < 4; octet++) {
            int start = i;
            int value = 0;
            while (i < text.length() && Character.digit(text.charAt(i), 10) >= 0 && i - start < 3) {
                value = value * 10 + Character.digit(text.charAt(i), 10);
                i++;
            }
            boolean leadingZero = i - start > 1 && text.charAt(start) == '0';
            if (i == start || value > 255 || leadingZero) {
                return false;
            }
            into[at + octet] = (byte) value;
            if (octet < 3 && (i >= text.length() || text.charAt(i++) != '.')) {
                return false;
            }
        }
        return i == text.length();
    }

    private static byte @Nullable [] version6(String text) {
        byte[] bytes = new byte[16];
        int filled = 0;
        int gap = -1;
        int i = 0;
        if (text.startsWith("::")) {
            gap = 0;
            i = 2;
        }
        while (i < text.length()) {
            if (filled == 16) {
                return null;
            }
            int end = i;
            int group = 0;
            while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0) {
                group = group << 4 | Character.digit(text.charAt(end), 16);
                end++;
                if (end - i > 4) {
                    return null;
                }
            }
            if (end < text.length() && text.charAt(end) == '.') {
                if (filled > 12 || !version4(text, i, bytes, filled)) {
                    return null;
                }
                filled += 4;
                break;
            }
            if (end == i) {
                return null;
            }
            bytes[filled++] = (byte) (group >> 8);
            bytes[filled++] = (byte) group;
            if (end == text.length()) {
                break;
            }
            if (text.charAt(end) != ':' || end + 1 == text.length()) {
                return null;
            }
            i = end + 1;
            if (text.charAt(i) == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = filled;
                i++;
            }
        }
        if (gap < 0) {
            return filled == 16 ? bytes : null;
        }
        if (filled == 16) {
            return null;
        }
        int tail = filled - gap;
        System.arraycopy(bytes, gap, bytes, 16 - tail, tail);
        Arrays.fill(bytes, gap, 16 - tail, (byte) 0);
        return bytes;
    }
}
