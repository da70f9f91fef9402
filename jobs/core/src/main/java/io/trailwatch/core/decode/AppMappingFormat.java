package io.trailwatch.core.decode;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON objects that a mapping of the user reads. Top-level fields that become a column are no
 * attributes, all others are, and that of the outcome too: success tells less than 204.
 *
 * <p>Empty text and {@code -}, which API Gateway writes for what a request does not have, are as
 * good as absent.
 *
 * <p>Identity: {@code map/<mapping>/<event id>}, on the word of the user that the id is unique.
 * Without one: none.
 */
public final class AppMappingFormat implements JsonFormat {
    private static final String PREFIX = "mapping:";

    private final AppMapping mapping;

    /** Top-level fields that columns hold. */
    private final Set<String> mapped;

    public AppMappingFormat(AppMapping mapping) {
        this.mapping = requireNonNull(mapping, "mapping");
        this.mapped = mapped(mapping);
    }

    private static Set<String> mapped(AppMapping mapping) {
        Set<String> mapped = new HashSet<>();
        for (AppMapping.Value value :
                new AppMapping.@Nullable Value[] {
                    mapping.eventId(),
                    mapping.type(),
                    mapping.user(),
                    mapping.session(),
                    mapping.sourceAddress(),
                    mapping.userAgent()
                }) {
            if (value != null && value.path() != null) {
                mapped.add(value.path());
            }
        }
        AppMapping.Time time = mapping.time();
        if (time != null) {
            mapped.add(time.path());
        }
        return mapped;
    }

    @Override
    public String name() {
        return PREFIX + mapping.name();
    }

    @Override
    public LogKind kind() {
        return LogKind.APP_EVENT;
    }

    @Override
    public boolean isFor(String schema) {
        String wanted = mapping.match().schema();
        return wanted.isEmpty() || wanted.equals(schema);
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        AppMapping.Match match = mapping.match();
        if (!provenance.logGroup().startsWith(match.logGroup())) {
            return false;
        }
        for (String field : match.fields()) {
            if (!fields.has(field)) {
                return false;
            }
        }
        for (Map.Entry<String, String> field : match.values().entrySet()) {
            if (!field.getValue().equals(fields.text(field.getKey()))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        AppMapping.Value id = mapping.eventId();
        String path = id == null ? null : id.path();
        String eventId = path == null ? null : glance(fields, path);
        return eventId == null ? List.of("map") : List.of("map", mapping.name(), eventId);
    }

    @Override
    public long hour(JsonFields fields) {
        AppMapping.Time time = mapping.time();
        return time == null ? 0 : time.format().hour(glance(fields, time.path()));
    }

    @Override
    public AppEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        String eventId = value(json, mapping.eventId());
        String type = value(json, mapping.type());
        if (type == null) {
            throw RejectedException.missing(String.valueOf(mapping.type().path()));
        }
        return new AppEvent(
                name(),
                eventId != null ? eventId : event.key(),
                time(json, event),
                type,
                value(json, mapping.user()),
                value(json, mapping.session()),
                value(json, mapping.sourceAddress()),
                value(json, mapping.userAgent()),
                outcome(json, mapping.outcome()),
                new Attributes().putAll(json, mapped).putProvenance(event.provenance()).toMap(),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    private Instant time(ObjectNode json, LogEvent event) throws RejectedException {
        AppMapping.Time time = mapping.time();
        if (time == null) {
            return TimeFormat.withoutOwn(event);
        }
        String text = text(json, time.path());
        if (text == null) {
            throw RejectedException.missing(time.path());
        }
        return time.format().parse(time.path(), text);
    }

    private static @Nullable String value(ObjectNode json, AppMapping.@Nullable Value value) {
        if (value == null) {
            return null;
        }
        String path = value.path();
        return path == null ? value.literal() : text(json, path);
    }

    private static @Nullable String outcome(ObjectNode json, AppMapping.@Nullable Outcome outcome) {
        String text = outcome == null ? null : text(json, outcome.path());
        if (outcome == null || text == null) {
            return null;
        }
        String said = outcome.values().get(text);
        if (said != null || outcome.successBelow() == 0) {
            return said;
        }
        try {
            return Integer.parseInt(text) < outcome.successBelow()
                    ? AppEvent.SUCCESS
                    : AppEvent.FAILURE;
        } catch (NumberFormatException noStatus) {
            return null;
        }
    }

    /** Text at a path. A field whose own name is the whole path goes before steps into objects. */
    private static @Nullable String text(JsonNode json, String path) {
        JsonNode node = json;
        if (json.has(path)) {
            node = json.path(path);
        } else {
            for (String field : path.split("\\.", -1)) {
                node = node.path(field);
            }
        }
        return present(JsonValues.text(node));
    }

    private static @Nullable String glance(JsonFields fields, String path) {
        return present(
                fields.has(path)
                        ? fields.text(path)
                        : JsonValues.text(fields, path.split("\\.", -1)));
    }

    private static @Nullable String present(@Nullable String text) {
        return text == null || text.isEmpty() || text.equals("-") ? null : text;
    }
}
