package io.trailwatch.core.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.BiConsumer;

/**
 * JSON nodes as compact text, the same as {@link JsonNode#toString}, but without a generator and
 * its buffers for each.
 */
public final class JsonText implements BiConsumer<String, JsonNode> {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private final StringBuilder text;

    /** Writes to the end of a text. */
    public JsonText(StringBuilder text) {
        this.text = text;
    }

    public static String of(JsonNode node) {
        StringBuilder text = new StringBuilder(256);
        new JsonText(text).append(node);
        return text.toString();
    }

    /** Parsing has bounded the depth. */
    public void append(JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                text.append('{');
                ((ObjectNode) node).forEachEntry(this); // makes no iterator
                text.append('}');
            }
            case ARRAY -> {
                text.append('[');
                for (int i = 0; i < node.size(); i++) {
                    if (i > 0) {
                        text.append(',');
                    }
                    append(node.get(i));
                }
                text.append(']');
            }
            case STRING -> appendQuoted(text, node.textValue());
            case NUMBER -> {
                if (node.isInt() || node.isLong()) {
                    text.append(node.longValue());
                } else {
                    text.append(node.asText());
                }
            }
            default -> text.append(node.asText());
        }
    }

    /** Appends one field of an object. */
    @Override
    public void accept(String name, JsonNode value) {
        // Behind the brace that opens the object stands its first field: a field before would end
        // with a quote, a brace, a bracket, a digit or a letter
        if (text.charAt(text.length() - 1) != '{') {
            text.append(',');
        }
        appendQuoted(text, name);
        text.append(':');
        append(value);
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
