package io.trailwatch.connector.kinesis.enumerator;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.client.KinesisFailure;
import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Finds shards and hands each to one reader as soon as its parents are done. */
public final class KinesisSourceEnumerator
        implements SplitEnumerator<KinesisShardSplit, KinesisEnumeratorState> {
    private static final Logger LOG = LoggerFactory.getLogger(KinesisSourceEnumerator.class);

    private final SplitEnumeratorContext<KinesisShardSplit> context;
    private final KinesisApi proxy;
    private final KinesisSourceSettings settings;
    private final ShardTracker tracker;
    private int failedListings;

    /** Begins without state. */
    public static KinesisSourceEnumerator create(
            SplitEnumeratorContext<KinesisShardSplit> context,
            KinesisApi api,
            KinesisSourceSettings settings) {
        ShardPosition initial =
                settings.initialTimestamp() == null
                        ? ShardPosition.fromStart()
                        : ShardPosition.fromTimestamp(settings.initialTimestamp());
        return new KinesisSourceEnumerator(
                context, api, settings, ShardTracker.startingAt(initial));
    }

    /** Goes on from a checkpoint. */
    public static KinesisSourceEnumerator restore(
            SplitEnumeratorContext<KinesisShardSplit> context,
            KinesisApi api,
            KinesisSourceSettings settings,
            KinesisEnumeratorState state) {
        return new KinesisSourceEnumerator(context, api, settings, ShardTracker.restored(state));
    }

    KinesisSourceEnumerator(
            SplitEnumeratorContext<KinesisShardSplit> context,
            KinesisApi proxy,
            KinesisSourceSettings settings,
            ShardTracker tracker) {
        this.context = context;
        this.proxy = proxy;
        this.settings = settings;
        this.tracker = tracker;
    }

    @Override
    public void start() {
        context.callAsync(
                this::listShards, this::onShardsListed, 0, settings.discoveryInterval().toMillis());
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String hostname) {
        // Readers take what they are given; they do not ask.
    }

    @Override
    public void addReader(int subtask) {
        assignReady();
    }

    @Override
    public void addSplitsBack(List<KinesisShardSplit> splits, int subtask) {
        tracker.givenBack(splits);
        assignReady();
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof SplitsFinishedEvent finished) {
            tracker.finished(finished.splitIds());
            assignReady();
            // Children of a shard that was just closed need not wait for the next turn.
            context.callAsync(this::listShards, this::onShardsListed);
        }
    }

    @Override
    public KinesisEnumeratorState snapshotState(long checkpointId) {
        return tracker.snapshot();
    }

    @Override
    public void close() {
        proxy.close();
    }

    private List<Shard> listShards() {
        return proxy.shards(settings.streams().get(0).arn()).join();
    }

    private void onShardsListed(@Nullable List<Shard> shards, @Nullable Throwable failure) {
        if (failure != null) {
            onListingFailed(failure);
        } else if (shards != null) {
            failedListings = 0;
            tracker.discovered(settings.streams().get(0).arn(), shards);
            assignReady();
        }
    }

    private void onListingFailed(Throwable failure) {
        failedListings++;
        boolean repeat = KinesisFailure.of(failure).isWorthRepeating();
        if (!repeat || failedListings > settings.backoff().maxAttempts()) {
            throw new KinesisSourceException(
                    "cannot list the shards of stream "
                            + settings.streams().get(0).arn()
                            + ", failures in a row: "
                            + failedListings
                            + "; last: "
                            + failure.getMessage(),
                    failure);
        }
        LOG.warn(
                "Cannot list the shards of stream {}, {} failures in a row; next try in {}",
                settings.streams().get(0).arn(),
                failedListings,
                settings.discoveryInterval(),
                failure);
    }

    private void assignReady() {
        Map<Integer, List<KinesisShardSplit>> assignments = new HashMap<>();
        for (KinesisShardSplit split : tracker.assignable()) {
            int subtask = ShardAssignment.subtaskOf(split, context.currentParallelism());
            if (context.registeredReaders().containsKey(subtask)) {
                assignments.computeIfAbsent(subtask, s -> new ArrayList<>()).add(split);
                tracker.assigned(split);
            }
        }
        if (!assignments.isEmpty()) {
            LOG.info("Assigning shards to subtasks: {}", assignments);
            context.assignSplits(new SplitsAssignment<>(assignments));
        }
    }
}
