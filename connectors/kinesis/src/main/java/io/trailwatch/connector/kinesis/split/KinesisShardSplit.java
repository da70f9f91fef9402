package io.trailwatch.connector.kinesis.split;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceSplit;
import org.jspecify.annotations.Nullable;

/**
 * One shard and how far it has been read.
 *
 * @param streamArn stream the shard belongs to
 * @param shardId shard id, unique within the stream
 * @param position where to read on
 * @param parentShardIds shards that have to be read to their end first; empty, one after a split,
 *     two after a merge
 * @param startingHashKey first hash key of the shard, inclusive
 * @param endingHashKey last hash key of the shard, inclusive
 * @param finished true when the shard has been read to its end and the split is kept only until the
 *     enumerator certainly knows
 * @param loss records of this shard found to be lost, until the loss policy has been carried out;
 *     null where nothing is known to be lost
 */
public record KinesisShardSplit(
        String streamArn,
        String shardId,
        ShardPosition position,
        Set<String> parentShardIds,
        BigInteger startingHashKey,
        BigInteger endingHashKey,
        boolean finished,
        @Nullable Loss loss)
        implements SourceSplit {

    /**
     * What was lost, and whether that has been told.
     *
     * @param range the records lost
     * @param reported true once the notice of it has been handed downstream: it is told once, also
     *     when the job fails for it and is started again
     */
    public record Loss(LostRange range, boolean reported) {
        public Loss {
            requireNonNull(range, "range");
        }
    }

    public KinesisShardSplit {
        requireNonNull(streamArn, "streamArn");
        requireNonNull(shardId, "shardId");
        requireNonNull(position, "position");
        parentShardIds = Set.copyOf(parentShardIds);
        requireNonNull(startingHashKey, "startingHashKey");
        requireNonNull(endingHashKey, "endingHashKey");
    }

    @Override
    public String splitId() {
        return splitId(streamArn, shardId);
    }

    public static String splitId(String streamArn, String shardId) {
        return streamArn + "/" + shardId;
    }

    public KinesisShardSplit at(ShardPosition position) {
        return new KinesisShardSplit(
                streamArn,
                shardId,
                position,
                parentShardIds,
                startingHashKey,
                endingHashKey,
                finished,
                loss);
    }

    public KinesisShardSplit asFinished() {
        return new KinesisShardSplit(
                streamArn,
                shardId,
                position,
                parentShardIds,
                startingHashKey,
                endingHashKey,
                true,
                loss);
    }

    public KinesisShardSplit with(@Nullable Loss loss) {
        return new KinesisShardSplit(
                streamArn,
                shardId,
                position,
                parentShardIds,
                startingHashKey,
                endingHashKey,
                finished,
                loss);
    }
}
