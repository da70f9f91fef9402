package io.trailwatch.connector.kinesis.client;

import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/**
 * The calls of Kinesis that the source makes, and no more: what a fake has to know. No call blocks
 * and none is repeated by itself; pace and retries are the caller's. Futures fail with what the
 * service answered, as {@link KinesisFailure} sorts it, perhaps wrapped by the future. All may
 * complete on a thread of the client, which must not be held up.
 */
public interface KinesisApi extends AutoCloseable {
    /** All shards that the stream still holds, open and closed. */
    CompletableFuture<List<Shard>> shards(String streamArn);

    /** How long the stream keeps a record, 24 hours to 365 days. */
    CompletableFuture<Duration> retention(String streamArn);

    /** An iterator, valid for five minutes. */
    CompletableFuture<String> shardIterator(
            String streamArn, String shardId, ShardPosition position);

    /**
     * Up to {@code maxRecords} (1 to 10000) records and 10 MiB. Without a next iterator the shard
     * has been read to its end. An answer may be empty far behind the tip.
     */
    CompletableFuture<GetRecordsResponse> records(
            String streamArn, String shardIterator, int maxRecords);

    /**
     * Enhanced fan-out: the service pushes the shard's records to the subscriber for up to five
     * minutes, each event once requested. It then completes, and so it does behind the event
     * without continuation sequence number, which is the end of the shard. All failures, that of
     * the call itself included, go to {@link Subscriber#onError}. Cancelling ends the connection.
     */
    void subscribe(
            String consumerArn,
            String shardId,
            ShardPosition position,
            Subscriber<SubscribeToShardEvent> subscriber);

    /** The registered consumer of this name; empty when there is none. */
    CompletableFuture<Optional<ConsumerDescription>> consumer(
            String streamArn, String consumerName);

    /** Registers a consumer, which becomes usable when its status is ACTIVE. */
    CompletableFuture<Void> registerConsumer(String streamArn, String consumerName);

    CompletableFuture<Void> deregisterConsumer(String streamArn, String consumerName);

    @Override
    void close();
}
