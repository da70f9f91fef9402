package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.client.KinesisFailure;
import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import io.trailwatch.event.RawRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * Polls the shards of one subtask in turn, one call at a time. Every shard has its own time of the
 * next call: the one due first is read first, and one that is throttled does not hold up the rest.
 */
final class PollingShardSplitReader implements SplitReader<RawRecord, KinesisShardSplit> {
    private static final Logger LOG = LoggerFactory.getLogger(PollingShardSplitReader.class);

    private final KinesisApi proxy;
    private final KinesisSourceSettings settings;
    private final ReadMetrics metrics;
    private final Map<String, Cursor> cursors = new HashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wokenUpChanged = lock.newCondition();
    private boolean wokenUp;

    PollingShardSplitReader(KinesisApi proxy, KinesisSourceSettings settings, ReadMetrics metrics) {
        this.proxy = proxy;
        this.settings = settings;
        this.metrics = metrics;
    }

    /** One shard being read; touched by the fetching thread only. */
    private static final class Cursor {
        final KinesisShardSplit split;
        ShardPosition position;
        @Nullable String iterator;
        int failuresInARow;
        long dueNanos = System.nanoTime();
        boolean paused;

        Cursor(KinesisShardSplit split) {
            this.split = split;
            this.position = split.position();
        }

        void waitFor(Duration pause) {
            dueNanos = System.nanoTime() + pause.toNanos();
        }
    }

    @Override
    public RecordsWithSplitIds<RawRecord> fetch() throws IOException {
        RecordsBySplits.Builder<RawRecord> fetched = new RecordsBySplits.Builder<>();
        Cursor cursor = awaitDue();
        if (cursor != null) {
            try {
                read(cursor, fetched);
            } catch (RuntimeException e) {
                repeatLaterOrFail(cursor, e);
            }
        }
        return fetched.build();
    }

    @Override
    public void handleSplitsChanges(SplitsChange<KinesisShardSplit> change) {
        if (!(change instanceof SplitsAddition)) {
            throw new UnsupportedOperationException(
                    "splits are added only, not " + change.getClass().getSimpleName());
        }
        for (KinesisShardSplit split : change.splits()) {
            cursors.put(split.splitId(), new Cursor(split));
        }
    }

    @Override
    public void pauseOrResumeSplits(
            Collection<KinesisShardSplit> toPause, Collection<KinesisShardSplit> toResume) {
        setPaused(toPause, true);
        setPaused(toResume, false);
    }

    /** Ends a wait in {@link #fetch} now, or keeps the next one from waiting. */
    @Override
    public void wakeUp() {
        lock.lock();
        try {
            wokenUp = true;
            wokenUpChanged.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        proxy.close();
    }

    private void setPaused(Collection<KinesisShardSplit> splits, boolean paused) {
        for (KinesisShardSplit split : splits) {
            Cursor cursor = cursors.get(split.splitId());
            if (cursor != null) {
                cursor.paused = paused;
            }
        }
    }

    /** Waits for the first shard to fall due; null when woken up. */
    private @Nullable Cursor awaitDue() throws IOException {
        lock.lock();
        try {
            while (!wokenUp) {
                Cursor next = firstDue();
                if (next == null) {
                    wokenUpChanged.await();
                    continue;
                }
                long remaining = next.dueNanos - System.nanoTime();
                if (remaining <= 0) {
                    return next;
                }
                wokenUpChanged.awaitNanos(remaining);
            }
            wokenUp = false;
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a shard to fall due", e);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Cursor firstDue() {
        Cursor first = null;
        for (Cursor cursor : cursors.values()) {
            if (!cursor.paused && (first == null || cursor.dueNanos - first.dueNanos < 0)) {
                first = cursor;
            }
        }
        return first;
    }

    private void read(Cursor cursor, RecordsBySplits.Builder<RawRecord> fetched) {
        KinesisShardSplit split = cursor.split;
        if (cursor.iterator == null) {
            cursor.iterator =
                    proxy.shardIterator(split.streamArn(), split.shardId(), cursor.position).join();
        }
        GetRecordsResponse response =
                proxy.records(
                                split.streamArn(),
                                cursor.iterator,
                                settings.polling().maxRecordCount())
                        .join();
        cursor.failuresInARow = 0;

        List<RawRecord> records = new ArrayList<>(response.records().size());
        long bytes = 0;
        for (Record record : response.records()) {
            RawRecord raw = rawRecord(split, record);
            records.add(raw);
            bytes += raw.payload().length;
            cursor.position = ShardPosition.after(raw.sequence(), raw.arrivalTime());
        }
        fetched.addAll(split, records);
        Long reported = response.millisBehindLatest();
        long behindMillis = reported == null ? 0 : reported;
        metrics.read(split.shardId(), records.size(), bytes, behindMillis);

        cursor.iterator = response.nextShardIterator();
        if (cursor.iterator == null) {
            LOG.info("Read shard {} of {} to its end", split.shardId(), split.streamArn());
            cursors.remove(split.splitId());
            metrics.shardFinished(split.shardId());
            fetched.addFinishedSplit(split.splitId());
        } else {
            // An empty answer behind the tip is a gap in the shard, not its end: go on reading.
            cursor.waitFor(
                    behindMillis > 0
                            ? settings.polling().interval()
                            : settings.polling().idleInterval());
        }
    }

    private static RawRecord rawRecord(KinesisShardSplit split, Record record) {
        return RawRecord.of(
                split.streamArn(),
                split.shardId(),
                record.sequenceNumber(),
                record.approximateArrivalTimestamp(),
                record.data().asByteArrayUnsafe());
    }

    private void repeatLaterOrFail(Cursor cursor, RuntimeException e) {
        KinesisFailure failure = KinesisFailure.of(e);
        metrics.failed(failure);
        KinesisShardSplit split = cursor.split;
        if (failure == KinesisFailure.GONE) {
            throw new KinesisSourceException(
                    "shard "
                            + split.shardId()
                            + " of stream "
                            + split.streamArn()
                            + " no longer exists; unread records behind "
                            + cursor.position
                            + " are lost: "
                            + e.getMessage(),
                    e);
        }
        if (!failure.isWorthRepeating()
                || cursor.failuresInARow >= settings.backoff().maxAttempts()) {
            throw new KinesisSourceException(
                    "cannot read shard "
                            + split.shardId()
                            + " of stream "
                            + split.streamArn()
                            + " behind "
                            + cursor.position
                            + ", calls repeated: "
                            + cursor.failuresInARow
                            + "; last failure: "
                            + e.getMessage(),
                    e);
        }
        if (failure == KinesisFailure.EXPIRED) {
            cursor.iterator = null;
        }
        Duration pause =
                settings.backoff()
                        .delay(cursor.failuresInARow, ThreadLocalRandom.current().nextDouble());
        cursor.failuresInARow++;
        cursor.waitFor(pause);
        LOG.warn(
                "{} on shard {} of {}, {} in a row; next call in {}: {}",
                failure,
                split.shardId(),
                split.streamArn(),
                cursor.failuresInARow,
                pause,
                e.getMessage());
    }
}
