package io.trailwatch.core.detect.rule;

/**
 * How texts are compared without regard to case: character by character as {@link
 * String#equalsIgnoreCase} does within the Basic Multilingual Plane; letters beyond it, such as
 * those of Deseret, differ by case. Tests and indexes must use the same folding: an index that is
 * stricter than the test would lose matches.
 */
final class CaseFolding {
    private CaseFolding() {}

    static char fold(char c) {
        if (c < 128) {
            return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
        }
        return Character.toLowerCase(Character.toUpperCase(c));
    }

    static String fold(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            folded.append(fold(text.charAt(i)));
        }
        return folded.toString();
    }

    /** Hash of the folded text. */
    static int hash(CharSequence text) {
        int hash = 0;
        for (int i = 0; i < text.length(); i++) {
            hash = 31 * hash + fold(text.charAt(i));
        }
        return hash;
    }

    static boolean equal(CharSequence one, CharSequence other) {
        return one.length() == other.length() && regionEquals(one, 0, other);
    }

    /** Whether the part stands at this place; false where it would not fit. */
    static boolean regionEquals(CharSequence text, int at, CharSequence part) {
        if (at < 0 || at + part.length() > text.length()) {
            return false;
        }
        for (int i = 0; i < part.length(); i++) {
            char a = text.charAt(at + i);
            char b = part.charAt(i);
            if (a != b && fold(a) != fold(b)) {
                return false;
            }
        }
        return true;
    }

    static boolean contains(CharSequence text, CharSequence part) {
        if (part.length() == 0) {
            return true;
        }
        char first = fold(part.charAt(0));
        int last = text.length() - part.length();
        for (int i = 0; i <= last; i++) {
            if (fold(text.charAt(i)) == first && regionEquals(text, i, part)) {
                return true;
            }
        }
        return false;
    }
}
