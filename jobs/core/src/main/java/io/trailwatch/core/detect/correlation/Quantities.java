package io.trailwatch.core.detect.correlation;

import java.math.BigDecimal;

/** Numbers of logs that are summed and ranked. */
final class Quantities {
    /** Longer texts are no quantities. */
    private static final int MAX_CHARS = 40;

    /** Decimal places to either side, so that exact sums stay short whatever a log says. */
    private static final int MAX_SCALE = 64;

    private Quantities() {}

    /** Whether the text is a plain decimal such as {@code -12.5}, or one with a small exponent. */
    static boolean isQuantity(String text) {
        if (text.isEmpty()
                || text.length() > MAX_CHARS
                || "+-.0123456789".indexOf(text.charAt(0)) < 0) {
            return false;
        }
        try {
            BigDecimal value = new BigDecimal(text);
            return Math.abs((long) value.scale()) <= MAX_SCALE;
        } catch (NumberFormatException noNumber) {
            return false;
        }
    }

    /** A text that {@link #isQuantity} accepts. */
    static BigDecimal of(String text) {
        return new BigDecimal(text);
    }
}
