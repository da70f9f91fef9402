package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.trailwatch.event.Provenance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a foreign event in the making. What AWS names keeps the name of AWS, so that a
 * rule can be written from its documentation; what we derive is in snake case. Values that are
 * absent, null or empty are left out.
 */
final class Attributes {
    private final Map<String, String> values = new LinkedHashMap<>();

    Attributes put(String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            values.put(name, value);
        }
        return this;
    }

    /** Objects and arrays become their JSON text. */
    Attributes put(String name, JsonNode value) {
        return value.isMissingNode() || value.isNull()
                ? this
                : put(name, value.isValueNode() ? value.asText() : value.toString());
    }

    /** All fields of an object, but for some. */
    Attributes putAll(JsonNode object, Set<String> except) {
        object.properties()
                .forEach(
                        field -> {
                            if (!except.contains(field.getKey())) {
                                put(field.getKey(), field.getValue());
                            }
                        });
        return this;
    }

    /**
     * What the envelopes said of the event, as {@code aws_account}, {@code aws_region} and {@code
     * aws_log_group}: the table has no columns for them, and without them equal applications of two
     * accounts cannot be told apart. Names without dots, since rules read dots as steps into an
     * object. What the event says itself, put before, stays.
     */
    Attributes putProvenance(Provenance provenance) {
        putIfAbsent("aws_account", provenance.account());
        putIfAbsent("aws_region", provenance.region());
        putIfAbsent("aws_log_group", provenance.logGroup());
        return this;
    }

    Map<String, String> toMap() {
        return Collections.unmodifiableMap(values);
    }

    private void putIfAbsent(String name, String value) {
        if (!values.containsKey(name)) {
            put(name, value);
        }
    }
}
