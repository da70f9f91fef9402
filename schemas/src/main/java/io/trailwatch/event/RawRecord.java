package io.trailwatch.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * One record as its source delivered it: a Kinesis user record, or a file of a replay; or the
 * notice that the source lost records.
 *
 * @param source stream ARN, or the path of the file
 * @param shard shard id; empty for files
 * @param sequence sequence number within the shard (decimal); for files the byte offset at which
 *     this part begins
 * @param subSequence place within an aggregate of the Kinesis Producer Library, from 0; 0 for all
 *     that is no part of one
 * @param arrivalTime approximate arrival in the stream; for files the time of last modification
 * @param payload bytes as delivered: any envelope, compressed or not; not to be changed by anyone.
 *     Of a notice: what was lost, in UTF-8, for people
 * @param lossNotice true when this is no record, but the notice that records of the shard behind
 *     {@code sequence} are gone and were not read
 */
public record RawRecord(
        String source,
        String shard,
        String sequence,
        int subSequence,
        Instant arrivalTime,
        byte[] payload,
        boolean lossNotice) {
    public RawRecord {
        requireNonNull(source, "source");
        requireNonNull(shard, "shard");
        requireNonNull(sequence, "sequence");
        requireNonNull(arrivalTime, "arrivalTime");
        requireNonNull(payload, "payload");
    }

    /** A record that is no part of an aggregate. */
    public static RawRecord of(
            String source, String shard, String sequence, Instant arrivalTime, byte[] payload) {
        return new RawRecord(source, shard, sequence, 0, arrivalTime, payload, false);
    }

    /**
     * The notice of a loss.
     *
     * @param sequence sequence number behind which records are gone; empty where none was read
     * @param time when the loss was found
     * @param description what was lost
     */
    public static RawRecord ofLoss(
            String source, String shard, String sequence, Instant time, String description) {
        return new RawRecord(source, shard, sequence, 0, time, description.getBytes(UTF_8), true);
    }
}
