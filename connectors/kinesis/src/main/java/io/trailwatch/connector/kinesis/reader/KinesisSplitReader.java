package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;

/**
 * The fetching thread's side of {@link FetchLoop}: takes its steps, and waits in between for an
 * answer, for the next due time or for being woken up. Quiet shards cost one step per call.
 */
final class KinesisSplitReader implements SplitReader<ReadItem, KinesisShardSplit> {
    private final FetchLoop loop;
    private final Inbox inbox;
    private final LoopClock clock;
    private final AtomicBoolean wokenUp = new AtomicBoolean();

    KinesisSplitReader(FetchLoop loop, Inbox inbox, LoopClock clock) {
        this.loop = loop;
        this.inbox = inbox;
        this.clock = clock;
    }

    /**
     * Items of one shard; none when woken up.
     *
     * @throws io.trailwatch.connector.kinesis.client.KinesisSourceException if a shard cannot be
     *     read; the message names stream, shard, position and tries
     */
    @Override
    public RecordsWithSplitIds<ReadItem> fetch() throws IOException {
        try {
            while (!wokenUp.getAndSet(false)) {
                FetchLoop.Step step = loop.step();
                if (step.batch() != null) {
                    return step.batch();
                }
                inbox.await(step.dueNanos() - clock.nanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the shards", e);
        }
        return new RecordsBySplits.Builder<ReadItem>().build();
    }

    /**
     * @throws UnsupportedOperationException for anything but additions
     */
    @Override
    public void handleSplitsChanges(SplitsChange<KinesisShardSplit> change) {
        if (!(change instanceof SplitsAddition)) {
            throw new UnsupportedOperationException(
                    "splits are added only, not " + change.getClass().getSimpleName());
        }
        change.splits().forEach(loop::add);
    }

    @Override
    public void pauseOrResumeSplits(
            Collection<KinesisShardSplit> toPause, Collection<KinesisShardSplit> toResume) {
        toPause.forEach(split -> loop.pause(split.splitId(), true));
        toResume.forEach(split -> loop.pause(split.splitId(), false));
    }

    /** Ends a wait in {@link #fetch} now, or keeps the next one from waiting. */
    @Override
    public void wakeUp() {
        wokenUp.set(true);
        inbox.signal();
    }

    /** Ends subscriptions and the client. */
    @Override
    public void close() {
        loop.close();
    }
}
