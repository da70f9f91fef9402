package io.trailwatch.pipeline.rules;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a folder of rules holds at one time.
 *
 * @param texts by file, named relative to the folder with {@code /}
 * @param unreadable files of which nothing could be read, with the reason
 */
public record RuleTexts(Map<String, String> texts, Map<String, String> unreadable) {
    public static final RuleTexts NONE = new RuleTexts(Map.of(), Map.of());

    public RuleTexts {
        texts = Collections.unmodifiableMap(new TreeMap<>(texts));
        unreadable = Collections.unmodifiableMap(new TreeMap<>(unreadable));
    }
}
