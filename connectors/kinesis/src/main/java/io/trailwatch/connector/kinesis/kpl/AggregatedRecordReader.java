package io.trailwatch.connector.kinesis.kpl;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.trailwatch.connector.kinesis.kpl.Deaggregation.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one {@code AggregatedRecord}:
 *
 * <pre>{@code
 * message AggregatedRecord {
 *   repeated string partition_key_table     = 1;
 *   repeated string explicit_hash_key_table = 2;
 *   repeated Record records                 = 3;
 * }
 * message Record {
 *   required uint64 partition_key_index     = 1;
 *   optional uint64 explicit_hash_key_index = 2;
 *   required bytes  data                    = 3;
 *   repeated Tag    tags                    = 4;
 * }
 * message Tag {
 *   required string key   = 1;
 *   optional string value = 2;
 * }
 * }</pre>
 *
 * <p>Fields may come in any order, so the tables are read in a first pass and the records in a
 * second. Unknown fields are skipped. Refused, though protobuf would skip them as unknown: a field
 * of ours with another wire type, and groups, which no version of the format has had.
 */
final class AggregatedRecordReader {
    private static final int PARTITION_KEY_TABLE = 1;
    private static final int EXPLICIT_HASH_KEY_TABLE = 2;
    private static final int RECORDS = 3;

    private static final int PARTITION_KEY_INDEX = 1;
    private static final int EXPLICIT_HASH_KEY_INDEX = 2;
    private static final int DATA = 3;
    private static final int TAGS = 4;

    private static final int TAG_KEY = 1;
    private static final int TAG_VALUE = 2;

    private final byte[] data;
    private final int messageOffset;
    private final int messageBytes;
    private final int maxUserRecords;

    private final List<String> partitionKeys = new ArrayList<>();
    private final List<String> explicitHashKeys = new ArrayList<>();

    AggregatedRecordReader(byte[] data, int messageOffset, int messageBytes, int maxUserRecords) {
        this.data = data;
        this.messageOffset = messageOffset;
        this.messageBytes = messageBytes;
        this.maxUserRecords = maxUserRecords;
    }

    /** The message is not one that we take; tells why. Ends the reading of one record, no more. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        private final Reason reason;
        private final String detail;

        Refusal(Reason reason, String detail) {
            // Input decides how often this is thrown, so it does not pay for a stack trace.
            super(detail, null, false, false);
            this.reason = reason;
            this.detail = detail;
        }

        Reason reason() {
            return reason;
        }

        String detail() {
            return detail;
        }
    }

    /**
     * User records in order.
     *
     * @throws Refusal if the message is not as the format has it, or beyond the bound
     * @throws IOException if the bytes are not protobuf's wire format
     */
    List<UserRecord> read() throws IOException, Refusal {
        int count = readTables();
        return readRecords(count);
    }

    private int readTables() throws IOException, Refusal {
        int count = 0;
        CodedInputStream in = CodedInputStream.newInstance(data, messageOffset, messageBytes);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case PARTITION_KEY_TABLE -> {
                    requireLengthDelimited(tag, "partition_key_table");
                    requireRoom(partitionKeys.size(), "partition_key_table");
                    partitionKeys.add(in.readString());
                }
                case EXPLICIT_HASH_KEY_TABLE -> {
                    requireLengthDelimited(tag, "explicit_hash_key_table");
                    requireRoom(explicitHashKeys.size(), "explicit_hash_key_table");
                    explicitHashKeys.add(readHashKey(in));
                }
                case RECORDS -> {
                    requireLengthDelimited(tag, "records");
                    requireRoom(count, "records");
                    count++;
                    in.skipField(tag);
                }
                default -> skipUnknown(in, tag);
            }
        }
        return count;
    }

    private String readHashKey(CodedInputStream in) throws IOException, Refusal {
        String hashKey = in.readString();
        if (!HashKeys.isHashKey(hashKey)) {
            throw malformed(
                    "explicit_hash_key_table["
                            + explicitHashKeys.size()
                            + "] of "
                            + hashKey.length()
                            + " characters is not a decimal number of 0 to 2^128-1");
        }
        return hashKey;
    }

    private List<UserRecord> readRecords(int count) throws IOException, Refusal {
        List<UserRecord> records = new ArrayList<>(count);
        CodedInputStream in = CodedInputStream.newInstance(data, messageOffset, messageBytes);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == RECORDS) {
                int outerLimit = in.pushLimit(in.readRawVarint32());
                records.add(readRecord(in, records.size()));
                in.popLimit(outerLimit);
            } else {
                in.skipField(tag);
            }
        }
        return records;
    }

    private UserRecord readRecord(CodedInputStream in, int position) throws IOException, Refusal {
        String partitionKey = null;
        String explicitHashKey = null;
        byte[] payload = null;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case PARTITION_KEY_INDEX -> {
                    requireVarint(tag, "partition_key_index");
                    partitionKey = entry(partitionKeys, in.readUInt64(), "partition_key", position);
                }
                case EXPLICIT_HASH_KEY_INDEX -> {
                    requireVarint(tag, "explicit_hash_key_index");
                    explicitHashKey =
                            entry(explicitHashKeys, in.readUInt64(), "explicit_hash_key", position);
                }
                case DATA -> {
                    requireLengthDelimited(tag, "data");
                    payload = in.readByteArray();
                }
                case TAGS -> {
                    requireLengthDelimited(tag, "tags");
                    int outerLimit = in.pushLimit(in.readRawVarint32());
                    checkTag(in, position);
                    in.popLimit(outerLimit);
                }
                default -> skipUnknown(in, tag);
            }
        }
        return new UserRecord(
                present(partitionKey, "partition_key_index", position),
                explicitHashKey,
                present(payload, "data", position));
    }

    private static void checkTag(CodedInputStream in, int position) throws IOException, Refusal {
        boolean keyed = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case TAG_KEY -> {
                    requireLengthDelimited(tag, "tags.key");
                    in.skipField(tag);
                    keyed = true;
                }
                case TAG_VALUE -> {
                    requireLengthDelimited(tag, "tags.value");
                    in.skipField(tag);
                }
                default -> skipUnknown(in, tag);
            }
        }
        if (!keyed) {
            throw malformed("records[" + position + "] has a tag without key");
        }
    }

    private static String entry(List<String> table, long index, String name, int position)
            throws Refusal {
        // The index is unsigned: from 2^63 on it is negative here.
        if (index < 0 || index >= table.size()) {
            throw malformed(
                    "records["
                            + position
                            + "]."
                            + name
                            + "_index is "
                            + Long.toUnsignedString(index)
                            + ", but "
                            + name
                            + "_table has "
                            + table.size()
                            + " entries");
        }
        return table.get((int) index);
    }

    private static <T> T present(@Nullable T value, String field, int position) throws Refusal {
        if (value == null) {
            throw malformed("records[" + position + "] has no " + field);
        }
        return value;
    }

    private static void skipUnknown(CodedInputStream in, int tag) throws IOException, Refusal {
        int wireType = WireFormat.getTagWireType(tag);
        if (wireType == WireFormat.WIRETYPE_START_GROUP
                || wireType == WireFormat.WIRETYPE_END_GROUP) {
            throw malformed("field " + WireFormat.getTagFieldNumber(tag) + " is a group");
        }
        in.skipField(tag);
    }

    private void requireRoom(int entries, String field) throws Refusal {
        if (entries >= maxUserRecords) {
            throw new Refusal(
                    Reason.TOO_MANY_RECORDS,
                    field + " has more than " + maxUserRecords + " entries");
        }
    }

    private static void requireVarint(int tag, String field) throws Refusal {
        requireWireType(tag, WireFormat.WIRETYPE_VARINT, field);
    }

    private static void requireLengthDelimited(int tag, String field) throws Refusal {
        requireWireType(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED, field);
    }

    private static void requireWireType(int tag, int expected, String field) throws Refusal {
        int wireType = WireFormat.getTagWireType(tag);
        if (wireType != expected) {
            throw malformed(field + " has wire type " + wireType + ", expected " + expected);
        }
    }

    private static Refusal malformed(String detail) {
        return new Refusal(Reason.MALFORMED, detail);
    }
}
