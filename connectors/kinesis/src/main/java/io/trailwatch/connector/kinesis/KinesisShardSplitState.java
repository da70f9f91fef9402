package io.trailwatch.connector.kinesis;

/** How far the records of one shard have been handed downstream; changes with every record. */
final class KinesisShardSplitState {
    private final KinesisShardSplit split;
    private StartingPosition position;

    KinesisShardSplitState(KinesisShardSplit split) {
        this.split = split;
        this.position = split.startingPosition();
    }

    void emitted(String sequenceNumber) {
        position = StartingPosition.continueFromSequenceNumber(sequenceNumber);
    }

    KinesisShardSplit toSplit() {
        return split.at(position);
    }
}
