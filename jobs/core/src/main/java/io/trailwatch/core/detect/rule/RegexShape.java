package io.trailwatch.core.detect.rule;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks for contradictions in a regular expression that RE2 has accepted: a start of the text
 * behind characters, an end of it before some, or a class without a character. Knows no more of an
 * expression than how many characters it takes at least and whether it insists on either end, so
 * that what it finds is certain, and it does not find everything.
 */
final class RegexShape {
    private static final Part EMPTY = new Part(0, false, false, null);
    private static final Part ONE = new Part(1, false, false, null);
    private static final Part START = new Part(0, true, false, null);
    private static final Part END = new Part(0, false, true, null);
    private static final String BEHIND_START = "the start of the text stands behind characters";
    private static final String BEFORE_END = "the end of the text stands before characters";

    private final String regex;
    private int at;
    private boolean multiline;

    private RegexShape(String regex, boolean multiline) {
        this.regex = regex;
        this.multiline = multiline;
    }

    /**
     * What is known of every match of a part.
     *
     * @param chars it takes at least
     * @param start whether the text must start within it
     * @param end whether the text must end within it
     * @param contradiction why there is none; null when there may be
     */
    private record Part(long chars, boolean start, boolean end, @Nullable String contradiction) {
        static Part impossible(String contradiction) {
            return new Part(0, false, false, contradiction);
        }

        Part then(Part next) {
            if (contradiction != null) {
                return this;
            }
            if (next.contradiction != null) {
                return next;
            }
            if (next.start && chars > 0) {
                return impossible(BEHIND_START);
            }
            if (end && next.chars > 0) {
                return impossible(BEFORE_END);
            }
            return new Part(
                    Math.min(chars + next.chars, Integer.MAX_VALUE),
                    start || next.start,
                    end || next.end,
                    null);
        }

        Part or(Part other) {
            if (contradiction != null) {
                return other;
            }
            if (other.contradiction != null) {
                return this;
            }
            return new Part(
                    Math.min(chars, other.chars), start && other.start, end && other.end, null);
        }

        Part times(long least) {
            if (least == 0) {
                return EMPTY;
            }
            if (contradiction == null && least > 1) {
                return new Part(Math.min(chars * (least - 1), Integer.MAX_VALUE), start, end, null)
                        .then(this);
            }
            return this;
        }
    }

    /** Why nothing can match; null when something may. */
    static @Nullable String contradiction(String regex, boolean multiline) {
        return new RegexShape(regex, multiline).alternatives().contradiction;
    }

    private Part alternatives() {
        boolean outer = multiline;
        Part all = sequence();
        while (at < regex.length() && regex.charAt(at) == '|') {
            at++;
            all = all.or(sequence());
        }
        multiline = outer;
        return all;
    }

    private Part sequence() {
        Part all = EMPTY;
        Part last = EMPTY;
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            // RE2 lets a repetition behind flags repeat what stands before them.
            if (!takeFlags()) {
                all = all.then(last);
                last = atom();
            }
            long least = leastTimes();
            while (least >= 0) {
                last = last.times(least);
                least = leastTimes();
            }
        }
        return all.then(last);
    }

    /** Flags for the rest of the group around, such as {@code (?m)}. */
    private boolean takeFlags() {
        int from = at;
        boolean outer = multiline;
        if (regex.startsWith("(?", at) && !isNamed(at + 1)) {
            at += 2;
            readFlags();
            if (next() == ')') {
                at++;
                return true;
            }
        }
        at = from;
        multiline = outer;
        return false;
    }

    private void readFlags() {
        boolean on = true;
        while (at < regex.length() && regex.charAt(at) != ':' && regex.charAt(at) != ')') {
            char flag = regex.charAt(at++);
            if (flag == '-') {
                on = false;
            } else if (flag == 'm') {
                multiline = on;
            }
        }
    }

    private Part atom() {
        char c = regex.charAt(at++);
        return switch (c) {
            case '(' -> group();
            case '[' -> characterClass();
            case '\\' -> escape();
            case '^' -> multiline ? EMPTY : START;
            case '$' -> multiline ? EMPTY : END;
            default -> ONE;
        };
    }

    private Part group() {
        boolean outer = multiline;
        if (isNamed(at)) {
            at = regex.indexOf('>', at) + 1;
        } else if (next() == '?') {
            at++;
            readFlags();
            at++;
        }
        Part inner = alternatives();
        at++;
        multiline = outer;
        return inner;
    }

    private boolean isNamed(int from) {
        return regex.startsWith("?P<", from) || regex.startsWith("?<", from);
    }

    private Part characterClass() {
        int from = at - 1;
        if (regex.startsWith("^", at)) {
            at++;
        }
        if (regex.startsWith("]", at)) {
            at++;
        }
        while (at < regex.length() && regex.charAt(at) != ']') {
            if (regex.charAt(at) == '\\') {
                at += 2;
            } else if (regex.startsWith("[:", at) && regex.indexOf(":]", at) >= 0) {
                at = regex.indexOf(":]", at) + 2;
            } else {
                at++;
            }
        }
        at++;
        String text = regex.substring(from, Math.min(at, regex.length()));
        return text.startsWith("[^") && isEmpty(text)
                ? Part.impossible("'" + text + "' is a class without characters")
                : ONE;
    }

    /** Whether no character of the basic plane is in it, nor one behind it. */
    private static boolean isEmpty(String characterClass) {
        Pattern pattern = Pattern.compile(characterClass);
        for (int c = 0; c <= Character.MAX_CODE_POINT; c += c < 0x1_0000 ? 1 : 0x1_000) {
            if (pattern.matches(Character.toString(c))) {
                return false;
            }
        }
        return true;
    }

    private Part escape() {
        char c = regex.charAt(at++);
        switch (c) {
            case 'A':
                return START;
            case 'z':
                return END;
            case 'b', 'B':
                return EMPTY;
            case 'Q':
                return quoted();
            case 'p', 'P', 'x':
                int close = regex.startsWith("{", at) ? regex.indexOf('}', at) + 1 : 0;
                at = close > 0 ? close : at + (c == 'x' ? 2 : 1);
                return ONE;
            default:
                for (int digits = 1; digits < 3 && isOctal(c) && isOctal(next()); digits++) {
                    at++;
                }
                return ONE;
        }
    }

    private Part quoted() {
        int end = regex.indexOf("\\E", at);
        int chars = (end < 0 ? regex.length() : end) - at;
        at = end < 0 ? regex.length() : end + 2;
        // A repetition behind it is of its last character alone: nothing is said of one.
        return chars > 1 ? ONE : EMPTY;
    }

    private char next() {
        return at < regex.length() ? regex.charAt(at) : 0;
    }

    private static boolean isOctal(char c) {
        return c >= '0' && c <= '7';
    }

    /** Least number of times that a repetition here asks for; -1 when there is none. */
    private long leastTimes() {
        long least;
        switch (next()) {
            case '*', '?':
                least = 0;
                at++;
                break;
            case '+':
                least = 1;
                at++;
                break;
            case '{':
                int close = regex.indexOf('}', at);
                String inner = close < 0 ? "" : regex.substring(at + 1, close);
                if (!inner.matches("[0-9]{1,4}(,[0-9]{0,4})?")) {
                    return -1;
                }
                least = Long.parseLong(inner.replaceFirst(",.*", ""));
                at = close + 1;
                break;
            default:
                return -1;
        }
        if (next() == '?') {
            at++;
        }
        return least;
    }
}
