package io.trailwatch.connector.registry;

import java.util.List;
import org.apache.avro.Schema;

/**
 * Walks an Avro datum by its writer's schema, builds nothing, and makes sure that every length and
 * count fits the bytes at hand. Avro's own decoder allocates what a length claims before it looks
 * for the bytes, and jumps by the size that a block claims for itself; so it is handed nothing that
 * has not been walked.
 */
final class AvroWalk {
    private final byte[] bytes;
    private final int end;
    private final PayloadLimits limits;
    private int position;
    private int values;

    private AvroWalk(byte[] bytes, int from, int to, PayloadLimits limits) {
        this.bytes = bytes;
        this.position = from;
        this.end = to;
        this.limits = limits;
    }

    /**
     * Returns if exactly one datum lies from {@code from} to {@code to}.
     *
     * @throws RejectedException otherwise
     */
    static void requireOneDatum(
            Schema schema, byte[] bytes, int from, int to, PayloadLimits limits) {
        AvroWalk walk = new AvroWalk(bytes, from, to, limits);
        walk.skip(schema, 0);
        if (walk.position != to) {
            throw new RejectedException(
                    RejectionReason.TRAILING_BYTES,
                    "%d bytes follow the datum of %d bytes"
                            .formatted(to - walk.position, walk.position - from));
        }
    }

    private void skip(Schema schema, int depth) {
        if (++values > limits.maxValues()) {
            throw limit("payload has more than %d values".formatted(limits.maxValues()));
        }
        switch (schema.getType()) {
            case NULL -> {}
            case BOOLEAN -> advance(1, "boolean");
            case INT -> readInt();
            case LONG -> readLong();
            case ENUM -> readIndex("enum symbol", schema.getEnumSymbols().size());
            case FLOAT -> advance(Float.BYTES, "float");
            case DOUBLE -> advance(Double.BYTES, "double");
            case STRING -> advance(readLong(), "string");
            case BYTES -> advance(readLong(), "bytes");
            case FIXED -> advance(schema.getFixedSize(), "fixed");
            case RECORD -> {
                int inner = deeper(depth);
                List<Schema.Field> fields = schema.getFields();
                for (int i = 0; i < fields.size(); i++) {
                    skip(fields.get(i).schema(), inner);
                }
            }
            case UNION -> {
                List<Schema> branches = schema.getTypes();
                skip(branches.get(readIndex("union branch", branches.size())), depth);
            }
            case ARRAY -> skipBlocks(schema.getElementType(), false, deeper(depth));
            case MAP -> skipBlocks(schema.getValueType(), true, deeper(depth));
        }
    }

    /** Blocks of items: a count, and where it is negative the block's size in bytes after it. */
    private void skipBlocks(Schema item, boolean named, int depth) {
        for (long count = readLong(); count != 0; count = readLong()) {
            long claimedBytes = -1;
            if (count < 0) {
                count = -count;
                claimedBytes = readLong();
            }
            // The least number stays negative when negated. Each item takes a byte or more: schemas
            // of items without bytes are refused.
            if (count < 0 || count > end - position) {
                throw broken(
                        "block claims %s items, %d bytes are left"
                                .formatted(Long.toUnsignedString(count), end - position));
            }
            int begin = position;
            for (long i = 0; i < count; i++) {
                if (named) {
                    advance(readLong(), "map key");
                }
                skip(item, depth);
            }
            if (claimedBytes != -1 && claimedBytes != position - begin) {
                throw broken(
                        "block claims %d bytes, its items take %d"
                                .formatted(claimedBytes, position - begin));
            }
        }
    }

    private int deeper(int depth) {
        if (depth >= limits.maxDepth()) {
            throw limit("payload is nested deeper than %d".formatted(limits.maxDepth()));
        }
        return depth + 1;
    }

    private int readIndex(String what, int size) {
        int index = readInt();
        if (index < 0 || index >= size) {
            throw broken("%s is %d, the schema has %d".formatted(what, index, size));
        }
        return index;
    }

    private int readInt() {
        long value = readLong();
        if (value != (int) value) {
            throw broken("int is %d, beyond 32 bits".formatted(value));
        }
        return (int) value;
    }

    /** Zigzag variable-length long (Avro specification, "Binary Encoding"). */
    private long readLong() {
        long raw = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position >= end) {
                throw broken("payload ends within a number");
            }
            byte b = bytes[position++];
            raw |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw broken("a number is longer than 10 bytes");
    }

    private void advance(long length, String what) {
        if (length < 0 || length > end - position) {
            throw broken("%s claims %d bytes, %d are left".formatted(what, length, end - position));
        }
        position += (int) length;
    }

    private static RejectedException broken(String detail) {
        return new RejectedException(RejectionReason.BROKEN_AVRO, detail);
    }

    private static RejectedException limit(String detail) {
        return new RejectedException(RejectionReason.PAYLOAD_LIMIT, detail);
    }
}
