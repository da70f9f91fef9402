package io.trailwatch.pipeline.function;

import io.trailwatch.event.LogEvent;

/**
 * What events are deduplicated by. In a bounded run Flink sorts by it, field by field, so that the
 * hour, which comes first, keeps events of one table partition together and few files open.
 *
 * @param eventHour {@link LogEvent#eventHour}
 * @param key {@link LogEvent#key}
 */
public record EventIdentity(long eventHour, String key) {
    public static EventIdentity of(LogEvent event) {
        return new EventIdentity(event.eventHour(), event.key());
    }
}
