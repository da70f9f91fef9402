package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dotted field name of a rule, such as {@code userIdentity.sessionContext.attributes}. Arrays on
 * the way and at the end stand for each of their elements, at every level; an array as a whole is
 * no value. An object at the end is its compact JSON text, which public rules search ({@code
 * requestParameters|contains}).
 */
final class FieldPath implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String[] segments;
    private final @Nullable VirtualField virtual;

    FieldPath(String name) {
        this.name = name;
        this.segments = name.split("\\.", -1);
        for (int i = 0; i < segments.length; i++) {
            segments[i] = segments[i].intern(); // Jackson's names are: look-ups need not compare
        }
        this.virtual = VirtualField.ofLabel(name);
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

    int depth() {
        return segments.length;
    }

    String segment(int at) {
        return segments[at];
    }

    /** Whether it names a field at the top. */
    boolean isPlain() {
        return segments.length == 1;
    }

    @Nullable VirtualField virtual() {
        return virtual;
    }

    /** Whether one of the values found here passes the test. Null and missing values never do. */
    boolean any(EventFields event, ValueTest test) {
        if (virtual != null) {
            return event.any(virtual, test);
        }
        JsonNode tree = event.tree();
        if (tree == null) {
            String text = event.plain(this);
            if (text != null) {
                return test.matches(text);
            }
            tree = event.tree(this);
        }
        return tree != null && any(event, tree, 0, test);
    }

    private boolean any(EventFields event, JsonNode node, int depth, ValueTest test) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                if (any(event, node.get(i), depth, test)) {
                    return true;
                }
            }
            return false;
        }
        if (depth == segments.length) {
            if (node.isTextual()) {
                return test.matches(node.textValue());
            }
            if (node.isNull()) {
                return false;
            }
            if (node.isNumber()) {
                return test.matchesNumber(node);
            }
            return node.isValueNode()
                    ? test.matches(node.asText())
                    : test.matchesObject(event, node);
        }
        JsonNode child = node.get(segments[depth]);
        return child != null && any(event, child, depth + 1, test);
    }

    /** Whether the field is there, whatever its value, null included. */
    boolean exists(EventFields event) {
        if (virtual != null) {
            return event.any(virtual, ValueTest.ANYTHING);
        }
        JsonNode tree = event.tree();
        if (tree == null) {
            if (event.plain(this) != null) {
                return true;
            }
            tree = event.tree(this);
        }
        return tree != null && exists(tree, 0);
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

    /** A scalar as rules see it; null for JSON null. */
    static @Nullable String scalarText(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue();
        }
        return node.isNull() ? null : node.asText();
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
