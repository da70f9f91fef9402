package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Instant;

/** How far the records of one shard have been handed downstream; changes with every record. */
final class KinesisShardSplitState {
    private final KinesisShardSplit split;
    private ShardPosition position;

    KinesisShardSplitState(KinesisShardSplit split) {
        this.split = split;
        this.position = split.position();
    }

    void emitted(String sequenceNumber, Instant arrivalTime) {
        position = ShardPosition.after(sequenceNumber, arrivalTime);
    }

    KinesisShardSplit toSplit() {
        return split.at(position);
    }
}
