package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dotted field name of a rule, such as {@code userIdentity.sessionContext.attributes}. Arrays on
 * the way and at the end stand for each of their elements.
 */
final class FieldPath implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String[] segments;

    FieldPath(String name) {
        this.name = name;
        this.segments = name.split("\\.", -1);
    }

    static boolean isValid(String name) {
        return Arrays.stream(name.split("\\.", -1)).noneMatch(String::isBlank);
    }

    String name() {
        return name;
    }

    List<String> segments() {
        return List.of(segments);
    }

    /** Whether one of the values found here passes the test. Null and missing values never do. */
    boolean any(JsonNode event, ValueTest test) {
        return any(event, 0, test);
    }

    private boolean any(JsonNode node, int depth, ValueTest test) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                if (any(node.get(i), depth, test)) {
                    return true;
                }
            }
            return false;
        }
        if (depth == segments.length) {
            String text = text(node);
            return text != null && test.matches(text);
        }
        JsonNode child = node.get(segments[depth]);
        return child != null && any(child, depth + 1, test);
    }

    /** Whether the field is there, whatever its value, null included. */
    boolean exists(JsonNode event) {
        return exists(event, 0);
    }

    private boolean exists(JsonNode node, int depth) {
        if (depth == segments.length) {
            return true;
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                if (exists(node.get(i), depth)) {
                    return true;
                }
            }
            return false;
        }
        JsonNode child = node.get(segments[depth]);
        return child != null && exists(child, depth + 1);
    }

    /** A value as rules see it: scalars as text, objects as compact JSON; null for JSON null. */
    static @Nullable String text(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isNull()) {
            return null;
        }
        return node.isValueNode() ? node.asText() : node.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldPath path && name.equals(path.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
