package io.trailwatch.connector.kinesis.kpl;

import com.amazonaws.kinesis.agg.AggRecord;
import com.amazonaws.services.kinesis.clientlibrary.types.Messages;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Aggregates as AWS's own classes write them, and the frame around messages that are damaged. */
final class Aggregates {
    private static final byte[] MAGIC = HexFormat.of().parseHex("f3899ac2");

    private Aggregates() {}

    static UserRecord user(String partitionKey, @Nullable String explicitHashKey, byte[] payload) {
        return new UserRecord(partitionKey, explicitHashKey, payload);
    }

    /**
     * As the aggregator library writes them. It gives every user record an explicit hash key: its
     * own, or the hash of its partition key.
     */
    static byte[] byAggregator(List<UserRecord> records) {
        AggRecord aggregate = new AggRecord();
        for (UserRecord record : records) {
            try {
                if (!aggregate.addUserRecord(
                        record.partitionKey(), record.explicitHashKey(), record.payload())) {
                    throw new IllegalArgumentException("does not fit into one aggregate");
                }
            } catch (Exception refused) {
                throw new IllegalArgumentException("aggregator refused the record", refused);
            }
        }
        return aggregate.toRecordBytes();
    }

    /** As the message classes of the KCL write it, with hash keys only where there are any. */
    static byte[] byMessage(List<UserRecord> records) {
        return sealed(message(records).build().toByteArray());
    }

    static Messages.AggregatedRecord.Builder message(List<UserRecord> records) {
        List<String> partitionKeys = records.stream().map(UserRecord::partitionKey).toList();
        Messages.AggregatedRecord.Builder message = Messages.AggregatedRecord.newBuilder();
        message.addAllPartitionKeyTable(partitionKeys.stream().distinct().toList());
        for (UserRecord record : records) {
            Messages.Record.Builder entry =
                    Messages.Record.newBuilder()
                            .setPartitionKeyIndex(
                                    message.getPartitionKeyTableList()
                                            .indexOf(record.partitionKey()))
                            .setData(ByteString.copyFrom(record.payload()));
            if (record.explicitHashKey() != null) {
                entry.setExplicitHashKeyIndex(message.getExplicitHashKeyTableCount());
                message.addExplicitHashKeyTable(record.explicitHashKey());
            }
            message.addRecords(entry);
        }
        return message;
    }

    /** Magic, the message, its MD5. */
    static byte[] sealed(byte[] message) {
        try {
            return concat(MAGIC, message, MessageDigest.getInstance("MD5").digest(message));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(absent);
        }
    }

    static byte[] sealedHex(String messageHex) {
        return sealed(HexFormat.of().parseHex(messageHex.replace(" ", "")));
    }

    static byte[] messageOf(byte[] aggregate) {
        return Arrays.copyOfRange(aggregate, 4, aggregate.length - 16);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Lines that can be compared: keys and payload of each user record. */
    static List<String> lines(List<UserRecord> records) {
        return records.stream()
                .map(r -> line(r.partitionKey(), r.explicitHashKey(), r.payload()))
                .toList();
    }

    static String line(String partitionKey, @Nullable String explicitHashKey, byte[] payload) {
        return partitionKey + " | " + explicitHashKey + " | " + HexFormat.of().formatHex(payload);
    }
}
