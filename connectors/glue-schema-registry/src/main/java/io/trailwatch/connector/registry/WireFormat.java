package io.trailwatch.connector.registry;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Header of a record: version byte 3, compression byte, schema version id as two big-endian longs
 * (aws-glue-schema-registry, {@code AWSSchemaRegistryConstants}). The payload follows.
 */
final class WireFormat {
    static final byte HEADER_VERSION = 3;
    static final int HEADER_BYTES = 18;

    private static final int COMPRESSION_AT = 1;
    private static final int VERSION_ID_AT = 2;

    private WireFormat() {}

    /**
     * @throws RejectedException if the first two bytes are not those of a record, or it is too
     *     short
     */
    static Compression compression(byte[] record) {
        // A foreign first byte says more about a short record than its length does.
        if (record.length > 0 && record[0] != HEADER_VERSION) {
            throw new RejectedException(
                    RejectionReason.UNKNOWN_HEADER_VERSION,
                    "header version is %d, must be %d".formatted(record[0] & 0xFF, HEADER_VERSION));
        }
        if (record.length < HEADER_BYTES) {
            throw new RejectedException(
                    RejectionReason.TRUNCATED_HEADER,
                    "record has %d bytes, its header alone %d"
                            .formatted(record.length, HEADER_BYTES));
        }
        Compression compression = compressionOf(record[COMPRESSION_AT]);
        if (compression == null) {
            throw new RejectedException(
                    RejectionReason.UNKNOWN_COMPRESSION,
                    "compression byte is %d, must be %d (none) or %d (zlib)"
                            .formatted(
                                    record[COMPRESSION_AT] & 0xFF,
                                    Compression.NONE.code,
                                    Compression.ZLIB.code));
        }
        return compression;
    }

    private static @Nullable Compression compressionOf(byte code) {
        for (Compression compression : Compression.values()) {
            if (compression.code == code) {
                return compression;
            }
        }
        return null;
    }

    static UUID versionId(byte[] record) {
        ByteBuffer id = ByteBuffer.wrap(record, VERSION_ID_AT, HEADER_BYTES - VERSION_ID_AT);
        return new UUID(id.getLong(), id.getLong());
    }

    static byte[] header(UUID versionId, Compression compression) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .put(HEADER_VERSION)
                .put(compression.code)
                .putLong(versionId.getMostSignificantBits())
                .putLong(versionId.getLeastSignificantBits())
                .array();
    }
}
