package io.trailwatch.connector.kinesis;

import java.util.List;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** The calls of Kinesis that a polling source needs; each throws what the SDK throws. */
interface StreamProxy extends AutoCloseable {
    /** All shards that the stream still holds, open and closed. */
    List<Shard> listShards(String streamArn);

    String shardIterator(String streamArn, String shardId, StartingPosition position);

    GetRecordsResponse records(String streamArn, String shardIterator, int maxRecords);

    @Override
    void close();
}
