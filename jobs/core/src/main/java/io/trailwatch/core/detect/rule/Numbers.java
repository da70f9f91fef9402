package io.trailwatch.core.detect.rule;

/** Tells numbers from other text without exceptions. */
final class Numbers {
    /** Longer digit strings are no quantities. */
    private static final int MAX_CHARS = 40;

    private Numbers() {}

    /** Whether the text is a plain decimal such as {@code -12.5}, or one with an exponent. */
    static boolean isDecimal(String text) {
        int length = text.length();
        int i = length > 0 && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
        boolean digits = false;
        boolean point = false;
        if (length > MAX_CHARS) {
            return false;
        }
        for (; i < length; i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits = true;
            } else if (c == '.' && !point) {
                point = true;
            } else if ((c == 'e' || c == 'E') && digits) {
                return isExponent(text, i + 1);
            } else {
                return false;
            }
        }
        return digits;
    }

    /**
     * The value of a text that is such a decimal, as {@link Double#parseDouble} reads it; without
     * making objects where it is a whole number of up to 15 digits, which doubles hold exactly.
     */
    static double decimal(String text) {
        int length = text.length();
        if (length > 15) {
            return Double.parseDouble(text);
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return Double.parseDouble(text);
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private static boolean isExponent(String text, int from) {
        int i = from;
        if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
            i++;
        }
        int first = i;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i == text.length() && i > first;
    }
}
