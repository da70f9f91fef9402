package io.trailwatch.core.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * JSON nodes as compact text, the same as {@link JsonNode#toString}, but without a generator and
 * its buffers for each.
 */
public final class JsonText {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private JsonText() {}

    public static String of(JsonNode node) {
        StringBuilder text = new StringBuilder(256);
        append(text, node);
        return text.toString();
    }

    /** Parsing has bounded the depth. */
    public static void append(StringBuilder text, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                char before = '{';
                for (Map.Entry<String, JsonNode> field : node.properties()) {
                    text.append(before);
                    before = ',';
                    appendQuoted(text, field.getKey());
                    text.append(':');
                    append(text, field.getValue());
                }
                text.append(before == '{' ? "{}" : "}");
            }
            case ARRAY -> {
                char before = '[';
                for (JsonNode element : node) {
                    text.append(before);
                    before = ',';
                    append(text, element);
                }
                text.append(before == '[' ? "[]" : "]");
            }
            case STRING -> appendQuoted(text, node.textValue());
            default -> text.append(node.asText());
        }
    }

    private static void appendQuoted(StringBuilder text, String value) {
        text.append('"');
        int from = 0;
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\') {
                continue;
            }
            text.append(value, from, i);
            from = i + 1;
            text.append('\\');
            switch (c) {
                case '"', '\\' -> text.append(c);
                case '\b' -> text.append('b');
                case '\f' -> text.append('f');
                case '\n' -> text.append('n');
                case '\r' -> text.append('r');
                case '\t' -> text.append('t');
                default -> text.append("u00").append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
        text.append(value, from, length).append('"');
    }
}
