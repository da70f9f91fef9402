package io.trailwatch.core.detect.rule;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values by texts, whatever their case. Unlike a map with a comparator it is asked in one step, and
 * unlike a map of folded keys without making a folded copy of what is sought.
 *
 * @param <V> type of the values
 */
final class FoldedTexts<V> implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Folded; null where a place is free. */
    private final @Nullable String[] keys;

    private final @Nullable Object[] values;

    private FoldedTexts(Map<String, V> byFoldedText) {
        int places = Integer.highestOneBit(Math.max(1, byFoldedText.size())) * 4;
        keys = new String[places];
        values = new Object[places];
        byFoldedText.forEach(
                (text, value) -> {
                    int at = place(text);
                    keys[at] = text;
                    values[at] = value;
                });
    }

    /** Gathers what belongs to each text. */
    static <T, V> FoldedTexts<V> of(Map<String, List<T>> byText, Function<List<T>, V> value) {
        Map<String, V> byFoldedText = new LinkedHashMap<>();
        byText.forEach((text, all) -> byFoldedText.put(CaseFolding.fold(text), value.apply(all)));
        return new FoldedTexts<>(byFoldedText);
    }

    /** The texts alone, each with itself. */
    static FoldedTexts<String> of(Iterable<String> texts) {
        Map<String, String> byFoldedText = new LinkedHashMap<>();
        texts.forEach(text -> byFoldedText.put(CaseFolding.fold(text), text));
        return new FoldedTexts<>(byFoldedText);
    }

    @SuppressWarnings("unchecked") // only values of V are put there
    @Nullable V find(CharSequence text) {
        return (V) values[place(text)];
    }

    boolean has(CharSequence text) {
        return values[place(text)] != null;
    }

    /** Where the text is, or would be; the table is never full. */
    private int place(CharSequence text) {
        int hash = CaseFolding.hash(text);
        int at = (hash ^ hash >>> 16) & keys.length - 1;
        while (true) {
            String key = keys[at];
            if (key == null || CaseFolding.equal(text, key)) {
                return at;
            }
            at = at + 1 & keys.length - 1;
        }
    }
}
