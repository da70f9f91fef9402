package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit.Loss;
import io.trailwatch.connector.kinesis.split.LostRange;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How far one shard has been handed downstream; changes with every item. */
final class KinesisShardSplitState {
    private final KinesisShardSplit split;
    private ShardPosition position;
    private @Nullable Loss loss;

    /**
     * A loss that was told before counts as carried out if the policy is to continue.
     *
     * @param policy what to do about losses
     */
    KinesisShardSplitState(KinesisShardSplit split, LossPolicy policy) {
        this.split = split;
        this.position = split.position();
        this.loss = split.loss();
        if (loss != null && loss.reported()) {
            told(loss.range(), policy);
        }
    }

    KinesisShardSplit split() {
        return split;
    }

    void emitted(ReadItem.RecordItem record) {
        position =
                record.last()
                        ? ShardPosition.after(record.sequenceNumber(), record.arrivalTime())
                        : ShardPosition.inside(
                                record.sequenceNumber(),
                                record.subSequence() + 1,
                                record.arrivalTime());
    }

    void progressed(ReadItem.ProgressItem progress) {
        position =
                progress.sequenceNumber() == null
                        ? position.readUpTo(progress.readUpTo())
                        : ShardPosition.after(progress.sequenceNumber(), progress.readUpTo());
    }

    /** The notice has gone downstream. */
    void told(LostRange range, LossPolicy policy) {
        loss =
                switch (policy) {
                    case FAIL -> new Loss(range, true);
                    case CONTINUE -> null;
                };
        if (loss == null) {
            position = behind(range, position);
        }
    }

    /** The same place, with the loss settled: it is not to be found a second time. */
    static ShardPosition behind(LostRange range, ShardPosition position) {
        Instant until = range.until();
        return until == null ? position : position.readUpTo(until);
    }

    KinesisShardSplit toSplit() {
        return split.at(position).with(loss);
    }
}
