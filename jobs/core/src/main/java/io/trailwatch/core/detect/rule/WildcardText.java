package io.trailwatch.core.detect.rule;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of a rule with its wildcards told apart from plain characters (Sigma rules specification
 * 2.1, section on escaping): {@code *} any characters, {@code ?} one character; a backslash makes
 * the wildcard or backslash behind it plain, and before anything else stands for itself.
 */
final class WildcardText implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int MANY = -1;
    private static final int ONE = -2;

    /** UTF-16 code units, or one of the two wildcards. */
    private final int[] units;

    private WildcardText(int[] units) {
        this.units = units;
    }

    static WildcardText parse(String text) {
        int[] units = new int[text.length()];
        int size = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*') {
                if (size == 0 || units[size - 1] != MANY) {
                    units[size++] = MANY;
                }
            } else if (c == '?') {
                units[size++] = ONE;
            } else if (c == '\\'
                    && i + 1 < text.length()
                    && "*?\\".indexOf(text.charAt(i + 1)) >= 0) {
                units[size++] = text.charAt(++i);
            } else {
                units[size++] = c;
            }
        }
        return new WildcardText(Arrays.copyOf(units, size));
    }

    boolean isEmpty() {
        return units.length == 0;
    }

    boolean isPlain() {
        return Arrays.stream(units).noneMatch(unit -> unit < 0);
    }

    /** The characters, without wildcards at the ends. */
    private String plainText(int from, int to) {
        StringBuilder text = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            text.append((char) units[i]);
        }
        return text.toString();
    }

    /** The longest run of characters between its wildcards. */
    private String longestPlain() {
        String longest = "";
        int from = 0;
        for (int i = 0; i <= units.length; i++) {
            if (i == units.length || units[i] < 0) {
                if (i - from > longest.length()) {
                    longest = plainText(from, i);
                }
                from = i + 1;
            }
        }
        return longest;
    }

    String plainText() {
        return plainText(0, units.length);
    }

    /** With any characters allowed around it, as far as the relation says. */
    WildcardText within(TextRelation relation) {
        boolean before = relation == TextRelation.CONTAINS || relation == TextRelation.ENDS_WITH;
        boolean after = relation == TextRelation.CONTAINS || relation == TextRelation.STARTS_WITH;
        boolean prefix = before && (isEmpty() || units[0] != MANY);
        int[] wider = new int[units.length + 2];
        int size = 0;
        if (prefix) {
            wider[size++] = MANY;
        }
        System.arraycopy(units, 0, wider, size, units.length);
        size += units.length;
        if (after && (size == 0 || wider[size - 1] != MANY)) {
            wider[size++] = MANY;
        }
        return new WildcardText(Arrays.copyOf(wider, size));
    }

    /** The cheapest test for it. */
    ValueTest test(boolean cased) {
        if (units.length == 1 && units[0] == MANY) {
            return new ValueTest.NonEmpty();
        }
        boolean before = units.length > 0 && units[0] == MANY;
        boolean after = units.length > 1 && units[units.length - 1] == MANY;
        int from = before ? 1 : 0;
        int to = units.length - (after ? 1 : 0);
        for (int i = from; i < to; i++) {
            if (units[i] < 0) {
                return new Glob(this, cased);
            }
        }
        TextRelation relation =
                before
                        ? (after ? TextRelation.CONTAINS : TextRelation.ENDS_WITH)
                        : (after ? TextRelation.STARTS_WITH : TextRelation.EQUALS);
        return new ValueTest.Text(plainText(from, to), relation, cased);
    }

    /** Whether the whole text fits. Time is at most the product of both lengths. */
    private boolean fits(String text, boolean cased) {
        int unit = 0;
        int at = 0;
        int lastMany = -1;
        int retryAt = 0;
        while (at < text.length()) {
            if (unit < units.length && units[unit] == MANY) {
                lastMany = unit++;
                retryAt = at;
            } else if (unit < units.length && fits(units[unit], text.charAt(at), cased)) {
                at += units[unit] == ONE && isPair(text, at) ? 2 : 1;
                unit++;
            } else if (lastMany >= 0) {
                unit = lastMany + 1;
                at = ++retryAt;
            } else {
                return false;
            }
        }
        while (unit < units.length && units[unit] == MANY) {
            unit++;
        }
        return unit == units.length;
    }

    /** Whether one character stands here in two code units. */
    private static boolean isPair(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }

    private static boolean fits(int unit, char c, boolean cased) {
        if (unit == ONE || unit == c) {
            return true;
        }
        return !cased && unit >= 0 && CaseFolding.fold((char) unit) == CaseFolding.fold(c);
    }

    /** As a rule would write it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(units.length);
        for (int unit : units) {
            if (unit == MANY || unit == ONE) {
                text.append(unit == MANY ? '*' : '?');
            } else {
                if (unit == '*' || unit == '?' || unit == '\\') {
                    text.append('\\');
                }
                text.append((char) unit);
            }
        }
        return text.toString();
    }

    /** The value fits a text with wildcards within. */
    record Glob(WildcardText pattern, boolean cased) implements ValueTest {
        @Override
        public boolean matches(String text) {
            return pattern.fits(text, cased);
        }

        @Override
        public @Nullable List<Literal> literals() {
            String literal = pattern.longestPlain();
            return literal.isEmpty() ? null : List.of(new Literal(literal, false));
        }

        @Override
        public String modifiers() {
            return cased ? "|cased" : "";
        }

        @Override
        public List<String> wanted() {
            return List.of(pattern.toString());
        }
    }
}
