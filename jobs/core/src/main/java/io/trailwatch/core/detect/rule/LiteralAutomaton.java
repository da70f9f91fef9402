package io.trailwatch.core.detect.rule;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/**
 * Finds all of many texts in one pass, whatever their case (A. Aho, M. Corasick, "Efficient string
 * matching: an aid to bibliographic search", CACM 18(6), 1975), with failure links resolved into a
 * transition table: one look-up per character, however many texts there are.
 *
 * <p>The table has a row per prefix of a text and a column per character that occurs in one.
 */
final class LiteralAutomaton {
    private static final int ASCII = 128;

    /** Told of each text found, by its number; may be told of the same one several times. */
    interface Found {
        void literal(int number);
    }

    /** Column of ASCII characters, unfolded; 0 for those in no text. */
    private final int[] asciiColumns = new int[ASCII];

    /** Folded characters beyond ASCII, sorted, and their columns. */
    private final char[] otherChars;

    private final int[] otherColumns;
    private final int columns;

    /** Row of the next state by row of the state plus column; negative where a text ends there. */
    private final int[] next;

    /** By state: number of the text that ends here, or -1. */
    private final int[] ends;

    /** By state: the next shorter state at which a text ends, itself included; 0 for none. */
    private final int[] ending;

    /** By state: the same without itself. */
    private final int[] shorter;

    /**
     * @param texts folded, different, none empty
     */
    LiteralAutomaton(List<String> texts) {
        char[] chars = distinct(texts);
        int ascii = 0;
        while (ascii < chars.length && chars[ascii] < ASCII) {
            asciiColumns[chars[ascii]] = ascii + 1;
            ascii++;
        }
        for (char c = 'A'; c <= 'Z'; c++) {
            asciiColumns[c] = asciiColumns[CaseFolding.fold(c)];
        }
        otherChars = Arrays.copyOfRange(chars, ascii, chars.length);
        otherColumns = new int[otherChars.length];
        for (int i = 0; i < otherColumns.length; i++) {
            otherColumns[i] = ascii + 1 + i;
        }
        columns = chars.length + 1;

        int limit = 1 + texts.stream().mapToInt(String::length).sum();
        int[] table = new int[limit * columns];
        int[] endOf = new int[limit];
        Arrays.fill(endOf, -1);
        int states = 1;
        for (int number = 0; number < texts.size(); number++) {
            int state = 0;
            for (int i = 0; i < texts.get(number).length(); i++) {
                int at = state * columns + column(texts.get(number).charAt(i));
                if (table[at] == 0) {
                    table[at] = states++;
                }
                state = table[at];
            }
            endOf[state] = number;
        }
        next = Arrays.copyOf(table, states * columns);
        ends = Arrays.copyOf(endOf, states);
        ending = new int[states];
        shorter = new int[states];
        resolve(states);
    }

    private static char[] distinct(List<String> texts) {
        return texts.stream()
                .flatMapToInt(String::chars)
                .sorted()
                .distinct()
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .toCharArray();
    }

    /** Fills what the trie leaves open with the transitions of the longest proper suffix. */
    private void resolve(int states) {
        int[] suffix = new int[states];
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        for (int column = 0; column < columns; column++) {
            if (next[column] != 0) {
                queue.add(next[column]);
            }
        }
        while (!queue.isEmpty()) {
            int state = queue.remove();
            shorter[state] = ending[suffix[state]];
            ending[state] = ends[state] >= 0 ? state : shorter[state];
            for (int column = 0; column < columns; column++) {
                int at = state * columns + column;
                int ofSuffix = next[suffix[state] * columns + column];
                if (next[at] == 0) {
                    next[at] = ofSuffix;
                } else {
                    suffix[next[at]] = ofSuffix;
                    queue.add(next[at]);
                }
            }
        }
        for (int at = 0; at < next.length; at++) {
            int state = next[at];
            next[at] = state * columns | (ending[state] == 0 ? 0 : Integer.MIN_VALUE);
        }
    }

    private int column(char c) {
        if (c < ASCII) {
            return asciiColumns[c];
        }
        char folded = CaseFolding.fold(c);
        if (folded < ASCII) {
            return asciiColumns[folded];
        }
        int at = Arrays.binarySearch(otherChars, folded);
        return at < 0 ? 0 : otherColumns[at];
    }

    void find(CharSequence text, Found found) {
        int row = 0;
        for (int i = 0; i < text.length(); i++) {
            int reached = next[row + column(text.charAt(i))];
            row = reached & Integer.MAX_VALUE;
            if (reached < 0) {
                for (int end = ending[row / columns]; end != 0; end = shorter[end]) {
                    found.literal(ends[end]);
                }
            }
        }
    }

    /** Size of its tables, for those who count memory. */
    long bytes() {
        return 4L * (next.length + 3L * ends.length);
    }
}
