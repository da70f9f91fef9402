package io.trailwatch.core.detect.correlation;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one key: keyed state of an engine, or plain maps. The fold reads and writes
 * single entries only, never walks a table, and never changes what it was given.
 */
public interface CorrelationState {
    /** The running totals; null for a key without hits. */
    @Nullable CorrelationWindow window();

    void update(CorrelationWindow window);

    /** Hits of the window, by number. */
    Table<Long, KeptHit> hits();

    /** How many hits have an item. */
    Table<String, Integer> items();

    /** Nodes of {@link RankedValues}. */
    Table<Long, int[]> ranks();

    /** Forgets all. */
    void clear();

    /** Entries that are read and written one by one. */
    interface Table<K, V> {
        @Nullable V get(K key);

        void put(K key, V value);

        void remove(K key);
    }
}
