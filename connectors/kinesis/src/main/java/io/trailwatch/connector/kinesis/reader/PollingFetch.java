package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisFailure;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;

/**
 * One shard read by GetRecords, one call at a time. An iterator that has expired is replaced by one
 * behind all that was taken over.
 */
final class PollingFetch extends ShardFetch {
    private static final Logger LOG = LoggerFactory.getLogger(PollingFetch.class);

    private final BatchSize batchSize;
    private @Nullable String iterator;
    private boolean calling;

    /**
     * Counts how often the shard was put back; an answer asked for before that is worth nothing.
     */
    private int epoch;

    PollingFetch(KinesisShardSplit split, FetchEnvironment environment) {
        super(split, environment);
        this.batchSize = new BatchSize(environment.settings().polling().maxRecordCount());
    }

    @Override
    void tend(long nowNanos) {
        super.tend(nowNanos);
        if (mayStart() && iterator == null && pace.dueNanos() <= nowNanos && mayCall()) {
            call(
                    () ->
                            environment
                                    .api()
                                    .shardIterator(split.streamArn(), split.shardId(), position()),
                    this::onIterator,
                    () -> {});
        }
    }

    @Override
    long tendNanos() {
        long due = mayStart() && iterator == null ? pace.dueNanos() : NEVER;
        return Math.min(due, super.tendNanos());
    }

    @Override
    long askNanos() {
        return mayStart() && iterator != null ? pace.dueNanos() : NEVER;
    }

    @Override
    long expectedBytes() {
        return batchSize.bytes(batchSize.records(environment.budget().shareBytes()));
    }

    @Override
    void ask(ByteBudget.Reservation bytes, long nowNanos) {
        String from = iterator;
        if (from == null || !mayCall()) {
            bytes.release();
            return;
        }
        int limit = batchSize.records(environment.budget().shareBytes());
        Instant askedTime = environment.clock().time();
        call(
                () -> environment.api().records(split.streamArn(), from, limit),
                (answer, failure) -> {
                    if (answer != null) {
                        onRecords(answer, bytes, nowNanos, askedTime);
                    } else {
                        bytes.release();
                        onFailure(failure);
                    }
                },
                bytes::release);
    }

    @Override
    void cancel() {
        epoch++;
        iterator = null;
    }

    private boolean mayStart() {
        return !calling && isOpen();
    }

    /**
     * Makes the call; the fetching thread brings its answer.
     *
     * @param stale instead of {@code end}, when the shard was put back since
     */
    private <T> void call(
            Supplier<CompletableFuture<T>> start,
            BiConsumer<@Nullable T, @Nullable Throwable> end,
            Runnable stale) {
        calling = true;
        int asked = epoch;
        CompletableFuture<T> future;
        try {
            future = start.get();
        } catch (RuntimeException e) {
            future = CompletableFuture.failedFuture(e);
        }
        future.whenComplete(
                (answer, failure) ->
                        environment
                                .inbox()
                                .put(
                                        () -> {
                                            calling = false;
                                            if (asked == epoch) {
                                                end.accept(answer, failure);
                                            } else {
                                                stale.run();
                                            }
                                        }));
    }

    private void onIterator(@Nullable String answer, @Nullable Throwable failure) {
        if (answer != null) {
            iterator = answer;
        } else {
            onFailure(failure);
        }
    }

    private void onRecords(
            GetRecordsResponse answer,
            ByteBudget.Reservation bytes,
            long askedNanos,
            Instant askedTime) {
        long behindMillis = Objects.requireNonNullElse(answer.millisBehindLatest(), 0L);
        // By the time of asking: the answer may have lain here while downstream was slow.
        Instant shown = askedTime.minusMillis(behindMillis);
        RecordUnpacker.Unpacked unpacked =
                environment.unpacker().unpack(answer.records(), position(), shown);
        int count = answer.records().size();
        bytes.correct(unpacked.payloadBytes());
        batchSize.seen(count, unpacked.payloadBytes());
        environment.metrics().read(split.splitId(), count, unpacked.payloadBytes(), behindMillis);

        boolean stopped = unpacked.stopped() || (count == 0 && showsStop(askedTime, behindMillis));
        boolean ended = answer.nextShardIterator() == null;
        if (ended || stopped) {
            LOG.info(
                    "Read shard {} of stream {} to {}",
                    split.shardId(),
                    split.streamArn(),
                    stopped ? "the stop" : "its end");
        }
        iterator = answer.nextShardIterator();
        List<ReadItem> items = unpacked.items();
        ShardPosition behind = unpacked.position();
        if (!unpacked.stopped() && (count == 0 || behindMillis == 0)) {
            items.add(new ReadItem.ProgressItem(shown, null));
            behind = behind.readUpTo(shown);
        }
        take(items, behind, bytes, ended || stopped);
        // An empty answer behind the tip is a gap in the shard, not its end: go on reading.
        pace.answered(askedNanos, environment.clock().nanos(), behindMillis == 0);
    }

    private void onFailure(@Nullable Throwable cause) {
        KinesisFailure failure =
                cause == null ? KinesisFailure.TRANSIENT : KinesisFailure.of(cause);
        if (failure == KinesisFailure.GONE) {
            environment.metrics().failed(failure);
            loseShard();
            return;
        }
        if (failure == KinesisFailure.EXPIRED) {
            iterator = null;
        }
        repeatLater(
                failure,
                cause,
                cause == null ? "empty answer" : String.valueOf(cause.getMessage()));
    }
}
