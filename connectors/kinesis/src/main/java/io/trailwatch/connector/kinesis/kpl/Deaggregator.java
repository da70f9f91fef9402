package io.trailwatch.connector.kinesis.kpl;

import io.trailwatch.connector.kinesis.kpl.Deaggregation.Aggregate;
import io.trailwatch.connector.kinesis.kpl.Deaggregation.NotAnAggregate;
import io.trailwatch.connector.kinesis.kpl.Deaggregation.Reason;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Takes KPL aggregates apart. An aggregate is {@code F3 89 9A C2}, a protobuf {@code
 * AggregatedRecord} of at least one byte, and the 16 bytes of MD5 over that message.
 *
 * <p>It is all or nothing: a message that is damaged anywhere yields no user record, and the record
 * passes as it is. (The KCL skips the rest of an aggregate whose index points beyond its table, and
 * only logs that.) The MD5 guards against accidents, not against a writer who means harm: whoever
 * may write to the stream can make it fit, so the message is read with suspicion all the same.
 *
 * <p>What is allocated is in proportion to the bytes given, never to the lengths claimed in them.
 * Holds no state; any number of threads may share one.
 */
public final class Deaggregator {
    /**
     * More than a KPL puts into one record unless told to: its default of 51,200 bytes an aggregate
     * holds at most 8,500 records. The smallest takes 6 bytes, so that 1 MiB of hostile record can
     * claim 174,000 and 10 MiB can claim 1.7 million, at some 50 bytes of heap each.
     */
    public static final int DEFAULT_MAX_USER_RECORDS = 100_000;

    private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
    private static final int CHECKSUM_BYTES = 16;
    private static final int SHORTEST_BYTES = MAGIC.length + 1 + CHECKSUM_BYTES;
    private static final NotAnAggregate PLAIN =
            new NotAnAggregate(Reason.NO_MAGIC, "does not begin with F3 89 9A C2");

    private final int maxUserRecords;

    /**
     * @param maxUserRecords most user records, and most entries of either table of keys, that one
     *     aggregate may hold; at least 1
     * @throws IllegalArgumentException if the bound is below 1
     */
    public Deaggregator(int maxUserRecords) {
        if (maxUserRecords < 1) {
            throw new IllegalArgumentException(
                    "maxUserRecords is " + maxUserRecords + ", minimum 1");
        }
        this.maxUserRecords = maxUserRecords;
    }

    /**
     * True when the first four bytes are the magic and there is room for a message and its
     * checksum; compares four bytes and the length, no more.
     */
    public static boolean looksAggregated(byte[] data) {
        return data.length >= SHORTEST_BYTES && startsWithMagic(data);
    }

    /**
     * Reads one Kinesis record.
     *
     * @param data the whole data of the record; neither changed nor kept
     * @return the user records, or why the record is to pass as it is; bytes never make it throw
     */
    public Deaggregation deaggregate(byte[] data) {
        if (!startsWithMagic(data)) {
            return PLAIN;
        }
        if (data.length < SHORTEST_BYTES) {
            return new NotAnAggregate(
                    Reason.TOO_SHORT,
                    "record is " + data.length + " bytes, minimum " + SHORTEST_BYTES);
        }
        int messageBytes = data.length - MAGIC.length - CHECKSUM_BYTES;
        if (!checksumHolds(data, messageBytes)) {
            return new NotAnAggregate(
                    Reason.CHECKSUM,
                    "last 16 bytes are not the MD5 of the " + messageBytes + " bytes of message");
        }
        try {
            return new Aggregate(
                    new AggregatedRecordReader(data, MAGIC.length, messageBytes, maxUserRecords)
                            .read());
        } catch (AggregatedRecordReader.Refusal refusal) {
            return new NotAnAggregate(refusal.reason(), refusal.detail());
        } catch (IOException notTheWireFormat) {
            return new NotAnAggregate(
                    Reason.MALFORMED, String.valueOf(notTheWireFormat.getMessage()));
        }
    }

    private static boolean startsWithMagic(byte[] data) {
        return data.length >= MAGIC.length
                && Arrays.equals(data, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    private static boolean checksumHolds(byte[] data, int messageBytes) {
        MessageDigest md5 = HashKeys.md5();
        md5.update(data, MAGIC.length, messageBytes);
        byte[] checksum = md5.digest();
        int at = MAGIC.length + messageBytes;
        return Arrays.equals(data, at, data.length, checksum, 0, CHECKSUM_BYTES);
    }
}
