package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisFailure;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;

/**
 * Looks behind a position by one GetRecords, for what a subscription does not tell: that the shard
 * was closed (an emulator keeps silent about it), that nothing is left before the stop, whether it
 * is the shard or the consumer that is gone. What it reads is thrown away.
 */
final class ShardProbe {
    /** What there is behind the position. */
    enum Kind {
        /** The shard's end. */
        END,
        /** The tip of an open shard. */
        TIP,
        /** Records, or a gap with perhaps some behind it. */
        MORE,
        /** No such shard. */
        GONE,
        /** The call failed. */
        UNKNOWN
    }

    /**
     * @param time when it was asked for
     * @param failure of {@link Kind#UNKNOWN}; null for all others
     */
    record Finding(Kind kind, Instant time, @Nullable Throwable failure) {}

    private final KinesisShardSplit split;
    private final FetchEnvironment environment;
    private boolean running;

    ShardProbe(KinesisShardSplit split, FetchEnvironment environment) {
        this.split = split;
        this.environment = environment;
    }

    boolean isRunning() {
        return running;
    }

    /**
     * @param then called by the fetching thread
     */
    void start(ShardPosition behind, Consumer<Finding> then) {
        running = true;
        Instant time = environment.clock().time();
        call(
                () -> environment.api().shardIterator(split.streamArn(), split.shardId(), behind),
                (iterator, failure) -> {
                    if (iterator == null) {
                        finish(failed(failure, time), then);
                    } else {
                        read(iterator, time, then);
                    }
                });
    }

    private void read(String iterator, Instant time, Consumer<Finding> then) {
        call(
                () -> environment.api().records(split.streamArn(), iterator, 1),
                (answer, failure) ->
                        finish(answer == null ? failed(failure, time) : found(answer, time), then));
    }

    private void finish(Finding finding, Consumer<Finding> then) {
        running = false;
        then.accept(finding);
    }

    private <T> void call(
            Supplier<CompletableFuture<T>> start,
            BiConsumer<@Nullable T, @Nullable Throwable> end) {
        CompletableFuture<T> future;
        try {
            future = start.get();
        } catch (RuntimeException e) {
            future = CompletableFuture.failedFuture(e);
        }
        future.whenComplete(
                (answer, failure) -> environment.inbox().put(() -> end.accept(answer, failure)));
    }

    private static Finding found(GetRecordsResponse answer, Instant time) {
        long behindMillis = Objects.requireNonNullElse(answer.millisBehindLatest(), 0L);
        Kind kind =
                !answer.records().isEmpty()
                        ? Kind.MORE
                        : answer.nextShardIterator() == null
                                ? Kind.END
                                : behindMillis == 0 ? Kind.TIP : Kind.MORE;
        return new Finding(kind, time, null);
    }

    private static Finding failed(@Nullable Throwable failure, Instant time) {
        return failure != null && KinesisFailure.of(failure) == KinesisFailure.GONE
                ? new Finding(Kind.GONE, time, null)
                : new Finding(Kind.UNKNOWN, time, failure);
    }
}
