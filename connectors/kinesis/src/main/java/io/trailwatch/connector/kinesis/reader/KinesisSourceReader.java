package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.enumerator.SplitsFinishedEvent;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.event.RawRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;

/**
 * Hands records downstream and keeps the position of each shard.
 *
 * <p>A finished split stays in the state until a checkpoint that holds it has completed. The news
 * of its end may reach the enumerator only after the enumerator's part of that checkpoint was
 * taken; after a restore from it the split, still here, is announced again. Without this its
 * children would never start.
 */
@SuppressWarnings("try") // close() is inherited and may be interrupted
public final class KinesisSourceReader
        extends SingleThreadMultiplexSourceReaderBase<
                RawRecord, RawRecord, KinesisShardSplit, KinesisShardSplitState> {
    private final Map<String, KinesisShardSplit> finished = new HashMap<>();
    private final NavigableMap<Long, Set<String>> finishedByCheckpoint = new TreeMap<>();

    /** Opens one client for the shards of this subtask. */
    public static KinesisSourceReader create(
            KinesisSourceSettings settings,
            Supplier<KinesisApi> apis,
            SourceReaderContext context) {
        ReadMetrics metrics = new ReadMetrics(context.metricGroup());
        return new KinesisSourceReader(
                () -> new PollingShardSplitReader(apis.get(), settings, metrics), context);
    }

    KinesisSourceReader(
            Supplier<SplitReader<RawRecord, KinesisShardSplit>> splitReaders,
            SourceReaderContext context) {
        super(
                splitReaders,
                (record, output, state) -> {
                    output.collect(record, record.arrivalTime().toEpochMilli());
                    state.emitted(record.sequence(), record.arrivalTime());
                },
                context.getConfiguration(),
                context);
    }

    @Override
    public void addSplits(List<KinesisShardSplit> splits) {
        List<KinesisShardSplit> unfinished = new ArrayList<>();
        Map<String, KinesisShardSplit> restored = new HashMap<>();
        for (KinesisShardSplit split : splits) {
            if (split.finished()) {
                restored.put(split.splitId(), split);
            } else {
                unfinished.add(split);
            }
        }
        announce(restored);
        super.addSplits(unfinished);
    }

    @Override
    public List<KinesisShardSplit> snapshotState(long checkpointId) {
        List<KinesisShardSplit> splits = new ArrayList<>(super.snapshotState(checkpointId));
        splits.addAll(finished.values());
        finishedByCheckpoint.put(checkpointId, Set.copyOf(finished.keySet()));
        return splits;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        Set<String> held = finishedByCheckpoint.get(checkpointId);
        if (held != null) {
            finished.keySet().removeAll(held);
        }
        finishedByCheckpoint.headMap(checkpointId, true).clear();
    }

    @Override
    protected void onSplitFinished(Map<String, KinesisShardSplitState> ended) {
        Map<String, KinesisShardSplit> splits = new HashMap<>();
        ended.forEach((splitId, state) -> splits.put(splitId, state.toSplit().asFinished()));
        announce(splits);
    }

    @Override
    protected KinesisShardSplitState initializedState(KinesisShardSplit split) {
        return new KinesisShardSplitState(split);
    }

    @Override
    protected KinesisShardSplit toSplitType(String splitId, KinesisShardSplitState state) {
        return state.toSplit();
    }

    private void announce(Map<String, KinesisShardSplit> splits) {
        if (!splits.isEmpty()) {
            finished.putAll(splits);
            context.sendSourceEventToCoordinator(new SplitsFinishedEvent(splits.keySet()));
        }
    }
}
