package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reading of JSON records whose optional fields may hold anything: what is not of the type that is
 * asked for is absent.
 */
final class JsonRecord {
    private JsonRecord() {}

    /** Text of a scalar; null when absent, null or no scalar. */
    static @Nullable String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }

    /** As {@link #text}, and null for empty text and {@code -}. */
    static @Nullable String filled(JsonNode json, String field) {
        String text = text(json, field);
        return text == null || text.isEmpty() || text.equals("-") ? null : text;
    }

    static String required(JsonNode json, String field) throws RejectedException {
        String text = text(json, field);
        if (text == null) {
            throw RejectedException.missing(field);
        }
        return text;
    }

    /** A whole number from 0 to {@code max}, also written as text. */
    static @Nullable Integer whole(JsonNode json, String field, int max) {
        Long value = LogColumns.whole(text(json, field), max);
        return value == null ? null : value.intValue();
    }

    /** Scalars of an array; a scalar alone counts as an array of one. */
    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        if (array.isArray()) {
            for (JsonNode element : array) {
                if (element.isValueNode() && !element.isNull()) {
                    texts.add(element.asText());
                }
            }
        } else if (array.isValueNode() && !array.isNull()) {
            texts.add(array.asText());
        }
        return texts;
    }

    /** A time in ISO-8601 with an offset; null where there is none that can be read. */
    static @Nullable Instant time(JsonNode json, String field) {
        String text = text(json, field);
        if (text == null) {
            return null;
        }
        try {
            return EventTimes.parse(field, text);
        } catch (RejectedException unreadable) {
            return null; // optional: unmapped keeps what it says
        }
    }

    /** JSON text of an object or array; the text of a scalar; null when absent or null. */
    static @Nullable String json(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /**
     * Which fields of a format have a place of their own.
     *
     * @param paths dotted paths; a path also stands for all below it
     * @param parents paths above these
     */
    record Mapped(Set<String> paths, Set<String> parents) {
        static Mapped of(String... paths) {
            Set<String> parents = new HashSet<>();
            for (String path : paths) {
                for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
                    parents.add(path.substring(0, dot));
                }
            }
            return new Mapped(
                    Arrays.stream(paths).collect(Collectors.toUnmodifiableSet()),
                    Set.copyOf(parents));
        }

        /** All other fields that hold something, by their path, values as JSON text. */
        Map<String, String> unmapped(ObjectNode json) {
            Map<String, String> unmapped = new LinkedHashMap<>();
            collect("", json, unmapped);
            return unmapped;
        }

        private static boolean isEmpty(JsonNode value) {
            return value.isNull()
                    || value.isContainerNode() && value.isEmpty()
                    || value.isTextual() && value.textValue().isEmpty();
        }

        private void collect(String prefix, JsonNode object, Map<String, String> unmapped) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                String path = prefix + field.getKey();
                JsonNode value = field.getValue();
                if (paths.contains(path) || isEmpty(value)) {
                    continue;
                }
                if (value.isObject() && parents.contains(path)) {
                    collect(path + ".", value, unmapped);
                } else {
                    String text = json(value);
                    if (text != null) {
                        unmapped.put(path, text);
                    }
                }
            }
        }
    }
}
