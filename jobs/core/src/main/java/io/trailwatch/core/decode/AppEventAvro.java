package io.trailwatch.core.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.trailwatch.event.LogEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Application events as Avro, by the schema {@code app_event.avsc}, and as JSON with the same field
 * names. Time has whole microseconds in both.
 */
public final class AppEventAvro {
    /** Format of the log events that are binary of our schema, behind the single-object header. */
    public static final String FORMAT = "avro";

    /** The schema of {@code app_event.avsc}. */
    public static final Schema SCHEMA = load();

    /** CRC-64-AVRO fingerprint of the schema (Avro specification, "Single-object encoding"). */
    public static final long FINGERPRINT = SchemaNormalization.parsingFingerprint64(SCHEMA);

    /** Bytes before the datum: {@code C3 01} and the fingerprint, little-endian. */
    public static final int HEADER_BYTES = 10;

    private static final JsonFactory JSON = new JsonFactory();

    private AppEventAvro() {}

    /** Single-object encoding: header, fingerprint, datum. {@link AppEvent#raw} is not used. */
    public static byte[] singleObject(AppEvent event) {
        return singleObject(toRecord(event));
    }

    /** An object container file, compressed by deflate. */
    public static byte[] container(Iterable<AppEvent> events) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(SCHEMA))
                        .setCodec(CodecFactory.deflateCodec(6))
                        .create(SCHEMA, bytes)) {
            for (AppEvent event : events) {
                writer.append(toRecord(event));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The event as one line of JSON; absent fields are left out, attributes sorted by name. */
    public static String json(AppEvent event) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("event_id", event.eventId());
            json.writeStringField("time", event.time().truncatedTo(ChronoUnit.MICROS).toString());
            json.writeStringField("type", event.type());
            writeIfPresent(json, "user", event.user());
            writeIfPresent(json, "session", event.session());
            writeIfPresent(json, "source_ip", event.sourceAddress());
            writeIfPresent(json, "user_agent", event.userAgent());
            writeIfPresent(json, "outcome", event.outcome());
            json.writeObjectFieldStart("attributes");
            for (Map.Entry<String, String> attribute :
                    new TreeMap<>(event.attributes()).entrySet()) {
                json.writeStringField(attribute.getKey(), attribute.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * Reads the single-object encoding that {@link #singleObject(AppEvent)} writes.
     *
     * @param payload of a {@link LogEvent} with format {@code avro}
     * @throws BrokenAvroException if the bytes do not follow the schema
     */
    public static AppEvent decode(byte[] payload) {
        int end = AvroBounds.endOfSingleObject(payload, 0, payload.length);
        if (end != payload.length) {
            throw new BrokenAvroException(
                    "%d bytes follow the event of %d bytes".formatted(payload.length - end, end));
        }
        return fromRecord(read(SCHEMA, payload, HEADER_BYTES, end));
    }

    /** Hour of the time of an event of our schema, as {@link LogEvent#eventHour} counts them. */
    public static long hour(GenericRecord event) {
        return EventTimes.hourOfMicros((Long) event.get("time"));
    }

    public static byte[] singleObject(GenericRecord event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            bytes.write(
                    ByteBuffer.allocate(HEADER_BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .put((byte) 0xC3)
                            .put((byte) 1)
                            .putLong(FINGERPRINT)
                            .array());
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            new GenericDatumWriter<GenericRecord>(SCHEMA).write(event, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a datum whose lengths {@link AvroBounds} has checked, and brings it to our schema.
     *
     * @throws BrokenAvroException if the writer's schema does not resolve to ours
     */
    public static GenericRecord read(Schema writer, byte[] bytes, int from, int to) {
        try {
            return new GenericDatumReader<GenericRecord>(writer, SCHEMA)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, from, to - from, null));
        } catch (IOException | RuntimeException e) {
            throw new BrokenAvroException(String.valueOf(e.getMessage()), e);
        }
    }

    private static GenericRecord toRecord(AppEvent event) {
        return new GenericRecordBuilder(SCHEMA)
                .set("event_id", event.eventId())
                .set("time", ChronoUnit.MICROS.between(Instant.EPOCH, event.time()))
                .set("type", event.type())
                .set("user", event.user())
                .set("session", event.session())
                .set("source_ip", event.sourceAddress())
                .set("user_agent", event.userAgent())
                .set("outcome", event.outcome())
                .set("attributes", new TreeMap<>(event.attributes()))
                .build();
    }

    private static AppEvent fromRecord(GenericRecord event) {
        Map<String, String> attributes = new TreeMap<>();
        ((Map<?, ?>) event.get("attributes"))
                .forEach((name, value) -> attributes.put(name.toString(), value.toString()));
        AppEvent read =
                new AppEvent(
                        event.get("event_id").toString(),
                        Instant.EPOCH.plus((Long) event.get("time"), ChronoUnit.MICROS),
                        event.get("type").toString(),
                        text(event, "user"),
                        text(event, "session"),
                        text(event, "source_ip"),
                        text(event, "user_agent"),
                        text(event, "outcome"),
                        Map.copyOf(attributes),
                        "");
        return read.withRaw(json(read));
    }

    private static @Nullable String text(GenericRecord event, String field) {
        Object value = event.get(field);
        return value == null ? null : value.toString();
    }

    private static void writeIfPresent(JsonGenerator json, String name, @Nullable String value)
            throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private static Schema load() {
        try (InputStream source = LogEvent.class.getResourceAsStream("app_event.avsc")) {
            if (source == null) {
                throw new IllegalStateException("app_event.avsc is not on the class path");
            }
            return new Schema.Parser().parse(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
