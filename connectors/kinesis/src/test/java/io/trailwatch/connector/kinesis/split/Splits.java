package io.trailwatch.connector.kinesis.split;

import java.math.BigInteger;
import java.util.Set;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Splits and shards of one imaginary stream. */
public final class Splits {
    public static final String ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/trail";
    public static final BigInteger LAST_HASH_KEY = BigInteger.TWO.pow(128).subtract(BigInteger.ONE);

    private Splits() {}

    public static KinesisShardSplit split(String shardId, String... parents) {
        return new KinesisShardSplit(
                ARN,
                shardId,
                ShardPosition.fromStart(),
                Set.of(parents),
                BigInteger.ZERO,
                LAST_HASH_KEY,
                false,
                null);
    }

    public static KinesisShardSplit split(BigInteger firstHashKey, BigInteger lastHashKey) {
        return new KinesisShardSplit(
                ARN,
                "shardId-0",
                ShardPosition.fromStart(),
                Set.of(),
                firstHashKey,
                lastHashKey,
                false,
                null);
    }

    public static Shard shard(String shardId, String... parents) {
        return Shard.builder()
                .shardId(shardId)
                .parentShardId(parents.length > 0 ? parents[0] : null)
                .adjacentParentShardId(parents.length > 1 ? parents[1] : null)
                .hashKeyRange(
                        HashKeyRange.builder()
                                .startingHashKey("0")
                                .endingHashKey(LAST_HASH_KEY.toString())
                                .build())
                .build();
    }
}
