package io.trailwatch.connector.kinesis;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** {@link StreamProxy} by the AWS SDK. */
final class SdkStreamProxy implements StreamProxy {
    private final KinesisClient client;

    SdkStreamProxy(KinesisClient client) {
        this.client = client;
    }

    @Override
    public List<Shard> listShards(String streamArn) {
        List<Shard> shards = new ArrayList<>();
        ListShardsResponse page =
                client.listShards(ListShardsRequest.builder().streamARN(streamArn).build());
        shards.addAll(page.shards());
        while (page.nextToken() != null) {
            // A token and further parameters exclude each other, except for the ARN.
            page =
                    client.listShards(
                            ListShardsRequest.builder()
                                    .streamARN(streamArn)
                                    .nextToken(page.nextToken())
                                    .build());
            shards.addAll(page.shards());
        }
        return shards;
    }

    @Override
    public String shardIterator(String streamArn, String shardId, StartingPosition position) {
        return client.getShardIterator(
                        GetShardIteratorRequest.builder()
                                .streamARN(streamArn)
                                .shardId(shardId)
                                .shardIteratorType(
                                        ShardIteratorType.valueOf(position.kind().name()))
                                .startingSequenceNumber(position.sequenceNumber())
                                .timestamp(position.timestamp())
                                .build())
                .shardIterator();
    }

    @Override
    public GetRecordsResponse records(String streamArn, String shardIterator, int maxRecords) {
        return client.getRecords(
                GetRecordsRequest.builder()
                        .streamARN(streamArn)
                        .shardIterator(shardIterator)
                        .limit(maxRecords)
                        .build());
    }

    @Override
    public void close() {
        client.close();
    }
}
