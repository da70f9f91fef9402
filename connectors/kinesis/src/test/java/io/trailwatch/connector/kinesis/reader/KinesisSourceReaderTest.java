package io.trailwatch.connector.kinesis.reader;

import static io.trailwatch.connector.kinesis.reader.ManualClock.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.enumerator.SplitsFinishedEvent;
import io.trailwatch.connector.kinesis.enumerator.StreamFacts;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit.Loss;
import io.trailwatch.connector.kinesis.split.LostRange;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import io.trailwatch.connector.kinesis.split.Splits;
import io.trailwatch.event.RawRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.fetcher.SingleThreadFetcherManager;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Splits, checkpoints and losses on the task's side; batches are put in by hand. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KinesisSourceReaderTest {
    private static final LostRange GONE =
            new LostRange(LostRange.Reason.SHARD_GONE, ShardPosition.after("42", START), null);
    private static final LostRange TRIMMED =
            new LostRange(
                    LostRange.Reason.POSITION_TRIMMED,
                    ShardPosition.after("42", START),
                    START.plusSeconds(60));

    private final Context context = new Context();
    private final Batches batches = new Batches();
    private final Map<String, StreamFacts> facts = new HashMap<>();
    private final Output output = new Output();
    private KinesisSourceReader reader = reader(LossPolicy.FAIL);

    @AfterEach
    void close() throws Exception {
        reader.close();
    }

    @Test
    void keepsTheFactsOfStreams() {
        StreamFacts told = new StreamFacts(Splits.ARN, Duration.ofHours(24), "consumer");
        reader.handleSourceEvents(told);
        assertThat(facts).containsExactly(Map.entry(Splits.ARN, told));
    }

    @Test
    void keepsAFinishedSplitUntilACheckpointThatHoldsItHasCompleted() throws Exception {
        KinesisShardSplit split = Splits.split("a");
        reader.addSplits(List.of(split));
        assertThat(reader.snapshotState(1)).containsExactly(split);
        batches.put("a", true, new ReadItem.RecordItem("5", 0, true, START, new byte[] {1}));
        poll(() -> !context.events.isEmpty());

        assertThat(context.events)
                .containsExactly(new SplitsFinishedEvent(Set.of(split.splitId())));
        reader.notifyCheckpointComplete(1);
        KinesisShardSplit ended = split.at(ShardPosition.after("5", START)).asFinished();
        assertThat(reader.snapshotState(2)).containsExactly(ended);
        assertThat(reader.snapshotState(3)).containsExactly(ended);
        reader.notifyCheckpointComplete(3);
        assertThat(reader.snapshotState(4)).isEmpty();
    }

    @Test
    void announcesARestoredFinishedSplitAgain() {
        KinesisShardSplit ended = Splits.split("a").asFinished();
        reader.addSplits(List.of(ended));
        assertThat(context.events)
                .containsExactly(new SplitsFinishedEvent(Set.of(ended.splitId())));
        assertThat(reader.snapshotState(1)).containsExactly(ended);
    }

    @Test
    void failsForALossOnlyWhenASecondCheckpointHoldsThatItWasTold() throws Exception {
        KinesisShardSplit split = Splits.split("a");
        reader.addSplits(List.of(split));
        reader.snapshotState(1);
        batches.put("a", false, new ReadItem.LossItem(GONE, START));
        poll(() -> output.collected.size() == 1);
        assertThat(output.collected.get(0).lossNotice()).isTrue();

        assertThat(reader.snapshotState(2)).containsExactly(split.with(new Loss(GONE, true)));
        reader.notifyCheckpointComplete(1);
        assertThat(reader.snapshotState(3)).hasSize(1);
        // Checkpoint 2 was given up; with 3 the sinks only begin to commit the notice.
        reader.notifyCheckpointComplete(3);
        assertThat(reader.snapshotState(4)).hasSize(1);
        assertThatThrownBy(() -> reader.notifyCheckpointComplete(4))
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContainingAll(
                        "shard a of stream " + Splits.ARN + " no longer exists",
                        "sequence 42",
                        "source.loss-policy to CONTINUE",
                        "another savepoint");
    }

    @Test
    void aLossThatDoesNotFailTheJobLeavesNothingInTheState() throws Exception {
        restart(LossPolicy.CONTINUE);
        reader.addSplits(List.of(Splits.split("a")));
        batches.put("a", false, new ReadItem.LossItem(TRIMMED, START));
        poll(() -> output.collected.size() == 1);
        assertThat(reader.snapshotState(1))
                .containsExactly(
                        Splits.split("a")
                                .at(ShardPosition.fromStart().readUpTo(START.plusSeconds(60))));
        reader.notifyCheckpointComplete(1);
    }

    @Test
    void restartedWithALossThatWasToldItFailsAtOnce() {
        for (LostRange range : List.of(GONE, TRIMMED)) {
            assertThatThrownBy(() -> reader.addSplits(List.of(told(range))))
                    .isInstanceOf(KinesisSourceException.class)
                    .hasMessageContaining(range.describe(Splits.ARN, "a"));
        }
        assertThat(output.collected).isEmpty();
    }

    @Test
    void restartedToContinueItFinishesTheShardThatIsGone() throws Exception {
        restart(LossPolicy.CONTINUE);
        reader.addSplits(List.of(told(GONE)));
        assertThat(context.events)
                .containsExactly(new SplitsFinishedEvent(Set.of(told(GONE).splitId())));
        assertThat(reader.snapshotState(1)).containsExactly(told(GONE).with(null).asFinished());
        assertThat(batches.added).isEmpty();
    }

    @Test
    void restartedToContinueItReadsOnBehindATrimmedPosition() throws Exception {
        restart(LossPolicy.CONTINUE);
        reader.addSplits(List.of(told(TRIMMED)));
        assertThat(reader.snapshotState(1))
                .containsExactly(
                        told(TRIMMED)
                                .with(null)
                                .at(TRIMMED.after().readUpTo(START.plusSeconds(60))));
    }

    private static KinesisShardSplit told(LostRange range) {
        return Splits.split("a").at(range.after()).with(new Loss(range, true));
    }

    private void restart(LossPolicy policy) throws Exception {
        reader.close();
        reader = reader(policy);
    }

    private KinesisSourceReader reader(LossPolicy policy) {
        return new KinesisSourceReader(
                new SingleThreadFetcherManager<>(() -> batches, context.getConfiguration()),
                policy,
                new ReadMetrics(new CountingMetrics(), LoopClock.system()),
                facts,
                context);
    }

    /** Polls like a task until it has come to pass. */
    private void poll(java.util.function.BooleanSupplier done) throws Exception {
        while (!done.getAsBoolean()) {
            if (reader.pollNext(output) == InputStatus.NOTHING_AVAILABLE && !done.getAsBoolean()) {
                reader.isAvailable().get();
            }
        }
    }

    /** Hands out what it is given. */
    private static final class Batches implements SplitReader<ReadItem, KinesisShardSplit> {
        final BlockingQueue<RecordsWithSplitIds<ReadItem>> queue = new LinkedBlockingQueue<>();
        final List<KinesisShardSplit> added = new ArrayList<>();

        void put(String shardId, boolean last, ReadItem... items) {
            queue.add(
                    new ShardBatch(
                            KinesisShardSplit.splitId(Splits.ARN, shardId),
                            List.of(items),
                            ShardPosition.fromStart(),
                            last,
                            () -> {}));
        }

        @Override
        public RecordsWithSplitIds<ReadItem> fetch() throws IOException {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void handleSplitsChanges(SplitsChange<KinesisShardSplit> change) {
            added.addAll(change.splits());
        }

        @Override
        public void wakeUp() {
            queue.add(new RecordsBySplits.Builder<ReadItem>().build());
        }

        @Override
        public void close() {}
    }

    private static final class Output implements ReaderOutput<RawRecord> {
        final List<RawRecord> collected = new ArrayList<>();

        @Override
        public void collect(RawRecord record) {
            collected.add(record);
        }

        @Override
        public void collect(RawRecord record, long timestamp) {
            collected.add(record);
        }

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}

        @Override
        public SourceOutput<RawRecord> createOutputForSplit(String splitId) {
            return this;
        }

        @Override
        public void releaseOutputForSplit(String splitId) {}
    }

    private static final class Context implements SourceReaderContext {
        final List<SourceEvent> events = new ArrayList<>();

        @Override
        public SourceReaderMetricGroup metricGroup() {
            return UnregisteredMetricsGroup.createSourceReaderMetricGroup();
        }

        @Override
        public Configuration getConfiguration() {
            return new Configuration();
        }

        @Override
        public String getLocalHostName() {
            return "localhost";
        }

        @Override
        public int getIndexOfSubtask() {
            return 0;
        }

        @Override
        public void sendSplitRequest() {
            throw new AssertionError("splits are given, not asked for");
        }

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {
            events.add(event);
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            throw new AssertionError("not needed");
        }
    }
}
