package io.trailwatch.core.unwrap;

import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.core.decode.AvroBounds;
import io.trailwatch.core.decode.BrokenAvroException;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import io.trailwatch.quarantine.RejectReason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Cuts object container files (Avro specification, "Object Container Files") of application events,
 * of our schema or one that resolves to it, without codec or with deflate. A damaged datum costs
 * the rest of its block, a damaged block the rest of the file.
 */
final class AvroContainer {
    private static final int MAX_SCHEMA_BYTES = 256 << 10;
    private static final int SYNC_BYTES = 16;

    private final DecodeLimits limits;
    private final InflateAllowance allowance;
    private final PieceSink sink;
    private final EventKeys keys;
    private RejectReason reasonForRest = RejectReason.BROKEN_AVRO;

    AvroContainer(DecodeLimits limits, InflateAllowance allowance, PieceSink sink, EventKeys keys) {
        this.limits = limits;
        this.allowance = allowance;
        this.sink = sink;
        this.keys = keys;
    }

    /**
     * Hands on an event.
     *
     * @param event by our schema
     * @param singleObject the same in single-object encoding
     */
    static void event(
            PieceSink sink,
            EventKeys keys,
            GenericRecord event,
            byte[] singleObject,
            Provenance provenance) {
        String eventId = event.get("event_id").toString();
        sink.event(
                LogKind.APP_EVENT,
                keys.of(
                        eventId.isEmpty() ? List.of("app") : List.of("app", eventId),
                        null,
                        singleObject,
                        0,
                        singleObject.length),
                AppEventAvro.hour(event),
                AppEventAvro.FORMAT,
                provenance,
                singleObject);
    }

    /** Cuts the file that begins at the position. */
    void cut(Window window) {
        try {
            window.position += 4;
            Map<String, byte[]> metadata = metadata(window);
            Schema writer = schema(metadata);
            boolean deflated = isDeflated(metadata);
            byte[] sync = take(window, SYNC_BYTES);
            window.markHere();
            while (window.has(1)) {
                block(window, writer, deflated, sync);
                window.markHere();
            }
        } catch (BrokenAvroException broken) {
            rejectRest(window, String.valueOf(broken.getMessage()));
        }
    }

    private Map<String, byte[]> metadata(Window window) {
        Map<String, byte[]> metadata = new HashMap<>();
        for (long count = readLong(window); count != 0; count = readLong(window)) {
            if (count < 0) {
                count = -count;
                readLong(window);
            }
            for (long i = 0; i < count; i++) {
                String name = new String(take(window, readLong(window)), StandardCharsets.UTF_8);
                metadata.put(name, take(window, readLong(window)));
            }
        }
        return metadata;
    }

    private static Schema schema(Map<String, byte[]> metadata) {
        byte[] json = metadata.get("avro.schema");
        if (json == null) {
            throw new BrokenAvroException("header has no avro.schema");
        }
        if (json.length > MAX_SCHEMA_BYTES) {
            throw new BrokenAvroException(
                    "schema has %d bytes, limit %d".formatted(json.length, MAX_SCHEMA_BYTES));
        }
        Schema schema;
        try {
            schema = new Schema.Parser().parse(new String(json, StandardCharsets.UTF_8));
        } catch (RuntimeException invalid) {
            throw new BrokenAvroException("schema is invalid: " + invalid.getMessage(), invalid);
        }
        if (schema.getType() != Schema.Type.RECORD) {
            throw new BrokenAvroException(
                    "schema is a %s, must be a record".formatted(schema.getType()));
        }
        AvroBounds.requireBounded(schema);
        return schema;
    }

    private static boolean isDeflated(Map<String, byte[]> metadata) {
        byte[] codec = metadata.get("avro.codec");
        String name = codec == null ? "null" : new String(codec, StandardCharsets.UTF_8);
        return switch (name) {
            case "null" -> false;
            case "deflate" -> true;
            default ->
                    throw new BrokenAvroException(
                            "codec is '%s', known are null and deflate".formatted(name));
        };
    }

    private void block(Window window, Schema writer, boolean deflated, byte[] sync) {
        long count = readLong(window);
        long size = readLong(window);
        if (size < 0 || size > limits.maxEnvelopeBytes()) {
            throw new BrokenAvroException(
                    "block has %d bytes, limit %d".formatted(size, limits.maxEnvelopeBytes()));
        }
        byte[] data = take(window, size);
        if (!Arrays.equals(sync, take(window, SYNC_BYTES))) {
            throw new BrokenAvroException("block does not end with the sync marker of the file");
        }
        byte[] inflated = deflated ? inflate(data) : data;
        if (count < 0 || count > inflated.length) { // every event has bytes, its id at least
            throw new BrokenAvroException(
                    "block claims %d events in %d bytes".formatted(count, inflated.length));
        }
        int position = 0;
        for (long i = 0; i < count; i++) {
            int end;
            GenericRecord event;
            try {
                end = AvroBounds.endOfDatum(writer, inflated, position, inflated.length);
                event = AppEventAvro.read(writer, inflated, position, end);
            } catch (BrokenAvroException broken) {
                sink.reject(
                        RejectReason.BROKEN_AVRO,
                        "event %d of %d of a block: %s".formatted(i, count, broken.getMessage()),
                        inflated,
                        position,
                        inflated.length);
                return;
            }
            if (end - position > limits.maxEventBytes()) {
                sink.reject(
                        RejectReason.TOO_LARGE,
                        "event has %d bytes, limit %d"
                                .formatted(end - position, limits.maxEventBytes()),
                        inflated,
                        position,
                        end);
            } else {
                event(sink, keys, event, AppEventAvro.singleObject(event), Provenance.NONE);
            }
            position = end;
        }
        if (position < inflated.length) {
            sink.reject(
                    RejectReason.BROKEN_AVRO,
                    "%d bytes follow the last event of a block"
                            .formatted(inflated.length - position),
                    inflated,
                    position,
                    inflated.length);
        }
    }

    private byte[] inflate(byte[] data) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(data);
            ByteArrayOutputStream inflated = new ByteArrayOutputStream(data.length * 4);
            byte[] chunk = new byte[64 << 10];
            while (!inflater.finished()) {
                int length = inflater.inflate(chunk);
                if (length == 0) {
                    throw new BrokenAvroException("deflated block ends early");
                }
                inflated.write(chunk, 0, length);
                requireAllowed(length, allowance.left(), "the file", allowance.rule());
                allowance.take(length);
                requireAllowed(
                        inflated.size(),
                        limits.maxEnvelopeBytes(),
                        "a block",
                        "%d bytes".formatted(limits.maxEnvelopeBytes()));
            }
            return inflated.toByteArray();
        } catch (DataFormatException damaged) {
            throw new BrokenAvroException("deflated block is damaged", damaged);
        } finally {
            inflater.end();
        }
    }

    private void requireAllowed(long bytes, long allowed, String what, String rule) {
        if (bytes > allowed) {
            reasonForRest = RejectReason.INFLATE_LIMIT;
            throw new BrokenAvroException("%s inflates to more than %s".formatted(what, rule));
        }
    }

    private void rejectRest(Window window, String detail) {
        RejectedBytes rest = new RejectedBytes(limits.maxRejectedBytes());
        rest.takeRest(window);
        if (!window.cutShort()) {
            sink.reject(reasonForRest, detail, rest);
        }
    }

    private byte[] take(Window window, long length) {
        int held = window.position - window.mark;
        if (length < 0 || length > limits.maxEnvelopeBytes() || held > limits.maxEnvelopeBytes()) {
            throw new BrokenAvroException(
                    "length is %d behind %d bytes, limit %d"
                            .formatted(length, held, limits.maxEnvelopeBytes()));
        }
        if (!window.has((int) length)) {
            throw new BrokenAvroException(
                    "ends early: length is %d, %d bytes are left"
                            .formatted(length, window.limit - window.position));
        }
        byte[] taken =
                Arrays.copyOfRange(window.bytes, window.position, window.position + (int) length);
        window.position += (int) length;
        return taken;
    }

    private static long readLong(Window window) {
        long raw = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!window.has(1)) {
                throw new BrokenAvroException("ends within a number");
            }
            byte b = window.bytes[window.position++];
            raw |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new BrokenAvroException("a number is longer than 10 bytes");
    }
}
