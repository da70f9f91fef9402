package io.trailwatch.connector.kinesis;

import java.math.BigInteger;
import java.util.Set;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Splits and shards of one imaginary stream. */
final class Splits {
    static final String ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/trail";
    static final BigInteger LAST_HASH_KEY = BigInteger.TWO.pow(128).subtract(BigInteger.ONE);

    private Splits() {}

    static KinesisShardSplit split(String shardId, String... parents) {
        return new KinesisShardSplit(
                ARN,
                shardId,
                StartingPosition.fromStart(),
                Set.of(parents),
                BigInteger.ZERO,
                LAST_HASH_KEY,
                false);
    }

    static KinesisShardSplit split(BigInteger firstHashKey, BigInteger lastHashKey) {
        return new KinesisShardSplit(
                ARN,
                "shardId-0",
                StartingPosition.fromStart(),
                Set.of(),
                firstHashKey,
                lastHashKey,
                false);
    }

    static Shard shard(String shardId, String... parents) {
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
