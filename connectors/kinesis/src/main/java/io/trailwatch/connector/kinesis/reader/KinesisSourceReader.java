package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.enumerator.SplitsFinishedEvent;
import io.trailwatch.connector.kinesis.enumerator.StreamFacts;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit.Loss;
import io.trailwatch.connector.kinesis.split.LostRange;
import io.trailwatch.event.RawRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.fetcher.SingleThreadFetcherManager;

/**
 * Hands records downstream and keeps the position of each shard.
 *
 * <p>A finished split stays in the state until a checkpoint that holds it has completed. The news
 * of its end may reach the enumerator only after the enumerator's part of that checkpoint was
 * taken; after a restore from it the split, still here, is announced again. Without this its
 * children would never start.
 *
 * <p>A loss that fails the job does so with the second checkpoint that holds the fact that it was
 * told. With the first the notice is in the state of the sinks, and not told again after a restart;
 * they commit it when they hear that this one completed, which they have before the second can.
 */
@SuppressWarnings("try") // close() is inherited and may be interrupted
public final class KinesisSourceReader
        extends SingleThreadMultiplexSourceReaderBase<
                ReadItem, RawRecord, KinesisShardSplit, KinesisShardSplitState> {
    private final LossPolicy lossPolicy;
    private final Map<String, StreamFacts> streamFacts;
    private final Map<String, KinesisShardSplit> finished = new HashMap<>();
    private final NavigableMap<Long, Set<String>> finishedByCheckpoint = new TreeMap<>();
    private final NavigableMap<Long, List<KinesisShardSplit>> lossesByCheckpoint = new TreeMap<>();
    private List<KinesisShardSplit> heldLosses = List.of();

    /** Opens one client for the shards of this subtask, when it gets the first. */
    public static KinesisSourceReader create(
            KinesisSourceSettings settings,
            Supplier<KinesisApi> apis,
            SourceReaderContext context) {
        LoopClock clock = LoopClock.system();
        ReadMetrics metrics = new ReadMetrics(context.metricGroup(), clock);
        Map<String, StreamFacts> streamFacts = new ConcurrentHashMap<>();
        return new KinesisSourceReader(
                new SingleThreadFetcherManager<>(
                        () -> splitReader(settings, apis.get(), metrics, streamFacts, clock),
                        context.getConfiguration()),
                settings.lossPolicy(),
                metrics,
                streamFacts,
                context);
    }

    KinesisSourceReader(
            SingleThreadFetcherManager<ReadItem, KinesisShardSplit> fetchers,
            LossPolicy lossPolicy,
            ReadMetrics metrics,
            Map<String, StreamFacts> streamFacts,
            SourceReaderContext context) {
        super(
                fetchers,
                new ReadItemEmitter(lossPolicy, metrics),
                context.getConfiguration(),
                context);
        this.lossPolicy = lossPolicy;
        this.streamFacts = streamFacts;
    }

    private static KinesisSplitReader splitReader(
            KinesisSourceSettings settings,
            KinesisApi api,
            ReadMetrics metrics,
            Map<String, StreamFacts> streamFacts,
            LoopClock clock) {
        FetchEnvironment environment =
                FetchEnvironment.of(
                        api,
                        settings,
                        streamFacts,
                        metrics,
                        clock,
                        () -> ThreadLocalRandom.current().nextDouble());
        return new KinesisSplitReader(
                new FetchLoop(environment), environment.inbox(), environment.clock());
    }

    /**
     * @throws io.trailwatch.connector.kinesis.client.KinesisSourceException if a split has a loss
     *     that was told before, and the policy is to fail
     */
    @Override
    public void addSplits(List<KinesisShardSplit> splits) {
        List<KinesisShardSplit> unfinished = new ArrayList<>();
        Map<String, KinesisShardSplit> restored = new HashMap<>();
        for (KinesisShardSplit split : splits) {
            if (split.finished()) {
                restored.put(split.splitId(), split);
            } else if (isToldAndOver(split)) {
                restored.put(split.splitId(), split.with(null).asFinished());
            } else {
                unfinished.add(split);
            }
        }
        announce(restored);
        if (!unfinished.isEmpty()) {
            super.addSplits(unfinished);
        }
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof StreamFacts facts) {
            streamFacts.put(facts.streamArn(), facts);
        } else {
            super.handleSourceEvents(event);
        }
    }

    @Override
    public List<KinesisShardSplit> snapshotState(long checkpointId) {
        List<KinesisShardSplit> splits = new ArrayList<>(super.snapshotState(checkpointId));
        lossesByCheckpoint.put(
                checkpointId,
                splits.stream()
                        .filter(split -> split.loss() != null && split.loss().reported())
                        .toList());
        splits.addAll(finished.values());
        finishedByCheckpoint.put(checkpointId, Set.copyOf(finished.keySet()));
        return splits;
    }

    /**
     * @throws io.trailwatch.connector.kinesis.client.KinesisSourceException if a loss was told that
     *     the policy does not put up with
     */
    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        finished.keySet().removeAll(finishedByCheckpoint.getOrDefault(checkpointId, Set.of()));
        finishedByCheckpoint.headMap(checkpointId, true).clear();
        for (KinesisShardSplit split : heldLosses) {
            if (split.loss() != null) {
                throw LossFailure.of(split, split.loss().range());
            }
        }
        heldLosses = lossesByCheckpoint.getOrDefault(checkpointId, List.of());
        lossesByCheckpoint.headMap(checkpointId, true).clear();
    }

    @Override
    protected void onSplitFinished(Map<String, KinesisShardSplitState> ended) {
        Map<String, KinesisShardSplit> splits = new HashMap<>();
        ended.forEach((splitId, state) -> splits.put(splitId, state.toSplit().asFinished()));
        announce(splits);
    }

    @Override
    protected KinesisShardSplitState initializedState(KinesisShardSplit split) {
        return new KinesisShardSplitState(split, lossPolicy);
    }

    @Override
    protected KinesisShardSplit toSplitType(String splitId, KinesisShardSplitState state) {
        return state.toSplit();
    }

    private boolean isToldAndOver(KinesisShardSplit split) {
        Loss loss = split.loss();
        if (loss == null || !loss.reported()) {
            return false;
        }
        return switch (lossPolicy) {
            case FAIL -> throw LossFailure.of(split, loss.range());
            case CONTINUE -> loss.range().reason() == LostRange.Reason.SHARD_GONE;
        };
    }

    private void announce(Map<String, KinesisShardSplit> splits) {
        if (!splits.isEmpty()) {
            finished.putAll(splits);
            context.sendSourceEventToCoordinator(new SplitsFinishedEvent(splits.keySet()));
        }
    }
}
