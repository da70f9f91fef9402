package io.trailwatch.cli;

/** Text of logs made harmless for a terminal. */
public final class SafeText {
    private SafeText() {}

    /**
     * Replaces by {@code ?} what could move the cursor, change colours or reverse the direction of
     * writing: control and format characters, line and paragraph separators, lone surrogates.
     */
    public static String of(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> safe.appendCodePoint(isHarmless(c) ? c : '?'));
        return safe.toString();
    }

    private static boolean isHarmless(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }

    /** As {@link #of}, cut to a number of characters; a cut shows as {@code …}. */
    public static String of(String text, int maxChars) {
        String safe = of(text);
        if (safe.length() <= maxChars) {
            return safe;
        }
        int end = Math.max(0, maxChars - 1);
        if (end > 0 && Character.isHighSurrogate(safe.charAt(end - 1))) {
            end--;
        }
        return safe.substring(0, end) + "…";
    }
}
