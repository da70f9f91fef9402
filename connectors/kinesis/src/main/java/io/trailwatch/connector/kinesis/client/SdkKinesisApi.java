package io.trailwatch.connector.kinesis.client;

import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEventStream;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponse;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** {@link KinesisApi} by the AWS SDK. */
public final class SdkKinesisApi implements KinesisApi {
    private final KinesisAsyncClient client;

    /** Opens a client; no call is made yet. */
    public SdkKinesisApi(KinesisConnection connection) {
        this.client = connection.openAsync();
    }

    @Override
    public CompletableFuture<List<Shard>> shards(String streamArn) {
        return shards(streamArn, null, new ArrayList<>());
    }

    private CompletableFuture<List<Shard>> shards(
            String streamArn, @Nullable String nextToken, List<Shard> before) {
        // A token and further parameters exclude each other, except for the ARN.
        return client.listShards(
                        ListShardsRequest.builder()
                                .streamARN(streamArn)
                                .nextToken(nextToken)
                                .build())
                .thenCompose(
                        page -> {
                            before.addAll(page.shards());
                            return page.nextToken() == null
                                    ? CompletableFuture.completedFuture(before)
                                    : shards(streamArn, page.nextToken(), before);
                        });
    }

    @Override
    public CompletableFuture<Duration> retention(String streamArn) {
        return client.describeStreamSummary(request -> request.streamARN(streamArn))
                .thenApply(
                        response ->
                                Duration.ofHours(
                                        response.streamDescriptionSummary()
                                                .retentionPeriodHours()));
    }

    @Override
    public CompletableFuture<String> shardIterator(
            String streamArn, String shardId, ShardPosition position) {
        return client.getShardIterator(
                        GetShardIteratorRequest.builder()
                                .streamARN(streamArn)
                                .shardId(shardId)
                                .shardIteratorType(iteratorType(position))
                                .startingSequenceNumber(position.sequenceNumber())
                                .timestamp(position.timestamp())
                                .build())
                .thenApply(GetShardIteratorResponse::shardIterator);
    }

    @Override
    public CompletableFuture<GetRecordsResponse> records(
            String streamArn, String shardIterator, int maxRecords) {
        return client.getRecords(
                request ->
                        request.streamARN(streamArn)
                                .shardIterator(shardIterator)
                                .limit(maxRecords));
    }

    @Override
    public void subscribe(
            String consumerArn,
            String shardId,
            ShardPosition position,
            Subscriber<SubscribeToShardEvent> subscriber) {
        ToSubscriber handler = new ToSubscriber(subscriber);
        CompletableFuture<Void> call =
                client.subscribeToShard(
                        request ->
                                request.consumerARN(consumerArn)
                                        .shardId(shardId)
                                        .startingPosition(
                                                start ->
                                                        start.type(iteratorType(position))
                                                                .sequenceNumber(
                                                                        position.sequenceNumber())
                                                                .timestamp(position.timestamp())),
                        handler);
        handler.follow(call);
    }

    /**
     * Makes of the SDK's call-backs, of which several may tell of one failure, one well-behaved
     * stream: onSubscribe first, then events, then one end.
     */
    private static final class ToSubscriber implements SubscribeToShardResponseHandler {
        private final Subscriber<SubscribeToShardEvent> subscriber;
        private final AtomicBoolean subscribed = new AtomicBoolean();
        private final AtomicBoolean ended = new AtomicBoolean();

        ToSubscriber(Subscriber<SubscribeToShardEvent> subscriber) {
            this.subscriber = subscriber;
        }

        void follow(CompletableFuture<Void> call) {
            call.whenComplete(
                    (nothing, failure) -> {
                        if (failure != null) {
                            exceptionOccurred(failure);
                        } else {
                            complete();
                        }
                    });
        }

        @Override
        public void responseReceived(SubscribeToShardResponse response) {
            // The events follow; the answer itself says nothing.
        }

        @Override
        public void onEventStream(SdkPublisher<SubscribeToShardEventStream> events) {
            events.filter(SubscribeToShardEvent.class)
                    .subscribe(
                            new Subscriber<SubscribeToShardEvent>() {
                                @Override
                                public void onSubscribe(Subscription subscription) {
                                    if (subscribed.compareAndSet(false, true)) {
                                        subscriber.onSubscribe(subscription);
                                    } else {
                                        subscription.cancel();
                                    }
                                }

                                @Override
                                public void onNext(SubscribeToShardEvent event) {
                                    if (!ended.get()) {
                                        subscriber.onNext(event);
                                    }
                                }

                                @Override
                                public void onError(Throwable failure) {
                                    exceptionOccurred(failure);
                                }

                                @Override
                                public void onComplete() {
                                    end();
                                }
                            });
        }

        @Override
        public void exceptionOccurred(Throwable failure) {
            if (ended.compareAndSet(false, true)) {
                beginIfNotBegun();
                subscriber.onError(failure);
            }
        }

        /** The call is over; events that were received may still be on their way to onNext. */
        @Override
        public void complete() {
            if (!subscribed.get()) {
                end();
            }
        }

        private void end() {
            if (ended.compareAndSet(false, true)) {
                beginIfNotBegun();
                subscriber.onComplete();
            }
        }

        private void beginIfNotBegun() {
            if (subscribed.compareAndSet(false, true)) {
                subscriber.onSubscribe(
                        new Subscription() {
                            @Override
                            public void request(long count) {
                                // It has ended before it began.
                            }

                            @Override
                            public void cancel() {
                                // It has ended before it began.
                            }
                        });
            }
        }
    }

    @Override
    public CompletableFuture<Optional<ConsumerDescription>> consumer(
            String streamArn, String consumerName) {
        return client.describeStreamConsumer(
                        request -> request.streamARN(streamArn).consumerName(consumerName))
                .handle(
                        (response, failure) -> {
                            if (failure == null) {
                                return Optional.of(response.consumerDescription());
                            }
                            Throwable cause =
                                    failure instanceof CompletionException
                                            ? failure.getCause()
                                            : failure;
                            if (cause instanceof ResourceNotFoundException) {
                                return Optional.empty();
                            }
                            throw new CompletionException(cause);
                        });
    }

    @Override
    public CompletableFuture<Void> registerConsumer(String streamArn, String consumerName) {
        return client.registerStreamConsumer(
                        request -> request.streamARN(streamArn).consumerName(consumerName))
                .thenAccept(response -> {});
    }

    @Override
    public CompletableFuture<Void> deregisterConsumer(String streamArn, String consumerName) {
        return client.deregisterStreamConsumer(
                        request -> request.streamARN(streamArn).consumerName(consumerName))
                .thenAccept(response -> {});
    }

    @Override
    public void close() {
        client.close();
    }

    private static ShardIteratorType iteratorType(ShardPosition position) {
        return ShardIteratorType.valueOf(position.kind().name());
    }
}
