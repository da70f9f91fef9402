package io.trailwatch.pipeline.function;

import io.trailwatch.event.LogEvent;

/**
 * What events are deduplicated by. In a bounded run Flink sorts by it, field by field in
 * alphabetical order. The hour, which comes first, keeps events of one table partition together and
 * few files open; the hash tells most keys apart within the 16 bytes that Flink compares without
 * reading the record.
 *
 * @param eventHour {@link LogEvent#eventHour}
 * @param hash {@link String#hashCode} of the key
 * @param key {@link LogEvent#key}
 */
public record EventIdentity(int eventHour, int hash, String key) {
    public static EventIdentity of(LogEvent event) {
        return of(event.eventHour(), event.key());
    }

    public static EventIdentity of(long eventHour, String key) {
        return new EventIdentity((int) eventHour, key.hashCode(), key);
    }
}
