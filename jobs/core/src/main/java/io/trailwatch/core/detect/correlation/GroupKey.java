package io.trailwatch.core.detect.correlation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * What is counted together: the version of a definition, {@value Correlation#VERSION_CHARS}
 * hexadecimal digits, followed by the values of the group as a JSON array.
 */
final class GroupKey {
    /** Longer values are cut, and told apart by their hash. */
    static final int MAX_VALUE_CHARS = 256;

    private static final int KEPT_CHARS = 200;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> VALUES = new TypeReference<>() {};

    private GroupKey() {}

    static String of(Correlation correlation, List<String> values) {
        try {
            return correlation.version() + JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts cannot be written as JSON", e);
        }
    }

    /** The values as one JSON array. */
    static String group(String detectKey) {
        return detectKey.substring(Correlation.VERSION_CHARS);
    }

    static List<String> values(String detectKey) {
        try {
            return JSON.readValue(group(detectKey), VALUES);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no key of a correlation: " + detectKey, e);
        }
    }

    /** A value of a log that is safe to keep: different values stay different. */
    static String bounded(String value) {
        if (value.length() <= MAX_VALUE_CHARS) {
            return value;
        }
        int end =
                Character.isHighSurrogate(value.charAt(KEPT_CHARS - 1))
                        ? KEPT_CHARS - 1
                        : KEPT_CHARS;
        return value.substring(0, end) + "~" + Correlation.hash(value, 16);
    }
}
