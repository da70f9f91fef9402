package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/** Remembers each call; the test answers it when it likes, or never. */
final class ScriptedApi implements KinesisApi {
    final Deque<IteratorCall> iteratorCalls = new ArrayDeque<>();
    final Deque<RecordsCall> recordsCalls = new ArrayDeque<>();
    final List<Pushed> subscriptions = new ArrayList<>();
    boolean closed;

    record IteratorCall(String shardId, ShardPosition position, CompletableFuture<String> answer) {
        void give() {
            give("iterator of " + shardId);
        }

        void give(String iterator) {
            answer.complete(iterator);
        }

        void fail(Throwable failure) {
            answer.completeExceptionally(failure);
        }
    }

    record RecordsCall(String iterator, int limit, CompletableFuture<GetRecordsResponse> answer) {
        void fail(Throwable failure) {
            answer.completeExceptionally(failure);
        }
    }

    /** One SubscribeToShard, from the service's side. */
    static final class Pushed implements Subscription {
        final String consumerArn;
        final String shardId;
        final ShardPosition position;
        private final Subscriber<SubscribeToShardEvent> subscriber;
        int requested;
        boolean cancelled;

        Pushed(
                String consumerArn,
                String shardId,
                ShardPosition position,
                Subscriber<SubscribeToShardEvent> subscriber) {
            this.consumerArn = consumerArn;
            this.shardId = shardId;
            this.position = position;
            this.subscriber = subscriber;
        }

        Pushed begin() {
            subscriber.onSubscribe(this);
            return this;
        }

        void push(SubscribeToShardEvent event) {
            requested--;
            subscriber.onNext(event);
        }

        void complete() {
            subscriber.onComplete();
        }

        void fail(Throwable failure) {
            subscriber.onError(failure);
        }

        @Override
        public void request(long count) {
            requested += (int) count;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @Override
    public CompletableFuture<String> shardIterator(
            String streamArn, String shardId, ShardPosition position) {
        IteratorCall call = new IteratorCall(shardId, position, new CompletableFuture<>());
        iteratorCalls.add(call);
        return call.answer();
    }

    @Override
    public CompletableFuture<GetRecordsResponse> records(
            String streamArn, String shardIterator, int maxRecords) {
        RecordsCall call = new RecordsCall(shardIterator, maxRecords, new CompletableFuture<>());
        recordsCalls.add(call);
        return call.answer();
    }

    @Override
    public void subscribe(
            String consumerArn,
            String shardId,
            ShardPosition position,
            Subscriber<SubscribeToShardEvent> subscriber) {
        subscriptions.add(new Pushed(consumerArn, shardId, position, subscriber));
    }

    /** The only call for an iterator that is not answered yet. */
    IteratorCall iteratorCall() {
        return only(iteratorCalls, "GetShardIterator");
    }

    /** The only call for records that is not answered yet. */
    RecordsCall recordsCall() {
        return only(recordsCalls, "GetRecords");
    }

    private static <T> T only(Deque<T> calls, String what) {
        @Nullable T call = calls.poll();
        if (call == null || !calls.isEmpty()) {
            throw new AssertionError(
                    "expected one " + what + ", found " + call + " and then " + calls);
        }
        return call;
    }

    @Override
    public CompletableFuture<List<Shard>> shards(String streamArn) {
        throw new AssertionError("a reader does not list shards");
    }

    @Override
    public CompletableFuture<Duration> retention(String streamArn) {
        throw new AssertionError("a reader does not describe streams");
    }

    @Override
    public CompletableFuture<Optional<ConsumerDescription>> consumer(
            String streamArn, String consumerName) {
        throw new AssertionError("a reader does not describe consumers");
    }

    @Override
    public CompletableFuture<Void> registerConsumer(String streamArn, String consumerName) {
        throw new AssertionError("a reader does not register consumers");
    }

    @Override
    public CompletableFuture<Void> deregisterConsumer(String streamArn, String consumerName) {
        throw new AssertionError("a reader does not deregister consumers");
    }

    @Override
    public void close() {
        closed = true;
    }
}
