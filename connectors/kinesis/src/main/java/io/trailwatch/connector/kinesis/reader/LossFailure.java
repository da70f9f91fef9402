package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.config.KinesisSourceOptions;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.LostRange;

/** How a job ends whose policy does not put up with losses. */
final class LossFailure {
    private LossFailure() {}

    static KinesisSourceException of(KinesisShardSplit split, LostRange range) {
        return new KinesisSourceException(
                range.describe(split.streamArn(), split.shardId())
                        + "; to go on without them set "
                        + KinesisSourceOptions.LOSS_POLICY.key()
                        + " to CONTINUE, or restore another savepoint");
    }
}
