package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One CloudTrail record (document "CloudTrail record contents for management, data, and network
 * activity events").
 *
 * @param json the whole record; fields unknown here are in it
 * @param time eventTime
 * @param eventId eventID; null in the oldest records
 * @param eventSource such as {@code iam.amazonaws.com}
 * @param eventName such as {@code CreateUser}
 * @param sourceAddress sourceIPAddress: an address, the name of a service, or {@code AWS Internal}
 * @param window what an aggregated event stands for; null for all others
 */
public record CloudTrailEvent(
        ObjectNode json,
        Instant time,
        @Nullable String eventId,
        String eventSource,
        String eventName,
        @Nullable String sourceAddress,
        @Nullable Window window)
        implements EventBody {
    /** An event that is of one call. */
    public CloudTrailEvent(
            ObjectNode json,
            Instant time,
            @Nullable String eventId,
            String eventSource,
            String eventName,
            @Nullable String sourceAddress) {
        this(json, time, eventId, eventSource, eventName, sourceAddress, null);
    }

    /**
     * The window of an aggregated event.
     *
     * @param count calls within it; null where the summary tells none
     */
    public record Window(Instant start, Instant end, @Nullable Integer count) {}

    /**
     * Text at a path of field names, such as {@code ("userIdentity", "arn")}; null when absent,
     * JSON null or no scalar.
     */
    public @Nullable String text(String... path) {
        JsonNode node = json;
        for (String field : path) {
            node = node.path(field);
        }
        return node.isValueNode() && !node.isNull() ? node.asText() : null;
    }
}
