package io.trailwatch.connector.registry;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.trailwatch.quarantine.Quarantined;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** What became of one record: each is either decoded or rejected, none is dropped. */
public sealed interface Decoding {
    /** Hands over to the one that fits. */
    void route(Consumer<? super Decoded> decoded, Consumer<? super Rejected> rejected);

    /**
     * A record that follows its schema.
     *
     * @param value for AVRO what Avro's generic reader builds, with {@link String} for strings and
     *     no logical types applied: a {@link GenericRecord} where the schema is a record, null
     *     where it is Avro's null; for JSON a {@link JsonNode}
     * @param jsonText the document as it came, in UTF-8; empty for AVRO
     */
    record Decoded(
            String schemaName,
            UUID schemaVersionId,
            DataFormat dataFormat,
            @Nullable Object value,
            byte[] jsonText)
            implements Decoding {
        public Decoded {
            requireNonNull(schemaName, "schemaName");
            requireNonNull(schemaVersionId, "schemaVersionId");
            requireNonNull(dataFormat, "dataFormat");
            requireNonNull(jsonText, "jsonText");
        }

        /** The value, if it is an Avro record. */
        public Optional<GenericRecord> avroRecord() {
            return value instanceof GenericRecord avro ? Optional.of(avro) : Optional.empty();
        }

        /** The value, if it is a JSON document. */
        public Optional<JsonNode> json() {
            return value instanceof JsonNode json ? Optional.of(json) : Optional.empty();
        }

        @Override
        public void route(Consumer<? super Decoded> decoded, Consumer<? super Rejected> rejected) {
            decoded.accept(this);
        }
    }

    /**
     * A record that was not decoded.
     *
     * @param detail one line that names field, value and limit, without values of the payload; free
     *     of control characters, at most {@value Quarantined#MAX_DETAIL_CHARS} characters
     */
    record Rejected(RejectionReason reason, String detail) implements Decoding {
        public Rejected {
            requireNonNull(reason, "reason");
            detail = Quarantined.printable(requireNonNull(detail, "detail"));
        }

        @Override
        public void route(Consumer<? super Decoded> decoded, Consumer<? super Rejected> rejected) {
            rejected.accept(this);
        }
    }
}
