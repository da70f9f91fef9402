package io.trailwatch.core.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Walks Avro binary by its schema and makes sure that every length and count fits the bytes at
 * hand. The Avro library allocates what a length claims before it looks for the bytes, so nothing
 * is handed to it that has not been walked.
 */
public final class AvroBounds {
    private static final int MAX_SCHEMA_DEPTH = 32;

    // Named types used again and again write a schema of exponential size in few words.
    private static final int MAX_SCHEMA_NODES = 10_000;

    private final byte[] bytes;
    private final int end;
    private int position;

    private AvroBounds(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.position = from;
        this.end = to;
    }

    /**
     * End of the datum that begins at {@code from}.
     *
     * @param schema accepted by {@link #requireBounded}
     * @throws BrokenAvroException if the datum does not end before {@code to}
     */
    public static int endOfDatum(Schema schema, byte[] bytes, int from, int to) {
        AvroBounds walk = new AvroBounds(bytes, from, to);
        walk.skip(schema);
        return walk.position;
    }

    /**
     * End of an application event in single-object encoding.
     *
     * @throws BrokenAvroException if the header or the datum is not that of our schema
     */
    public static int endOfSingleObject(byte[] bytes, int from, int to) {
        int header = AppEventAvro.HEADER_BYTES;
        if (to - from < header) {
            throw new BrokenAvroException(
                    "single-object header has %d bytes, must have %d".formatted(to - from, header));
        }
        long fingerprint =
                ByteBuffer.wrap(bytes, from + 2, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (fingerprint != AppEventAvro.FINGERPRINT) {
            throw new BrokenAvroException(
                    "schema fingerprint %016x is not known, ours is %016x"
                            .formatted(fingerprint, AppEventAvro.FINGERPRINT));
        }
        return endOfDatum(AppEventAvro.SCHEMA, bytes, from + header, to);
    }

    /**
     * Refuses schemas under which few bytes can stand for much: recursive ones, and arrays of items
     * that take no bytes.
     *
     * @throws BrokenAvroException with the name of the offending type
     */
    public static void requireBounded(Schema schema) {
        requireBounded(schema, new HashSet<>(), 0, MAX_SCHEMA_NODES);
    }

    /** Returns how many nodes are left of those that the schema may have. */
    private static int requireBounded(Schema schema, Set<String> open, int depth, int nodes) {
        int left = nodes - 1;
        if (left < 0) {
            throw new BrokenAvroException(
                    "schema has more than %d nodes when written out".formatted(MAX_SCHEMA_NODES));
        }
        if (depth > MAX_SCHEMA_DEPTH) {
            throw new BrokenAvroException(
                    "schema is nested deeper than %d".formatted(MAX_SCHEMA_DEPTH));
        }
        switch (schema.getType()) {
            case RECORD -> {
                if (!open.add(schema.getFullName())) {
                    throw new BrokenAvroException(
                            "schema type %s contains itself".formatted(schema.getFullName()));
                }
                for (Schema.Field field : schema.getFields()) {
                    left = requireBounded(field.schema(), open, depth + 1, left);
                }
                open.remove(schema.getFullName());
            }
            case ARRAY -> {
                left = requireBounded(schema.getElementType(), open, depth + 1, left);
                if (takesNoBytes(schema.getElementType())) {
                    throw new BrokenAvroException("schema has an array of items without bytes");
                }
            }
            case MAP -> left = requireBounded(schema.getValueType(), open, depth + 1, left);
            case UNION -> {
                for (Schema branch : schema.getTypes()) {
                    left = requireBounded(branch, open, depth + 1, left);
                }
            }
            default -> {}
        }
        return left;
    }

    private static boolean takesNoBytes(Schema schema) {
        return switch (schema.getType()) {
            case NULL -> true;
            case FIXED -> schema.getFixedSize() == 0;
            case RECORD -> schema.getFields().stream().allMatch(f -> takesNoBytes(f.schema()));
            default -> false;
        };
    }

    private void skip(Schema schema) {
        switch (schema.getType()) {
            case NULL -> {}
            case BOOLEAN -> advance(1);
            case INT, LONG, ENUM -> readLong();
            case FLOAT -> advance(4);
            case DOUBLE -> advance(8);
            case STRING, BYTES -> advance(readLong());
            case FIXED -> advance(schema.getFixedSize());
            case RECORD -> schema.getFields().forEach(field -> skip(field.schema()));
            case UNION -> {
                long branch = readLong();
                if (branch < 0 || branch >= schema.getTypes().size()) {
                    throw new BrokenAvroException(
                            "union branch is %d, the schema has %d"
                                    .formatted(branch, schema.getTypes().size()));
                }
                skip(schema.getTypes().get((int) branch));
            }
            case ARRAY -> skipBlocks(() -> skip(schema.getElementType()));
            case MAP ->
                    skipBlocks(
                            () -> {
                                advance(readLong());
                                skip(schema.getValueType());
                            });
        }
    }

    private void skipBlocks(Runnable item) {
        for (long count = readLong(); count != 0; count = readLong()) {
            long claimedBytes = -1;
            if (count < 0) {
                count = -count;
                claimedBytes = readLong();
            }
            if (count < 0 || count > end - position) {
                throw new BrokenAvroException(
                        "block claims %d items, %d bytes are left"
                                .formatted(count, end - position));
            }
            int begin = position;
            for (long i = 0; i < count; i++) {
                item.run();
            }
            // Avro skips a field that the reader does not know by this number alone.
            if (claimedBytes != -1 && claimedBytes != position - begin) {
                throw new BrokenAvroException(
                        "block claims %d bytes, its items take %d"
                                .formatted(claimedBytes, position - begin));
            }
        }
    }

    private void advance(long length) {
        if (length < 0 || length > end - position) {
            throw new BrokenAvroException(
                    "length is %d, %d bytes are left".formatted(length, end - position));
        }
        position += (int) length;
    }

    /** Zigzag variable-length long (Avro specification, "Binary encoding"). */
    private long readLong() {
        long raw = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position >= end) {
                throw new BrokenAvroException("ends within a number");
            }
            byte b = bytes[position++];
            raw |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new BrokenAvroException("a number is longer than 10 bytes");
    }
}
