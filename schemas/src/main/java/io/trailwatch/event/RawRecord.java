package io.trailwatch.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * One record as its source delivered it: a Kinesis user record, or a file of a replay.
 *
 * @param source stream ARN, or the path of the file
 * @param shard shard id; empty for files
 * @param sequence sequence number within the shard (decimal); for files the byte offset at which
 *     this part begins
 * @param arrivalTime approximate arrival in the stream; for files the time of last modification
 * @param payload bytes as delivered: any envelope, compressed or not; not to be changed by anyone
 */
public record RawRecord(
        String source, String shard, String sequence, Instant arrivalTime, byte[] payload) {
    public RawRecord {
        requireNonNull(source, "source");
        requireNonNull(shard, "shard");
        requireNonNull(sequence, "sequence");
        requireNonNull(arrivalTime, "arrivalTime");
        requireNonNull(payload, "payload");
    }
}
