package io.trailwatch.core.detect.correlation;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** State in memory, for runs without an engine. */
public final class CorrelationStateInMaps implements CorrelationState {
    private final MapTable<Long, KeptHit> hits = new MapTable<>();
    private final MapTable<String, Integer> items = new MapTable<>();
    private final MapTable<Long, int[]> ranks = new MapTable<>();
    private @Nullable CorrelationWindow window;

    @Override
    public @Nullable CorrelationWindow window() {
        return window;
    }

    @Override
    public void update(CorrelationWindow next) {
        window = next;
    }

    @Override
    public Table<Long, KeptHit> hits() {
        return hits;
    }

    @Override
    public Table<String, Integer> items() {
        return items;
    }

    @Override
    public Table<Long, int[]> ranks() {
        return ranks;
    }

    @Override
    public void clear() {
        window = null;
        hits.entries.clear();
        items.entries.clear();
        ranks.entries.clear();
    }

    /** Entries in all tables. */
    public int size() {
        return hits.entries.size() + items.entries.size() + ranks.entries.size();
    }

    private static final class MapTable<K, V> implements Table<K, V> {
        private final Map<K, V> entries = new HashMap<>();

        @Override
        public @Nullable V get(K key) {
            return entries.get(key);
        }

        @Override
        public void put(K key, V value) {
            entries.put(key, value);
        }

        @Override
        public void remove(K key) {
            entries.remove(key);
        }
    }
}
