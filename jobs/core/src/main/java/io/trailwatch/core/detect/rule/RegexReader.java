package io.trailwatch.core.detect.rule;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Compiles regular expressions with RE2, whose time is linear in the text. What RE2 does not have
 * is refused by its name; so is an expression of which it is plain that no text matches it.
 */
final class RegexReader {
    private static final int MAX_CHARS = 2_000;

    private RegexReader() {}

    static Pattern compile(
            String path, String regex, boolean ignoreCase, boolean multiline, boolean dotAll) {
        if (regex.length() > MAX_CHARS) {
            throw new Refusal(
                    ProblemCode.TOO_COMPLEX,
                    path,
                    "regular expression is %d characters, limit %d"
                            .formatted(regex.length(), MAX_CHARS));
        }
        int flags =
                (ignoreCase ? Pattern.CASE_INSENSITIVE : 0)
                        | (multiline ? Pattern.MULTILINE : 0)
                        | (dotAll ? Pattern.DOTALL : 0);
        Pattern pattern;
        try {
            pattern = Pattern.compile(regex, flags);
        } catch (PatternSyntaxException e) {
            String feature = unsupported(regex);
            throw new Refusal(
                    ProblemCode.UNSUPPORTED_REGEX,
                    path,
                    feature != null
                            ? "regular expression '%s' has a %s, which RE2 does not support"
                                    .formatted(regex, feature)
                            : "regular expression '%s' is no RE2 syntax: %s"
                                    .formatted(regex, e.getDescription()),
                    e);
        }
        String contradiction = RegexShape.contradiction(regex, multiline);
        if (contradiction != null) {
            throw new Refusal(
                    ProblemCode.IMPOSSIBLE_REGEX,
                    path,
                    "regular expression '%s' matches no text: %s".formatted(regex, contradiction));
        }
        return pattern;
    }

    /** The first construct of other dialects; null when there is none. */
    private static @Nullable String unsupported(String regex) {
        boolean inClass = false;
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '\\') {
                String escaped = inClass ? null : escape(regex, i + 1);
                if (escaped != null) {
                    return escaped;
                }
                i++;
            } else if (c == '[') {
                inClass = true;
            } else if (c == ']') {
                inClass = false;
            } else if (!inClass) {
                String group = c == '(' ? group(regex, i + 1) : null;
                if (group != null) {
                    return group;
                }
                if (c == '+' && i > 0 && "*+?}".indexOf(regex.charAt(i - 1)) >= 0) {
                    return "possessive quantifier";
                }
            }
        }
        return null;
    }

    private static @Nullable String escape(String regex, int at) {
        if (at == regex.length()) {
            return null;
        }
        char c = regex.charAt(at);
        if ((c >= '1' && c <= '9') || c == 'k' || c == 'g') {
            return "back-reference";
        }
        return switch (c) {
            case 'G' -> "\\G anchor";
            case 'K' -> "\\K reset";
            case 'R' -> "\\R line break";
            case 'X' -> "\\X grapheme";
            case 'Z' -> "\\Z anchor";
            case 'h', 'H' -> "\\" + c + " class";
            default -> null;
        };
    }

    private static @Nullable String group(String regex, int at) {
        if (regex.startsWith("?=", at) || regex.startsWith("?!", at)) {
            return "look-ahead";
        }
        if (regex.startsWith("?<=", at) || regex.startsWith("?<!", at)) {
            return "look-behind";
        }
        if (regex.startsWith("?>", at)) {
            return "atomic group";
        }
        if (regex.startsWith("?P=", at)) {
            return "back-reference";
        }
        if (regex.startsWith("?(", at)) {
            return "conditional";
        }
        if (regex.startsWith("?#", at)) {
            return "comment";
        }
        return regex.startsWith("?R", at) || regex.startsWith("?&", at) ? "recursion" : null;
    }
}
