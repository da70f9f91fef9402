package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.split.LostRange;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What passes from the fetching thread to the emitter, in the order of the shard. */
sealed interface ReadItem {
    /** Hands the item to the one of the three that it is for. */
    void route(Cases cases);

    /** The outcomes. */
    interface Cases {
        void record(RecordItem record);

        void progress(ProgressItem progress);

        void loss(LossItem loss);
    }

    /**
     * A record to be emitted.
     *
     * @param sequenceNumber that of the Kinesis record
     * @param subSequence place within its aggregate from 0; 0 for what is no part of one
     * @param last whether it ends the Kinesis record, which then is read whole
     * @param arrivalTime approximate arrival of the Kinesis record
     * @param payload not to be changed by anyone
     */
    record RecordItem(
            String sequenceNumber,
            int subSequence,
            boolean last,
            Instant arrivalTime,
            byte[] payload)
            implements ReadItem {
        @Override
        public void route(Cases cases) {
            cases.record(this);
        }
    }

    /**
     * The shard has been read further than its last record tells.
     *
     * @param readUpTo nothing unread arrived before this
     * @param sequenceNumber where the position moves to, behind it; null to stay
     */
    record ProgressItem(Instant readUpTo, @Nullable String sequenceNumber) implements ReadItem {
        @Override
        public void route(Cases cases) {
            cases.progress(this);
        }
    }

    /**
     * Records are gone.
     *
     * @param time when that was found
     */
    record LossItem(LostRange range, Instant time) implements ReadItem {
        @Override
        public void route(Cases cases) {
            cases.loss(this);
        }
    }
}
