package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * DynamoDB's typed values as plain JSON (Amazon DynamoDB API Reference, {@code AttributeValue}):
 * <code>{"M":{"age":{"N":"35"}}}</code> becomes <code>{"age":35}</code>. Binary values stay Base64.
 * What is no typed value is kept as it is.
 */
final class TypedValues {
    /** 38 digits, and at most 130 more before or behind them. */
    private static final int MAX_NUMBER_CHARS = 200;

    private static final int MAX_SCALE = 200;
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private TypedValues() {}

    /** An item: a map from names to typed values. Of another type it is kept as it is. */
    static JsonNode item(JsonNode item) {
        if (!item.isObject()) {
            return item;
        }
        ObjectNode plain = NODES.objectNode();
        item.properties().forEach(field -> plain.set(field.getKey(), value(field.getValue())));
        return plain;
    }

    private static JsonNode value(JsonNode typed) {
        if (!typed.isObject() || typed.size() != 1) {
            return typed;
        }
        Map.Entry<String, JsonNode> only = typed.properties().iterator().next();
        JsonNode plain = plain(only.getKey(), only.getValue());
        return plain == null ? typed : plain;
    }

    /** The value of a type; null where it is no such value. */
    private static @Nullable JsonNode plain(String type, JsonNode value) {
        return switch (type) {
            case "S", "B" -> value.isTextual() ? value : null;
            case "N" -> number(value);
            case "BOOL" -> value.isBoolean() ? value : null;
            case "NULL" -> value.isBoolean() ? NODES.nullNode() : null;
            case "M" -> value.isObject() ? item(value) : null;
            case "L" -> value.isArray() ? elements(value) : null;
            case "SS", "BS" -> allText(value) ? value : null;
            case "NS" -> numbers(value);
            default -> null;
        };
    }

    private static ArrayNode elements(JsonNode list) {
        ArrayNode plain = NODES.arrayNode(list.size());
        list.forEach(element -> plain.add(value(element)));
        return plain;
    }

    private static boolean allText(JsonNode set) {
        if (!set.isArray()) {
            return false;
        }
        for (JsonNode element : set) {
            if (!element.isTextual()) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable JsonNode numbers(JsonNode set) {
        if (!set.isArray()) {
            return null;
        }
        ArrayNode numbers = NODES.arrayNode(set.size());
        for (JsonNode element : set) {
            JsonNode number = number(element);
            if (number == null) {
                return null;
            }
            numbers.add(number);
        }
        return numbers;
    }

    private static @Nullable JsonNode number(JsonNode value) {
        String text = value.textValue();
        if (text == null || text.length() > MAX_NUMBER_CHARS || !NUMBER.matcher(text).matches()) {
            return null;
        }
        BigDecimal number = new BigDecimal(text);
        return Math.abs(number.scale()) > MAX_SCALE ? null : NODES.numberNode(number);
    }
}
