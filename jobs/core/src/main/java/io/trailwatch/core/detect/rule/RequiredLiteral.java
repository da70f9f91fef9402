package io.trailwatch.core.detect.rule;

/** Finds a text that every match of a regular expression contains. */
final class RequiredLiteral {
    private static final String CLASSES = "dwsDWSbBnrt";

    private RequiredLiteral() {}

    /**
     * The longest run of plain characters known to be required; empty for expressions with groups
     * or alternatives, of which this knows nothing.
     */
    static String of(String regex) {
        if (regex.indexOf('(') >= 0 || regex.indexOf('|') >= 0) {
            return "";
        }
        String longest = "";
        StringBuilder run = new StringBuilder();
        int i = 0;
        while (i < regex.length() && regex.charAt(i) != '[') {
            char c = regex.charAt(i++);
            boolean plain = "^$.*+?{".indexOf(c) < 0;
            if (c == '{') {
                i = Math.max(i, regex.indexOf('}', i) + 1);
            } else if (c == '\\' && i < regex.length()) {
                c = regex.charAt(i++);
                plain = !Character.isLetterOrDigit(c);
                if (!plain && CLASSES.indexOf(c) < 0) {
                    break;
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

    private static String longer(String longest, StringBuilder run) {
        return run.length() > longest.length() ? run.toString() : longest;
    }
}
