package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.enumerator.StreamFacts;
import io.trailwatch.connector.kinesis.kpl.Deaggregator;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the shards of one subtask share.
 *
 * @param streamFacts by stream ARN, written by the task's thread
 * @param random uniform in [0, 1), for jitter
 */
record FetchEnvironment(
        KinesisApi api,
        KinesisSourceSettings settings,
        Map<String, StreamFacts> streamFacts,
        ReadMetrics metrics,
        Inbox inbox,
        ByteBudget budget,
        RecordUnpacker unpacker,
        LoopClock clock,
        DoubleSupplier random) {

    static FetchEnvironment of(
            KinesisApi api,
            KinesisSourceSettings settings,
            Map<String, StreamFacts> streamFacts,
            ReadMetrics metrics,
            LoopClock clock,
            DoubleSupplier random) {
        return new FetchEnvironment(
                api,
                settings,
                streamFacts,
                metrics,
                new Inbox(),
                new ByteBudget(settings.maxBufferedBytes()),
                new RecordUnpacker(
                        settings.deaggregation()
                                ? new Deaggregator(Deaggregator.DEFAULT_MAX_USER_RECORDS)
                                : null,
                        settings.stopTimestamp(),
                        metrics),
                clock,
                random);
    }

    /** Null until the enumerator has told them. */
    @Nullable StreamFacts factsOf(String streamArn) {
        return streamFacts.get(streamArn);
    }
}
