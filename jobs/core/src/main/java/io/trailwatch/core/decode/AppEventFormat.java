package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Application events in JSON: the fields of {@code app_event.avsc}, time as ISO-8601 text.
 * Attributes that are objects or arrays become their JSON text, those that are null are left out.
 *
 * <p>Identity: {@code app/<event_id>}, which the application promises to give once.
 */
final class AppEventFormat implements JsonFormat {
    static final AppEventFormat INSTANCE = new AppEventFormat();

    private AppEventFormat() {}

    @Override
    public String name() {
        return "json";
    }

    @Override
    public LogKind kind() {
        return LogKind.APP_EVENT;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        return fields.text("event_id") != null && fields.has("type") && fields.has("time");
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String eventId = fields.text("event_id");
        return eventId == null || eventId.isEmpty() ? List.of("app") : List.of("app", eventId);
    }

    @Override
    public long hour(JsonFields fields) {
        return EventTimes.hour(fields.text("time"));
    }

    @Override
    public AppEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        return new AppEvent(
                AppEvent.OWN_SCHEMA,
                null,
                required(json, "event_id"),
                EventTimes.parse("time", required(json, "time")),
                required(json, "type"),
                text(json, "user"),
                text(json, "session"),
                text(json, "source_ip"),
                text(json, "user_agent"),
                text(json, "outcome"),
                attributes(json.path("attributes")),
                new String(event.payload(), StandardCharsets.UTF_8),
                json);
    }

    private static Map<String, String> attributes(JsonNode json) throws RejectedException {
        if (json.isMissingNode() || json.isNull()) {
            return Map.of();
        }
        if (!json.isObject()) {
            throw RejectedException.invalid("attributes", json.toString(), "an object");
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        Iterator<Map.Entry<String, JsonNode>> fields = json.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode value = field.getValue();
            if (!value.isNull()) {
                attributes.put(
                        field.getKey(), value.isValueNode() ? value.asText() : value.toString());
            }
        }
        return Collections.unmodifiableMap(attributes);
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
