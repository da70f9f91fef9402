package io.trailwatch.connector.kinesis.fake;

import static java.util.Objects.requireNonNull;

/**
 * A call as it arrives.
 *
 * @param operation what is asked for
 * @param streamArn the stream
 * @param shardId the shard; empty for calls on the stream
 */
public record Call(Operation operation, String streamArn, String shardId) {
    /** The calls that the fake knows. */
    public enum Operation {
        LIST_SHARDS,
        DESCRIBE_STREAM_SUMMARY,
        GET_SHARD_ITERATOR,
        GET_RECORDS,
        SUBSCRIBE_TO_SHARD,
        DESCRIBE_STREAM_CONSUMER,
        REGISTER_STREAM_CONSUMER,
        DEREGISTER_STREAM_CONSUMER
    }

    public Call {
        requireNonNull(operation, "operation");
        requireNonNull(streamArn, "streamArn");
        requireNonNull(shardId, "shardId");
    }
}
