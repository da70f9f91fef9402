package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.LostRange;
import io.trailwatch.event.RawRecord;
import java.time.Instant;
import java.util.Objects;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands records and notices downstream, and moves the position of the shard with each. */
final class ReadItemEmitter implements RecordEmitter<ReadItem, RawRecord, KinesisShardSplitState> {
    private static final Logger LOG = LoggerFactory.getLogger(ReadItemEmitter.class);

    private final LossPolicy policy;
    private final ReadMetrics metrics;

    ReadItemEmitter(LossPolicy policy, ReadMetrics metrics) {
        this.policy = policy;
        this.metrics = metrics;
    }

    @Override
    public void emitRecord(
            ReadItem item, SourceOutput<RawRecord> output, KinesisShardSplitState state) {
        item.route(new Emission(output, state));
    }

    private final class Emission implements ReadItem.Cases {
        private final SourceOutput<RawRecord> output;
        private final KinesisShardSplitState state;

        Emission(SourceOutput<RawRecord> output, KinesisShardSplitState state) {
            this.output = output;
            this.state = state;
        }

        @Override
        public void record(ReadItem.RecordItem record) {
            KinesisShardSplit split = state.split();
            output.collect(
                    new RawRecord(
                            split.streamArn(),
                            split.shardId(),
                            record.sequenceNumber(),
                            record.subSequence(),
                            record.arrivalTime(),
                            record.payload(),
                            false),
                    record.arrivalTime().toEpochMilli());
            state.emitted(record);
        }

        @Override
        public void progress(ReadItem.ProgressItem progress) {
            state.progressed(progress);
        }

        @Override
        public void loss(ReadItem.LossItem loss) {
            KinesisShardSplit split = state.split();
            LostRange range = loss.range();
            String description = range.describe(split.streamArn(), split.shardId());
            LOG.error("{}; loss policy is {}", description, policy);
            RawRecord notice =
                    RawRecord.ofLoss(
                            split.streamArn(),
                            split.shardId(),
                            Objects.requireNonNullElse(range.after().sequenceNumber(), ""),
                            loss.time(),
                            description);
            // The time of day would drive the shard's watermark past all records it still has.
            Instant place = Objects.requireNonNullElse(range.after().readUpTo(), loss.time());
            output.collect(notice, place.toEpochMilli());
            metrics.rangeLost();
            state.told(range, policy);
        }
    }
}
