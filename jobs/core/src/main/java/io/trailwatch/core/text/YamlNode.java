package io.trailwatch.core.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value of a YAML text and where it stands. */
public sealed interface YamlNode {
    /** Line on which it begins, from 1. */
    int line();

    /**
     * A text as written, or null.
     *
     * @param text null for YAML's null
     */
    record Scalar(int line, @Nullable String text) implements YamlNode {}

    /** A list. */
    record Sequence(int line, List<YamlNode> items) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** A map, its entries in the order written, no key twice. */
    record Mapping(int line, List<Entry> entries) implements YamlNode {
        public Mapping {
            entries = List.copyOf(entries);
        }

        /** The entry of this key; null when there is none. */
        public @Nullable Entry entry(String key) {
            for (Entry entry : entries) {
                if (entry.key().equals(key)) {
                    return entry;
                }
            }
            return null;
        }
    }

    /**
     * A key with its value.
     *
     * @param line of the key
     */
    record Entry(int line, String key, YamlNode value) {}
}
