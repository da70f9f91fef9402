package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.quarantine.RejectReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads CloudTrail records of major version 1, of any minor version, with any further fields. An
 * Insights record has its eventSource and eventName within insightDetails.
 */
final class CloudTrailDecoder {
    private static final String INSIGHT = "insightDetails";

    private CloudTrailDecoder() {}

    static CloudTrailEvent decode(ObjectNode json) throws RejectedException {
        requireKnownVersion(text(json, "eventVersion"));
        String eventId = text(json, "eventID");
        return new CloudTrailEvent(
                json,
                time(json),
                eventId != null ? eventId : text(json, "eventId"),
                required(json, "eventSource"),
                required(json, "eventName"),
                text(json, "sourceIPAddress"));
    }

    private static void requireKnownVersion(@Nullable String version) throws RejectedException {
        if (version != null && !version.equals("1") && !version.startsWith("1.")) {
            throw new RejectedException(
                    RejectReason.UNKNOWN_VERSION,
                    "eventVersion is '%s', known is major version 1".formatted(version));
        }
    }

    /** Logstash moves eventTime to {@code @timestamp}. */
    private static Instant time(ObjectNode json) throws RejectedException {
        for (String field : new String[] {"eventTime", "@timestamp"}) {
            String text = text(json, field);
            if (text != null) {
                return EventTimes.parse(field, text);
            }
        }
        throw RejectedException.missing("eventTime");
    }

    private static String required(ObjectNode json, String field) throws RejectedException {
        String value = text(json, field);
        if (value == null) {
            value = text(json.path(INSIGHT), field);
        }
        if (value == null) {
            throw RejectedException.missing(field);
        }
        return value;
    }

    private static @Nullable String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }
}
