package io.trailwatch.connector.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/** Avro by writer's schema, brought to a reader's schema if there is one. */
final class AvroPayloads implements Payloads {
    private final Schema writer;
    private final PayloadLimits limits;
    private final GenericDatumReader<@Nullable Object> reader;

    /**
     * @throws RejectedException if the definition does not parse
     */
    AvroPayloads(String definition, DecoderSettings settings) {
        this.writer = AvroSchemas.parse(definition);
        this.limits = settings.limits();
        this.reader = new StringReader(writer, settings.readerOf(writer));
    }

    @Override
    public @Nullable Object read(byte[] bytes, int from, int to) {
        AvroWalk.requireOneDatum(writer, bytes, from, to, limits);
        try {
            return reader.read(
                    null, DecoderFactory.get().binaryDecoder(bytes, from, to - from, null));
        } catch (AvroTypeException e) {
            // The bytes follow the writer's schema, so it is the schemas that do not fit.
            throw new RejectedException(
                    RejectionReason.INCOMPATIBLE_SCHEMA,
                    "writer's schema does not resolve to the reader's: " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory do not fail", e);
        }
    }

    private static final class StringReader extends GenericDatumReader<@Nullable Object> {
        StringReader(Schema writer, Schema reader) {
            super(writer, reader, plainData());
        }

        /** No logical types: a value means the same whatever conversions others have registered. */
        private static GenericData plainData() {
            GenericData data = new GenericData();
            // The fast reader loads the class that a schema names in "java-class".
            data.setFastReaderEnabled(false);
            return data;
        }

        /** Strings, whatever a writer's schema asks for in "avro.java.string". */
        @Override
        protected Class<?> findStringClass(Schema schema) {
            return String.class;
        }
    }
}
