package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.config.ReaderType;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the shards of one subtask side by side: takes the answers that have come, makes the calls
 * that are due, and hands out what was read, one shard after the other. It never waits, and is used
 * by one thread.
 */
final class FetchLoop {
    private final FetchEnvironment environment;
    private final Map<String, ShardFetch> fetches = new LinkedHashMap<>();

    /** The shard served longest ago is first. */
    private final Deque<ShardFetch> turns = new ArrayDeque<>();

    FetchLoop(FetchEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Outcome of one step.
     *
     * @param batch items of one shard; null when there are none yet
     * @param dueNanos when to come again at the latest, if there is no batch; the inbox may have
     *     something before that. {@link ShardFetch#NEVER} to wait for the inbox alone
     */
    record Step(@Nullable ShardBatch batch, long dueNanos) {}

    /**
     * @throws IllegalArgumentException if the source does not read this stream
     */
    void add(KinesisShardSplit split) {
        ReaderType type = environment.settings().readerType(split.streamArn());
        environment.budget().shards(fetches.size() + 1);
        ShardFetch fetch =
                switch (type) {
                    case POLLING -> new PollingFetch(split, environment);
                    case EFO -> new FanOutFetch(split, environment);
                };
        fetches.put(split.splitId(), fetch);
        turns.addFirst(fetch);
    }

    /** Stops the calls of a shard and holds back what it has, or lets it go on. */
    void pause(String splitId, boolean paused) {
        ShardFetch fetch = fetches.get(splitId);
        if (fetch != null) {
            fetch.pause(paused);
        }
    }

    /**
     * @throws io.trailwatch.connector.kinesis.client.KinesisSourceException if a shard cannot be
     *     read
     */
    Step step() {
        environment.inbox().runAll();
        long now = environment.clock().nanos();
        for (ShardFetch fetch : fetches.values()) {
            fetch.tend(now);
        }
        askWhereThereIsMemory(now);
        ShardBatch batch = handOut();
        return new Step(batch, batch == null ? nextDue(now) : now);
    }

    /** Ends subscriptions and the client. */
    void close() {
        try {
            fetches.values().forEach(ShardFetch::cancel);
        } finally {
            environment.api().close();
        }
    }

    private void askWhereThereIsMemory(long now) {
        List<ShardFetch> wanting =
                fetches.values().stream()
                        .filter(fetch -> fetch.askNanos() <= now)
                        .sorted(Comparator.comparingLong(ShardFetch::askNanos))
                        .toList();
        for (ShardFetch fetch : wanting) {
            ByteBudget.Reservation bytes = reserve(fetch.expectedBytes());
            if (bytes == null) {
                // Those behind it wait as well, small as their wishes may be: large records would
                // otherwise never get their turn.
                return;
            }
            fetch.ask(bytes, now);
        }
    }

    private ByteBudget.@Nullable Reservation reserve(long bytes) {
        ByteBudget.Reservation reservation = environment.budget().reserve(bytes);
        if (reservation == null) {
            for (ShardFetch fetch : fetches.values()) {
                if (reservation == null && fetch.relinquish()) {
                    reservation = environment.budget().reserve(bytes);
                }
            }
        }
        return reservation;
    }

    private @Nullable ShardBatch handOut() {
        for (ShardFetch fetch : turns) {
            ShardBatch batch = fetch.handOut();
            if (batch != null) {
                turns.remove(fetch);
                if (batch.isLast()) {
                    fetches.remove(fetch.split.splitId());
                    environment.budget().shards(fetches.size());
                    environment.metrics().shardEnded(fetch.split.splitId());
                } else {
                    turns.addLast(fetch);
                }
                return batch;
            }
        }
        return null;
    }

    /** Whoever wants memory and has not got it waits for some to come free, not for a time. */
    private long nextDue(long now) {
        long due = ShardFetch.NEVER;
        for (ShardFetch fetch : fetches.values()) {
            due = Math.min(due, fetch.tendNanos());
            if (fetch.askNanos() > now) {
                due = Math.min(due, fetch.askNanos());
            }
        }
        return due;
    }
}
