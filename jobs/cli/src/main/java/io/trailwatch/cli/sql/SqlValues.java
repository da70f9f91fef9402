package io.trailwatch.cli.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.trino.jdbc.Row;
import io.trino.jdbc.RowField;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values of a result as JSON: rows and maps are objects, timestamps ISO 8601 in UTC, binary values
 * Base64.
 */
final class SqlValues {
    private static final JsonFactory JSON = new JsonFactory();

    private SqlValues() {}

    static void write(JsonGenerator json, @Nullable Object value) throws IOException, SQLException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            json.writeNumber(((Number) value).intValue());
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof BigDecimal number) {
            json.writeNumber(number);
        } else if (value instanceof Double number) {
            // Jackson writes NaN and the infinities as text, which is what JSON leaves room for.
            json.writeNumber(number);
        } else if (value instanceof Float number) {
            json.writeNumber(number);
        } else if (value instanceof byte[] bytes) {
            json.writeString(Base64.getEncoder().encodeToString(bytes));
        } else if (value instanceof Timestamp timestamp) {
            json.writeString(timestamp.toInstant().toString());
        } else if (value instanceof ZonedDateTime time) {
            json.writeString(time.toInstant().toString());
        } else if (value instanceof Array array) {
            write(json, Arrays.asList((Object[]) array.getArray()));
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(json, element);
            }
            json.writeEndArray();
        } else if (value instanceof Row row) {
            json.writeStartObject();
            for (RowField field : row.getFields()) {
                json.writeFieldName(field.getName().orElse("field" + field.getOrdinal()));
                write(json, field.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(String.valueOf(entry.getKey()));
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else {
            json.writeString(value.toString());
        }
    }

    /** A value as a cell of a table: scalars bare, everything else as JSON; null is empty. */
    static String cell(@Nullable Object value) throws SQLException {
        if (value == null) {
            return "";
        }
        if (value instanceof String text) {
            return text;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            write(json, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String cell = text.toString();
        return cell.startsWith("\"") ? cell.substring(1, cell.length() - 1) : cell;
    }
}
