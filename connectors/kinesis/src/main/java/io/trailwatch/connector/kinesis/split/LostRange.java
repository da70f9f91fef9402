package io.trailwatch.connector.kinesis.split;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Records of one shard that the stream no longer holds and that were never read.
 *
 * @param reason how they were lost
 * @param after the position behind which they lay
 * @param until arrival of the oldest record that the stream still holds; null where nothing of the
 *     shard is left
 */
public record LostRange(Reason reason, ShardPosition after, @Nullable Instant until) {
    /** How records come to be lost. */
    public enum Reason {
        /** The shard does not exist any more, and it was not read to its end. */
        SHARD_GONE,
        /** The position is older than the retention of the stream. */
        POSITION_TRIMMED
    }

    public LostRange {
        requireNonNull(reason, "reason");
        requireNonNull(after, "after");
    }

    /** For people: names stream, shard, range, and what may be done. */
    public String describe(String streamArn, String shardId) {
        String begin =
                after.readUpTo() == null
                        ? "the beginning"
                        : "what arrived until " + after.readUpTo();
        String place =
                after.sequenceNumber() == null ? "" : " (sequence " + after.sequenceNumber() + ")";
        return switch (reason) {
            case SHARD_GONE ->
                    "shard %s of stream %s no longer exists; its records after %s%s were not read and are lost"
                            .formatted(shardId, streamArn, begin, place);
            case POSITION_TRIMMED ->
                    "shard %s of stream %s keeps records from %s on only; those after %s%s and before that were not read and may be lost"
                            .formatted(shardId, streamArn, until, begin, place);
        };
    }
}
