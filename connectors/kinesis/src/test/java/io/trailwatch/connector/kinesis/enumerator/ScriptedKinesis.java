package io.trailwatch.connector.kinesis.enumerator;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/** The calls an enumerator makes, answered at once as the test has written down. */
final class ScriptedKinesis implements KinesisApi {
    private final Map<String, List<Shard>> shards = new HashMap<>();
    private final Map<String, Duration> retentions = new HashMap<>();
    private final Map<String, Deque<ConsumerStatus>> consumers = new HashMap<>();
    private final Map<String, Deque<RuntimeException>> failures = new HashMap<>();
    private final Map<String, Deque<CompletableFuture<Void>>> delays = new HashMap<>();

    /** Every call, as {@code name arn}. */
    final List<String> calls = new ArrayList<>();

    boolean closed;

    static String consumerArn(String streamArn) {
        return streamArn + "/consumer/watch:1";
    }

    void holds(String streamArn, List<Shard> held) {
        shards.put(streamArn, held);
        retentions.putIfAbsent(streamArn, Duration.ofHours(24));
    }

    void keeps(String streamArn, Duration retention) {
        retentions.put(streamArn, retention);
    }

    /** The consumer's status at each look, the last one for good; none for no consumer. */
    void hasConsumer(String streamArn, ConsumerStatus... statuses) {
        consumers.put(streamArn, new ArrayDeque<>(List.of(statuses)));
    }

    /** Fails the next calls of this name on this stream. */
    void fails(String name, String streamArn, int times, RuntimeException failure) {
        Deque<RuntimeException> queue =
                failures.computeIfAbsent(name + " " + streamArn, k -> new ArrayDeque<>());
        for (int i = 0; i < times; i++) {
            queue.add(failure);
        }
    }

    /** Holds the next call of this name on this stream up until the future is completed. */
    CompletableFuture<Void> holdsUp(String name, String streamArn) {
        CompletableFuture<Void> delay = new CompletableFuture<>();
        delays.computeIfAbsent(name + " " + streamArn, k -> new ArrayDeque<>()).add(delay);
        return delay;
    }

    int callsOf(String name, String streamArn) {
        return (int) calls.stream().filter((name + " " + streamArn)::equals).count();
    }

    @Override
    public CompletableFuture<List<Shard>> shards(String streamArn) {
        return answer("ListShards", streamArn, () -> shards.getOrDefault(streamArn, List.of()));
    }

    @Override
    public CompletableFuture<Duration> retention(String streamArn) {
        return answer("DescribeStreamSummary", streamArn, () -> retentions.get(streamArn));
    }

    @Override
    public CompletableFuture<Optional<ConsumerDescription>> consumer(
            String streamArn, String consumerName) {
        return answer(
                "DescribeStreamConsumer",
                streamArn,
                () -> {
                    Deque<ConsumerStatus> statuses = consumers.get(streamArn);
                    if (statuses == null || statuses.isEmpty()) {
                        return Optional.empty();
                    }
                    ConsumerStatus status =
                            statuses.size() > 1 ? statuses.remove() : statuses.element();
                    return Optional.of(
                            ConsumerDescription.builder()
                                    .consumerName(consumerName)
                                    .consumerARN(consumerArn(streamArn))
                                    .consumerStatus(status)
                                    .build());
                });
    }

    @Override
    public CompletableFuture<Void> registerConsumer(String streamArn, String consumerName) {
        return answer(
                "RegisterStreamConsumer",
                streamArn,
                () -> {
                    hasConsumer(streamArn, ConsumerStatus.CREATING, ConsumerStatus.ACTIVE);
                    return null;
                });
    }

    @Override
    public CompletableFuture<Void> deregisterConsumer(String streamArn, String consumerName) {
        return answer(
                "DeregisterStreamConsumer",
                streamArn,
                () -> {
                    consumers.remove(streamArn);
                    return null;
                });
    }

    private <T> CompletableFuture<T> answer(
            String name, String streamArn, Supplier<@Nullable T> value) {
        String key = name + " " + streamArn;
        calls.add(key);
        RuntimeException failure = failures.getOrDefault(key, new ArrayDeque<>()).poll();
        if (failure != null) {
            return CompletableFuture.failedFuture(new CompletionException(failure));
        }
        CompletableFuture<Void> delay = delays.getOrDefault(key, new ArrayDeque<>()).poll();
        return delay == null
                ? CompletableFuture.completedFuture(value.get())
                : delay.thenApply(nothing -> value.get());
    }

    @Override
    public CompletableFuture<String> shardIterator(
            String streamArn, String shardId, ShardPosition position) {
        throw new UnsupportedOperationException("an enumerator reads no shard");
    }

    @Override
    public CompletableFuture<GetRecordsResponse> records(
            String streamArn, String shardIterator, int maxRecords) {
        throw new UnsupportedOperationException("an enumerator reads no shard");
    }

    @Override
    public void subscribe(
            String consumerArn,
            String shardId,
            ShardPosition position,
            Subscriber<SubscribeToShardEvent> subscriber) {
        throw new UnsupportedOperationException("an enumerator reads no shard");
    }

    @Override
    public void close() {
        closed = true;
    }
}
