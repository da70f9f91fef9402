package io.trailwatch.core.decode;

import static java.util.Objects.requireNonNull;

import io.trailwatch.quarantine.RejectReason;
import org.apache.avro.generic.GenericRecord;

/**
 * Reads records that name the version of their schema in a registry, which is not seen from here.
 * May block while the registry is asked. Used by one thread at a time.
 */
public interface SchemaResolver extends AutoCloseable {
    /** Bytes before the payload: version, compression, id of the schema version. */
    int HEADER_BYTES = 18;

    /** Knows no registry: records are kept for the day when one is told. */
    SchemaResolver NONE =
            record ->
                    new Refused(
                            RejectReason.UNKNOWN_FORMAT,
                            "record of a Glue Schema Registry, which is not read unless"
                                    + " decode.registry.enabled is true");

    /** What a record holds. */
    sealed interface Resolution {}

    /**
     * An Avro record that follows its schema.
     *
     * @param value by {@link AppEventAvro#SCHEMA} where the writer's schema has its name, by the
     *     writer's own otherwise; strings are {@link String}, no logical types applied
     */
    record AvroValue(RegisteredSchema schema, GenericRecord value) implements Resolution {
        public AvroValue {
            requireNonNull(schema, "schema");
            requireNonNull(value, "value");
        }
    }

    /** A JSON object that follows its schema, as UTF-8. */
    record JsonObject(RegisteredSchema schema, byte[] text) implements Resolution {
        public JsonObject {
            requireNonNull(schema, "schema");
            requireNonNull(text, "text");
        }
    }

    /** A record that cannot be read now; the detail quotes nothing of its payload. */
    record Refused(RejectReason reason, String detail) implements Resolution {
        public Refused {
            requireNonNull(reason, "reason");
            requireNonNull(detail, "detail");
        }
    }

    /**
     * Reads a record. Throws nothing, whatever the bytes.
     *
     * @param record whole, with its header
     */
    Resolution resolve(byte[] record);

    @Override
    default void close() {}
}
