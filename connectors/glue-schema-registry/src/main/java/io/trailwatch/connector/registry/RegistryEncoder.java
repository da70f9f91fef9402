package io.trailwatch.connector.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import java.util.zip.DeflaterOutputStream;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Makes records that the decoder, and the official library, read. Asks no registry. */
public final class RegistryEncoder {
    private RegistryEncoder() {}

    /**
     * The datum by its own schema, framed.
     *
     * @param versionId under which the registry holds exactly that schema
     * @throws org.apache.avro.AvroRuntimeException if the datum does not follow its schema
     */
    public static byte[] avro(UUID versionId, Compression compression, GenericContainer datum) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(payload, null);
            new GenericDatumWriter<GenericContainer>(datum.getSchema()).write(datum, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return frame(versionId, compression, payload.toByteArray());
    }

    /** A payload that is encoded already, such as a JSON document in UTF-8, framed. */
    public static byte[] frame(UUID versionId, Compression compression, byte[] payload) {
        ByteArrayOutputStream record =
                new ByteArrayOutputStream(WireFormat.HEADER_BYTES + payload.length);
        record.writeBytes(WireFormat.header(versionId, compression));
        switch (compression) {
            case NONE -> record.writeBytes(payload);
            case ZLIB -> {
                try (DeflaterOutputStream zlib = new DeflaterOutputStream(record)) {
                    zlib.write(payload);
                } catch (IOException e) {
                    throw new UncheckedIOException("memory does not fail", e);
                }
            }
        }
        return record.toByteArray();
    }
}
