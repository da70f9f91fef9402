package io.trailwatch.connector.kinesis;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * One shard and how far it has been read.
 *
 * @param streamArn stream the shard belongs to
 * @param shardId shard id, unique within the stream
 * @param startingPosition where to read on
 * @param parentShardIds shards that have to be read to their end first; empty, one after a split,
 *     two after a merge
 * @param startingHashKey first hash key of the shard, inclusive
 * @param endingHashKey last hash key of the shard, inclusive
 * @param finished true when the shard has been read to its end and the split is kept only until the
 *     enumerator certainly knows
 */
public record KinesisShardSplit(
        String streamArn,
        String shardId,
        StartingPosition startingPosition,
        Set<String> parentShardIds,
        BigInteger startingHashKey,
        BigInteger endingHashKey,
        boolean finished)
        implements SourceSplit {
    public KinesisShardSplit {
        requireNonNull(streamArn, "streamArn");
        requireNonNull(shardId, "shardId");
        requireNonNull(startingPosition, "startingPosition");
        parentShardIds = Set.copyOf(parentShardIds);
        requireNonNull(startingHashKey, "startingHashKey");
        requireNonNull(endingHashKey, "endingHashKey");
    }

    @Override
    public String splitId() {
        return splitId(streamArn, shardId);
    }

    static String splitId(String streamArn, String shardId) {
        return streamArn + "/" + shardId;
    }

    KinesisShardSplit at(StartingPosition position) {
        return new KinesisShardSplit(
                streamArn,
                shardId,
                position,
                parentShardIds,
                startingHashKey,
                endingHashKey,
                finished);
    }

    KinesisShardSplit asFinished() {
        return new KinesisShardSplit(
                streamArn,
                shardId,
                startingPosition,
                parentShardIds,
                startingHashKey,
                endingHashKey,
                true);
    }
}
