package io.trailwatch.core.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * Avro records as JSON, so that mappings and rules read both alike. Equal records give equal bytes:
 * fields in the order of the schema, entries of maps by name.
 *
 * <p>Timestamps and dates by their logical types are ISO-8601 text; what else is a number stays
 * one. Bytes and fixed are Base64, but decimals, which are their digits. A union is its value.
 */
public final class AvroJson {
    private static final JsonFactory JSON = new JsonFactory();

    // A scale is a number in the schema: without a limit it could ask for 2^31 zeros.
    private static final int MAX_DECIMAL_SCALE = 100;
    private static final int MAX_DECIMAL_BYTES = 64;

    private AvroJson() {}

    /** A record as one line of JSON in UTF-8. */
    public static byte[] bytes(GenericRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            write(json, record.getSchema(), record);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, Schema schema, @Nullable Object value)
            throws IOException {
        if (value == null) {
            json.writeNull();
            return;
        }
        switch (schema.getType()) {
            case RECORD -> {
                GenericRecord record = (GenericRecord) value;
                json.writeStartObject();
                for (Schema.Field field : schema.getFields()) {
                    json.writeFieldName(field.name());
                    write(json, field.schema(), record.get(field.pos()));
                }
                json.writeEndObject();
            }
            case MAP -> {
                Map<String, @Nullable Object> sorted = new TreeMap<>();
                ((Map<?, ?>) value).forEach((name, entry) -> sorted.put(name.toString(), entry));
                json.writeStartObject();
                for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
                    json.writeFieldName(entry.getKey());
                    write(json, schema.getValueType(), entry.getValue());
                }
                json.writeEndObject();
            }
            case ARRAY -> {
                json.writeStartArray();
                for (Object item : (Collection<?>) value) {
                    write(json, schema.getElementType(), item);
                }
                json.writeEndArray();
            }
            case UNION -> write(json, branch(schema, value), value);
            case BYTES -> json.writeString(text(schema, bytes((ByteBuffer) value)));
            case FIXED -> json.writeString(text(schema, ((GenericFixed) value).bytes()));
            case INT -> writeInt(json, schema, (Integer) value);
            case LONG -> writeLong(json, schema, (Long) value);
            case FLOAT -> {
                if (Float.isFinite((Float) value)) {
                    json.writeNumber((Float) value);
                } else { // JSON has no words for what is no number
                    json.writeString(value.toString());
                }
            }
            case DOUBLE -> {
                if (Double.isFinite((Double) value)) {
                    json.writeNumber((Double) value);
                } else {
                    json.writeString(value.toString());
                }
            }
            case BOOLEAN -> json.writeBoolean((Boolean) value);
            case STRING, ENUM -> json.writeString(value.toString());
            case NULL -> json.writeNull();
        }
    }

    private static Schema branch(Schema union, Object value) {
        return union.getTypes().get(GenericData.get().resolveUnion(union, value));
    }

    private static byte[] bytes(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return bytes;
    }

    private static String text(Schema schema, byte[] bytes) {
        if (logicalType(schema).equals("decimal")
                && bytes.length > 0
                && bytes.length <= MAX_DECIMAL_BYTES) {
            int scale = schema.getObjectProp("scale") instanceof Integer told ? told : 0;
            if (scale >= 0 && scale <= MAX_DECIMAL_SCALE) {
                return new BigDecimal(new BigInteger(bytes), scale).toPlainString();
            }
        }
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void writeInt(JsonGenerator json, Schema schema, int value) throws IOException {
        if (logicalType(schema).equals("date")) {
            json.writeString(LocalDate.ofEpochDay(value).toString());
        } else {
            json.writeNumber(value);
        }
    }

    private static void writeLong(JsonGenerator json, Schema schema, long value)
            throws IOException {
        switch (logicalType(schema)) {
            case "timestamp-millis" -> json.writeString(Instant.ofEpochMilli(value).toString());
            case "timestamp-micros" ->
                    json.writeString(Instant.EPOCH.plus(value, ChronoUnit.MICROS).toString());
            case "timestamp-nanos" ->
                    json.writeString(Instant.EPOCH.plus(Duration.ofNanos(value)).toString());
            case "local-timestamp-millis" -> json.writeString(local(Instant.ofEpochMilli(value)));
            case "local-timestamp-micros" ->
                    json.writeString(local(Instant.EPOCH.plus(value, ChronoUnit.MICROS)));
            case "local-timestamp-nanos" ->
                    json.writeString(local(Instant.EPOCH.plus(Duration.ofNanos(value))));
            default -> json.writeNumber(value);
        }
    }

    private static String local(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
    }

    /** By its name: Avro drops logical types that do not fit, and conversions others registered. */
    private static String logicalType(Schema schema) {
        String name = schema.getProp("logicalType");
        return name == null ? "" : name;
    }
}
