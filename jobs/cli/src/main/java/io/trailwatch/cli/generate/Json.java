package io.trailwatch.cli.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON as it stands in the simulation's stories: single quotes, so that it can be read there. */
final class Json {
    static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

    private Json() {}

    /** An object from single-quoted JSON; {@code %s} are replaced as in {@link String#format}. */
    static ObjectNode object(String template, Object... values) {
        try {
            return (ObjectNode) MAPPER.readTree(template.formatted(values));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON object: " + template, e);
        }
    }

    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON", e);
        }
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }
}
