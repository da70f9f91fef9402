package io.trailwatch.core.detect.window;

import io.trailwatch.finding.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How findings of this package put their evidence and their words. */
final class Wording {
    static final String AUTHOR = "Trailwatch";

    /** Longest text from a log that is kept in a feature. */
    static final int MAX_CHARS = 256;

    private Wording() {}

    /**
     * Text from a log, made fit for one line: control and format characters become {@code ?}, and
     * what is longer than {@link #MAX_CHARS} is cut.
     */
    static String plain(String text) {
        String cut =
                text.length() <= MAX_CHARS
                        ? text
                        : text.substring(0, text.offsetByCodePoints(0, wholeCodePoints(text)));
        return cut.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }

    private static int wholeCodePoints(String text) {
        int end = Character.isHighSurrogate(text.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
        return text.codePointCount(0, end);
    }

    static @Nullable String plainOrNull(@Nullable String text) {
        return text == null ? null : plain(text);
    }

    /** All keys, or when there are too many the first ones and the last, which decided. */
    static List<String> evidence(List<String> keys) {
        if (keys.size() <= Finding.MAX_EVIDENCE) {
            return List.copyOf(keys);
        }
        List<String> kept = new ArrayList<>(keys.subList(0, Finding.MAX_EVIDENCE - 1));
        kept.add(keys.get(keys.size() - 1));
        return List.copyOf(kept);
    }

    /** Whole minutes as {@code 5 min}, anything else in seconds. */
    static String span(Duration span) {
        return span.toSeconds() % 60 == 0 ? span.toMinutes() + " min" : span.toSeconds() + " s";
    }

    static void requirePositive(String field, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "%s is %s, must be at least 1 ms".formatted(field, value));
        }
    }

    static void requireWithin(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s is %d, must be %d to %d".formatted(field, value, least, most));
        }
    }
}
