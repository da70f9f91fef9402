package io.trailwatch.connector.kinesis.fake;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.fake.Call.Operation;
import io.trailwatch.connector.kinesis.fake.Fault.Kind;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/**
 * One client of a {@link FakeKinesisService}. What is asked is done when the service's next task
 * runs and answered a little later, never inside the call. Failures come wrapped, as the SDK's do.
 * After {@link #close} nothing is answered any more.
 */
public final class FakeKinesis implements KinesisApi {
    private final FakeKinesisService service;
    private final AtomicLong deliveredBytes = new AtomicLong();
    private volatile boolean closed;

    FakeKinesis(FakeKinesisService service) {
        this.service = service;
    }

    /** Payload bytes of all answers and events so far. */
    public long deliveredBytes() {
        return deliveredBytes.get();
    }

    @Override
    public CompletableFuture<List<Shard>> shards(String streamArn) {
        return call(
                new Call(Operation.LIST_SHARDS, streamArn, ""),
                fault -> service.listShards(streamArn));
    }

    @Override
    public CompletableFuture<Duration> retention(String streamArn) {
        return call(
                new Call(Operation.DESCRIBE_STREAM_SUMMARY, streamArn, ""),
                fault -> service.retention(streamArn));
    }

    @Override
    public CompletableFuture<String> shardIterator(
            String streamArn, String shardId, ShardPosition position) {
        return call(
                new Call(Operation.GET_SHARD_ITERATOR, streamArn, shardId),
                fault -> service.shardIterator(streamArn, shardId, position));
    }

    @Override
    public CompletableFuture<GetRecordsResponse> records(
            String streamArn, String shardIterator, int maxRecords) {
        return call(
                new Call(
                        Operation.GET_RECORDS,
                        streamArn,
                        FakeKinesisService.shardOf(shardIterator)),
                fault -> {
                    if (fault.kind() == Kind.EXPIRED_ITERATOR) {
                        throw Refusal.expired("Iterator expired.");
                    }
                    return service.records(
                            streamArn,
                            shardIterator,
                            maxRecords,
                            fault.kind() == Kind.EMPTY_ANSWER);
                });
    }

    @Override
    public void subscribe(
            String consumerArn,
            String shardId,
            ShardPosition position,
            Subscriber<SubscribeToShardEvent> subscriber) {
        Call call =
                new Call(
                        Operation.SUBSCRIBE_TO_SHARD,
                        FakeKinesisService.streamOf(consumerArn),
                        shardId);
        answer(
                call,
                fault -> service.subscribe(consumerArn, shardId, position, subscriber, this, fault),
                (subscription, failure) -> {
                    if (failure == null) {
                        subscription.begin();
                    } else {
                        if (subscription != null) {
                            subscription.cancel();
                        }
                        subscriber.onSubscribe(new Dead());
                        subscriber.onError(new CompletionException(failure));
                    }
                });
    }

    @Override
    public CompletableFuture<Optional<ConsumerDescription>> consumer(
            String streamArn, String consumerName) {
        return call(
                new Call(Operation.DESCRIBE_STREAM_CONSUMER, streamArn, ""),
                fault -> service.consumer(streamArn, consumerName));
    }

    @Override
    public CompletableFuture<Void> registerConsumer(String streamArn, String consumerName) {
        return call(
                new Call(Operation.REGISTER_STREAM_CONSUMER, streamArn, ""),
                fault -> {
                    service.registerConsumer(streamArn, consumerName);
                    return null;
                });
    }

    @Override
    public CompletableFuture<Void> deregisterConsumer(String streamArn, String consumerName) {
        return call(
                new Call(Operation.DEREGISTER_STREAM_CONSUMER, streamArn, ""),
                fault -> {
                    service.deregisterConsumer(streamArn, consumerName);
                    return null;
                });
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    void delivered(List<Record> records) {
        long bytes = 0;
        for (Record record : records) {
            bytes += record.data().asByteArrayUnsafe().length;
        }
        deliveredBytes.addAndGet(bytes);
    }

    /** What the service does for a call; throws what it refuses with. */
    private interface Work<T extends @Nullable Object> {
        T done(Fault fault);
    }

    /**
     * Takes the answer.
     *
     * <p>Both are set when the service has done its work and the answer is lost.
     */
    private interface Answer<T extends @Nullable Object> {
        void take(T result, @Nullable RuntimeException failure);
    }

    private <T extends @Nullable Object> CompletableFuture<T> call(Call call, Work<T> work) {
        CompletableFuture<T> future = service.time().newFuture();
        answer(
                call,
                work,
                (result, failure) -> {
                    if (failure == null) {
                        if (result instanceof GetRecordsResponse response) {
                            delivered(response.records());
                        }
                        future.complete(result);
                    } else {
                        future.completeExceptionally(new CompletionException(failure));
                    }
                });
        return future;
    }

    private <T extends @Nullable Object> void answer(Call call, Work<T> work, Answer<T> answer) {
        if (closed) {
            service.time()
                    .schedule(
                            Duration.ZERO,
                            () ->
                                    answer.take(
                                            null,
                                            new IllegalStateException("the client is closed")));
            return;
        }
        Fault fault = service.faultOf(call);
        service.time()
                .schedule(
                        Duration.ZERO,
                        () -> {
                            T result = null;
                            RuntimeException failure = null;
                            try {
                                refuse(call, fault);
                                result = work.done(fault);
                                if (fault.kind() == Kind.LOST_ANSWER) {
                                    failure = Refusal.connectionReset();
                                }
                            } catch (RuntimeException refused) {
                                failure = refused;
                            }
                            answerLater(fault, answer, result, failure);
                        });
    }

    private <T extends @Nullable Object> void answerLater(
            Fault fault, Answer<T> answer, T result, @Nullable RuntimeException failure) {
        Duration delay = service.behaviour().answerTime().plus(fault.delay());
        Runnable task =
                () -> {
                    if (!closed) {
                        answer.take(result, failure);
                    }
                };
        if (delay.isZero()) {
            task.run();
        } else {
            service.time().schedule(delay, task);
        }
    }

    private static void refuse(Call call, Fault fault) {
        switch (fault.kind()) {
            case THROTTLED -> throw Refusal.throttled(call.operation(), call.streamArn());
            case INTERNAL_FAILURE -> throw Refusal.internalFailure();
            case UNAVAILABLE -> throw Refusal.unavailable();
            case CONNECTION_RESET -> throw Refusal.connectionReset();
            default -> {
                // The others come later.
            }
        }
    }

    /** What a subscriber gets whose call has failed. */
    private static final class Dead implements Subscription {
        @Override
        public void request(long count) {
            // It has ended before it began.
        }

        @Override
        public void cancel() {
            // It has ended before it began.
        }
    }
}
