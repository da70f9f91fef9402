package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads application events in JSON: the fields of {@code app_event.avsc}, time as ISO-8601 text.
 * Attributes that are objects or arrays become their JSON text, those that are null are left out.
 */
final class AppEventDecoder {
    private AppEventDecoder() {}

    static AppEvent decode(ObjectNode json, byte[] payload) throws RejectedException {
        return new AppEvent(
                required(json, "event_id"),
                EventTimes.parse("time", required(json, "time")),
                required(json, "type"),
                text(json, "user"),
                text(json, "session"),
                text(json, "source_ip"),
                text(json, "user_agent"),
                text(json, "outcome"),
                attributes(json.path("attributes")),
                new String(payload, StandardCharsets.UTF_8));
    }

    private static Map<String, String> attributes(JsonNode json) throws RejectedException {
        if (json.isMissingNode() || json.isNull()) {
            return Map.of();
        }
        if (!json.isObject()) {
            throw RejectedException.invalid("attributes", json.toString(), "an object");
        }
        Map<String, String> attributes = new HashMap<>();
        Iterator<Map.Entry<String, JsonNode>> fields = json.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode value = field.getValue();
            if (!value.isNull()) {
                attributes.put(
                        field.getKey(), value.isValueNode() ? value.asText() : value.toString());
            }
        }
        return Map.copyOf(attributes);
    }

    private static String required(ObjectNode json, String field) throws RejectedException {
        String value = text(json, field);
        if (value == null) {
            throw RejectedException.missing(field);
        }
        return value;
    }

    private static @Nullable String text(ObjectNode json, String field) throws RejectedException {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isValueNode()) {
            throw RejectedException.invalid(field, value.toString(), "text");
        }
        return value.asText();
    }
}
