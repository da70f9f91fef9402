package io.trailwatch.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object a line. Characters outside ASCII are escaped, so that the text of a log
 * cannot reach a terminal raw here either.
 */
public final class JsonLines {
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final PrintWriter out;

    public JsonLines(PrintWriter out) {
        this.out = out;
    }

    /** Writes the fields of one object. */
    @FunctionalInterface
    public interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }

    public void object(Fields fields) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            fields.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Jackson leaves DEL as it is, which terminals read as a control character.
        out.println(line.toString().replace("\u007f", "\\u007f"));
    }

    /** A field of text; JSON null where there is none. */
    public static void text(JsonGenerator json, String name, @Nullable String value)
            throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else {
            json.writeStringField(name, value);
        }
    }

    /** A field that holds an array of texts. */
    public static void texts(JsonGenerator json, String name, Collection<?> values)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (Object value : values) {
            json.writeString(String.valueOf(value));
        }
        json.writeEndArray();
    }
}
