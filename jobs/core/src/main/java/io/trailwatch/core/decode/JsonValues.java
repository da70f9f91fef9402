package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Fields of records that others define, read so that a surprise costs a value and not the event:
 * what is absent, null, empty or of another type than scalar is null.
 */
final class JsonValues {
    private JsonValues() {}

    /** Text of the scalar at a path of field names; null when there is none, or an empty one. */
    static @Nullable String text(JsonNode json, String... path) {
        JsonNode node = json;
        for (String field : path) {
            node = node.path(field);
        }
        if (!node.isValueNode() || node.isNull()) {
            return null;
        }
        String text = node.asText();
        return text.isEmpty() ? null : text;
    }

    /** As {@link #text}, of a field that the event cannot do without. */
    static String required(JsonNode json, String... path) throws RejectedException {
        String text = text(json, path);
        if (text == null) {
            throw RejectedException.missing(String.join(".", path));
        }
        return text;
    }

    /** The same through the glance that {@link JsonFields} allows. */
    static @Nullable String text(JsonFields fields, String... path) {
        JsonFields object = fields;
        for (int i = 0; i < path.length - 1; i++) {
            object = object.object(path[i]);
        }
        String text = object.text(path[path.length - 1]);
        return text == null || text.isEmpty() ? null : text;
    }

    /**
     * A name as our event types write it: {@code SignIn}, {@code SIGN_IN} and {@code Sign in}
     * become {@code sign_in}.
     */
    static String snakeCase(String name) {
        StringBuilder snake = new StringBuilder(name.length() + 8);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean word = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!word) {
                underscore(snake);
                continue;
            }
            if (c <= 'Z' && c >= 'A' && i > 0 && Character.isLowerCase(name.charAt(i - 1))) {
                underscore(snake);
            }
            snake.append(c);
        }
        int end = snake.length();
        if (end > 0 && snake.charAt(end - 1) == '_') {
            snake.setLength(end - 1);
        }
        return snake.toString().toLowerCase(Locale.ROOT);
    }

    private static void underscore(StringBuilder snake) {
        if (snake.length() > 0 && snake.charAt(snake.length() - 1) != '_') {
            snake.append('_');
        }
    }
}
