package io.trailwatch.core.detect.rule;

/** Finds a text that every match of a regular expression contains. */
final class RequiredLiteral {
    private static final String CLASSES = "dwsDWSbBnrt";

    private RequiredLiteral() {}

    /**
     * The longest run of plain characters outside of groups and classes that is known to be
     * required; empty where there is none, and for alternatives and flags outside of groups.
     * Characters beyond the Basic Multilingual Plane belong to no run, as RE2 folds their case and
     * {@link CaseFolding} does not.
     */
    static String of(String regex) {
        String longest = "";
        StringBuilder run = new StringBuilder();
        int i = 0;
        while (i < regex.length()) {
            char c = regex.charAt(i++);
            boolean plain = "^$.*+?{".indexOf(c) < 0 && !Character.isSurrogate(c);
            if (c == '|') {
                return "";
            } else if (c == '(') {
                i = behindGroup(regex, i);
                if (i < 0) {
                    return "";
                }
                plain = false;
            } else if (c == '[') {
                i = behindClass(regex, i);
                plain = false;
            } else if (c == '{') {
                i = Math.max(i, regex.indexOf('}', i) + 1);
            } else if (c == '\\' && i < regex.length()) {
                c = regex.charAt(i++);
                plain = !Character.isLetterOrDigit(c);
                if (!plain && CLASSES.indexOf(c) < 0) {
                    // The rest is not understood; an alternative in it would make nothing required
                    return regex.indexOf('|', i) < 0 ? longer(longest, run) : "";
                }
            }
            boolean optional = i < regex.length() && "*?{".indexOf(regex.charAt(i)) >= 0;
            if (plain && !optional) {
                run.append(c);
            } else {
                longest = longer(longest, run);
                run.setLength(0);
            }
        }
        return longer(longest, run);
    }

    /** Where a group ends that begins before here; -1 where it has flags, or has no end. */
    private static int behindGroup(String regex, int from) {
        if (regex.startsWith("?", from)
                && !regex.startsWith("?:", from)
                && !regex.startsWith("?P<", from)) {
            return -1;
        }
        int depth = 1;
        int i = from;
        while (i < regex.length()) {
            char c = regex.charAt(i++);
            if (regex.startsWith("\\Q", i - 1)) {
                return -1;
            } else if (c == '\\') {
                i++;
            } else if (c == '[') {
                i = behindClass(regex, i);
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Where a class of characters ends that begins before here. */
    private static int behindClass(String regex, int from) {
        int i = regex.startsWith("^", from) ? from + 1 : from;
        if (regex.startsWith("]", i)) {
            i++;
        }
        while (i < regex.length() && regex.charAt(i) != ']') {
            if (regex.charAt(i) == '\\') {
                i++;
            } else if (regex.startsWith("[:", i) && regex.indexOf(":]", i) > 0) {
                i = regex.indexOf(":]", i) + 1;
            }
            i++;
        }
        return Math.min(i + 1, regex.length());
    }

    private static String longer(String longest, StringBuilder run) {
        return run.length() > longest.length() ? run.toString() : longest;
    }
}
