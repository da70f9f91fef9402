package io.trailwatch.core.decode;

import io.trailwatch.core.text.PlainYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads the user's mappings of JSON to application events from a YAML file:
 *
 * <pre>{@code
 * mappings:
 *   - name: shop                       # small letters, digits and hyphens
 *     match:                           # all that is given must hold
 *       fields: [order, at]            # top-level fields that are there
 *       values: {kind: checkout}       # top-level fields and their text
 *       log_group: /shop/              # beginning of the log group's name
 *       schema: order_placed           # its schema in the Glue Schema Registry
 *     event:                           # only type must be given
 *       event_id: order.id             # path of fields, unique to the event
 *       time: {path: at, format: epoch-millis}
 *       type: {literal: shop.checkout} # or a path
 *       user: customer
 *       session: cookie
 *       source_ip: client.ip
 *       user_agent: client.agent
 *       outcome: {path: status, success_below: 400, values: {aborted: failure}}
 * }</pre>
 *
 * A mapping is understood in full or refused. The first one that matches an object counts.
 */
public final class AppMappings {
    private static final int MAX_CHARS = 256 * 1024;
    private static final int MAX_NESTING = 10;
    private static final int MAX_SUCCESS_BELOW = 1_000_000;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final Set<String> OUTCOMES = Set.of(AppEvent.SUCCESS, AppEvent.FAILURE);

    private final String file;

    /** Name of the mapping being read, or its place in the list. */
    private String mapping = "";

    private AppMappings(String file) {
        this.file = file;
    }

    /**
     * Mappings of a file, in its order.
     *
     * @throws AppMappingException if the file cannot be read, or a mapping not be used
     */
    public static List<AppMapping> read(Path file) {
        try {
            if (Files.size(file) > 4L * MAX_CHARS) {
                throw new AppMappingException(
                        "%s has %d bytes, limit %d".formatted(file, Files.size(file), MAX_CHARS),
                        null);
            }
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new AppMappingException("%s cannot be read: %s".formatted(file, e), e);
        }
    }

    /**
     * Mappings of a YAML text.
     *
     * @param file name for messages
     * @throws AppMappingException if a mapping cannot be used
     */
    public static List<AppMapping> parse(String file, String text) {
        return new AppMappings(file).mappings(text);
    }

    private List<AppMapping> mappings(String text) {
        Map<String, Object> document = map("", load(text), Set.of("mappings"));
        List<AppMapping> mappings = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Object entry : list("mappings", document.get("mappings"))) {
            mapping = "number " + (mappings.size() + 1);
            Map<String, Object> fields = map("", entry, Set.of("name", "match", "event"));
            String name = text("name", fields.get("name"));
            if (!NAME.matcher(name).matches()) {
                throw refused("name", name, "up to 64 small letters, digits and hyphens");
            }
            mapping = "'" + name + "'";
            if (!names.add(name)) {
                throw refused("name", name, "the name of no other mapping");
            }
            mappings.add(mapping(name, fields));
        }
        if (mappings.isEmpty()) {
            throw refused("mappings", "empty", "a list of at least one mapping");
        }
        return List.copyOf(mappings);
    }

    private @Nullable Object load(String text) {
        try {
            return PlainYaml.reader(MAX_NESTING, MAX_CHARS).load(text);
        } catch (YAMLException e) {
            throw new AppMappingException(
                    "%s is no YAML read here: %s".formatted(file, e.getMessage()), e);
        }
    }

    private AppMapping mapping(String name, Map<String, Object> fields) {
        AppMapping.Match match = match(fields.get("match"));
        Map<String, Object> event =
                map(
                        "event",
                        fields.get("event"),
                        Set.of(
                                "event_id",
                                "time",
                                "type",
                                "user",
                                "session",
                                "source_ip",
                                "user_agent",
                                "outcome"));
        AppMapping.Value type = value(event, "type");
        if (type == null) {
            throw missing("event.type");
        }
        AppMapping.Value eventId = value(event, "event_id");
        if (eventId != null && eventId.literal() != null) {
            throw refused("event.event_id", eventId.literal(), "a path: a literal is not unique");
        }
        return new AppMapping(
                name,
                match,
                eventId,
                time(event.get("time")),
                type,
                value(event, "user"),
                value(event, "session"),
                value(event, "source_ip"),
                value(event, "user_agent"),
                outcome(event.get("outcome")));
    }

    private AppMapping.Match match(@Nullable Object json) {
        Map<String, Object> match =
                map("match", json, Set.of("fields", "values", "log_group", "schema"));
        List<String> fields = new ArrayList<>();
        if (match.containsKey("fields")) {
            list("match.fields", match.get("fields"))
                    .forEach(field -> fields.add(text("match.fields", field)));
        }
        Map<String, String> values = texts("match.values", match.get("values"));
        String logGroup =
                match.containsKey("log_group")
                        ? text("match.log_group", match.get("log_group"))
                        : "";
        String schema =
                match.containsKey("schema") ? text("match.schema", match.get("schema")) : "";
        if (fields.isEmpty() && values.isEmpty() && logGroup.isEmpty() && schema.isEmpty()) {
            throw refused("match", "empty", "at least one of fields, values, log_group, schema");
        }
        return new AppMapping.Match(fields, values, logGroup, schema);
    }

    private AppMapping.@Nullable Value value(Map<String, Object> event, String name) {
        Object value = event.get(name);
        if (value == null) {
            return null;
        }
        String field = "event." + name;
        if (!(value instanceof Map<?, ?>)) {
            return new AppMapping.Value(path(field, value), null);
        }
        Map<String, Object> fields = map(field, value, Set.of("path", "literal"));
        if (fields.size() != 1) {
            throw refused(field, fields.toString(), "a path, or one of path and literal");
        }
        return fields.containsKey("literal")
                ? new AppMapping.Value(null, text(field + ".literal", fields.get("literal")))
                : new AppMapping.Value(path(field + ".path", fields.get("path")), null);
    }

    private AppMapping.@Nullable Time time(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof Map<?, ?>)) {
            return new AppMapping.Time(path("event.time", value), TimeFormat.ISO_8601);
        }
        Map<String, Object> fields = map("event.time", value, Set.of("path", "format"));
        TimeFormat format = TimeFormat.ISO_8601;
        if (fields.containsKey("format")) {
            String label = text("event.time.format", fields.get("format"));
            format =
                    Arrays.stream(TimeFormat.values())
                            .filter(known -> known.label().equals(label))
                            .findFirst()
                            .orElseThrow(
                                    () -> refused("event.time.format", label, knownTimeFormats()));
        }
        return new AppMapping.Time(path("event.time.path", fields.get("path")), format);
    }

    private static String knownTimeFormats() {
        return "one of "
                + Arrays.stream(TimeFormat.values())
                        .map(TimeFormat::label)
                        .collect(Collectors.joining(", "));
    }

    private AppMapping.@Nullable Outcome outcome(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        Map<String, Object> fields =
                map("event.outcome", value, Set.of("path", "values", "success_below"));
        Map<String, String> values = texts("event.outcome.values", fields.get("values"));
        values.forEach(
                (said, outcome) -> {
                    if (!OUTCOMES.contains(outcome)) {
                        throw refused(
                                "event.outcome.values." + said, outcome, "success or failure");
                    }
                });
        int successBelow =
                fields.containsKey("success_below")
                        ? number("event.outcome.success_below", fields.get("success_below"))
                        : 0;
        if (values.isEmpty() && successBelow == 0) {
            throw refused(
                    "event.outcome", fields.toString(), "given values, success_below, or both");
        }
        return new AppMapping.Outcome(
                path("event.outcome.path", fields.get("path")), values, successBelow);
    }

    private int number(String field, @Nullable Object value) {
        String text = text(field, value);
        String expected = "a whole number from 1 to " + MAX_SUCCESS_BELOW;
        try {
            int number = Integer.parseInt(text);
            if (number < 1 || number > MAX_SUCCESS_BELOW) {
                throw refused(field, text, expected);
            }
            return number;
        } catch (NumberFormatException e) {
            throw refused(field, text, expected);
        }
    }

    private String path(String field, @Nullable Object value) {
        String path = text(field, value);
        if (Arrays.stream(path.split("\\.", -1)).anyMatch(String::isBlank)) {
            throw refused(field, path, "names of fields divided by dots");
        }
        return path;
    }

    private Map<String, String> texts(String field, @Nullable Object value) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (value != null) {
            if (!(value instanceof Map<?, ?> map)) {
                throw refused(field, String.valueOf(value), "a map of texts");
            }
            map.forEach(
                    (name, text) ->
                            texts.put(String.valueOf(name), text(field + "." + name, text)));
        }
        return texts;
    }

    private String text(String field, @Nullable Object value) {
        if (value == null) {
            throw missing(field);
        }
        if (!(value instanceof String text) || text.isBlank()) {
            throw refused(field, String.valueOf(value), "text");
        }
        return text;
    }

    private List<?> list(String field, @Nullable Object value) {
        if (value == null) {
            throw missing(field);
        }
        if (!(value instanceof List<?> list)) {
            throw refused(field, String.valueOf(value), "a list");
        }
        return list;
    }

    private Map<String, Object> map(String field, @Nullable Object value, Set<String> known) {
        if (value == null && !field.isEmpty()) {
            throw missing(field);
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw refused(field, String.valueOf(value), "a map");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        map.forEach(
                (key, entry) -> {
                    String name = String.valueOf(key);
                    if (!known.contains(name)) {
                        throw refused(
                                field.isEmpty() ? name : field + "." + name,
                                "unknown",
                                "one of " + String.join(", ", new TreeSet<>(known)));
                    }
                    if (entry != null) {
                        fields.put(name, entry);
                    }
                });
        return fields;
    }

    private AppMappingException missing(String field) {
        return new AppMappingException("%s: %s%s is missing".formatted(file, where(), field), null);
    }

    private AppMappingException refused(String field, String value, String expected) {
        String shown = value.length() <= 100 ? value : value.substring(0, 100) + "...";
        return new AppMappingException(
                "%s: %s%s is '%s', must be %s"
                        .formatted(
                                file,
                                where(),
                                field.isEmpty() ? "content" : field,
                                shown,
                                expected),
                null);
    }

    private String where() {
        return mapping.isEmpty() ? "" : "mapping " + mapping + ": ";
    }
}
