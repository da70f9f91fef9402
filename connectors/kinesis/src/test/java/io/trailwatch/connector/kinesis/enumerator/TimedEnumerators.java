package io.trailwatch.connector.kinesis.enumerator;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import java.time.InstantSource;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;

/** Enumerators on a clock that the test holds. */
public final class TimedEnumerators {
    private TimedEnumerators() {}

    /**
     * @param state null to begin without
     */
    public static KinesisSourceEnumerator create(
            SplitEnumeratorContext<KinesisShardSplit> context,
            KinesisApi api,
            KinesisSourceSettings settings,
            @Nullable KinesisEnumeratorState state,
            InstantSource clock) {
        return state == null
                ? KinesisSourceEnumerator.create(context, api, settings, clock)
                : KinesisSourceEnumerator.restore(context, api, settings, state, clock);
    }
}
