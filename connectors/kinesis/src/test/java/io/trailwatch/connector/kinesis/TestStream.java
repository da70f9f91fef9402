package io.trailwatch.connector.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.kinesis.agg.AggRecord;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * A stream of numbered records: each of {@value #KEYS} keys has one record for each number, put in
 * order of the numbers, with the payload "key:number".
 */
final class TestStream {
    static final int KEYS = 30;

    private final KinesisStreams streams;
    private final KinesisClient client;
    private final String name;
    private final String arn;

    TestStream(KinesisStreams streams, KinesisClient client, String name, String arn) {
        this.streams = streams;
        this.client = client;
        this.name = name;
        this.arn = arn;
    }

    String name() {
        return name;
    }

    String arn() {
        return arn;
    }

    /** One record per key and number. */
    void put(int from, int to) throws InterruptedException {
        List<KinesisStreams.Entry> entries = new ArrayList<>();
        for (int number = from; number < to; number++) {
            for (int key = 0; key < KEYS; key++) {
                entries.add(
                        new KinesisStreams.Entry(key(key), payload(key, number).getBytes(UTF_8)));
            }
        }
        streams.put(arn, entries);
    }

    static List<String> payloads(int from, int to) {
        return IntStream.range(from, to)
                .boxed()
                .flatMap(number -> IntStream.range(0, KEYS).mapToObj(key -> payload(key, number)))
                .toList();
    }

    static String payload(int key, int number) {
        return key(key) + ":" + number;
    }

    static String key(int key) {
        return "key-" + key;
    }

    /** One record into this shard. */
    void put(Shard shard, byte[] payload) {
        put(shard.hashKeyRange().startingHashKey(), payload);
    }

    /** The aggregator's record, where the aggregator wants it. */
    void put(AggRecord aggregate) {
        put(aggregate.getExplicitHashKey(), aggregate.toRecordBytes());
    }

    private void put(String hashKey, byte[] data) {
        client.putRecord(
                request ->
                        request.streamARN(arn)
                                .partitionKey("any")
                                .explicitHashKey(hashKey)
                                .data(SdkBytes.fromByteArray(data)));
    }

    /** Payloads of all records that arrived before this time, shard by shard. */
    List<String> payloadsBefore(Instant time) {
        List<String> payloads = new ArrayList<>();
        for (String shardId : shardIds()) {
            String iterator =
                    client.getShardIterator(
                                    request ->
                                            request.streamARN(arn)
                                                    .shardId(shardId)
                                                    .shardIteratorType(
                                                            ShardIteratorType.TRIM_HORIZON))
                            .shardIterator();
            while (iterator != null) {
                String from = iterator;
                GetRecordsResponse answer =
                        client.getRecords(request -> request.streamARN(arn).shardIterator(from));
                answer.records().stream()
                        .filter(record -> record.approximateArrivalTimestamp().isBefore(time))
                        .map(record -> record.data().asUtf8String())
                        .forEach(payloads::add);
                iterator = answer.records().isEmpty() ? null : answer.nextShardIterator();
            }
        }
        return payloads;
    }

    /** Each key has its numbers from first to last, in this order. */
    void assertOrderOfKeys(List<Seen> records, int from, int to) {
        Map<String, List<Integer>> numbersByKey =
                records.stream()
                        .filter(record -> record.source().equals(arn))
                        .map(record -> record.payload().split(":"))
                        .collect(
                                groupingBy(
                                        part -> part[0],
                                        mapping(part -> Integer.valueOf(part[1]), toList())));
        assertThat(numbersByKey).hasSize(KEYS);
        assertThat(numbersByKey)
                .allSatisfy(
                        (key, numbers) ->
                                assertThat(numbers)
                                        .as(key)
                                        .containsExactlyElementsOf(
                                                IntStream.range(from, to).boxed().toList()));
    }

    List<Shard> shards() {
        return client.listShards(request -> request.streamARN(arn)).shards();
    }

    List<String> shardIds() {
        return shards().stream().map(Shard::shardId).toList();
    }

    List<String> childrenOf(String parent) {
        return shards().stream()
                .filter(
                        shard ->
                                parent.equals(shard.parentShardId())
                                        || parent.equals(shard.adjacentParentShardId()))
                .map(Shard::shardId)
                .toList();
    }

    /** Splits the shard in the middle of its range. */
    void split(String shardId) throws InterruptedException {
        Shard shard =
                shards().stream()
                        .filter(listed -> listed.shardId().equals(shardId))
                        .findFirst()
                        .orElseThrow();
        BigInteger first = new BigInteger(shard.hashKeyRange().startingHashKey());
        BigInteger last = new BigInteger(shard.hashKeyRange().endingHashKey());
        client.splitShard(
                request ->
                        request.streamARN(arn)
                                .shardToSplit(shardId)
                                .newStartingHashKey(first.add(last).shiftRight(1).toString()));
        streams.awaitActive(name);
    }

    void merge(List<String> neighbours) throws InterruptedException {
        client.mergeShards(
                request ->
                        request.streamARN(arn)
                                .shardToMerge(neighbours.get(0))
                                .adjacentShardToMerge(neighbours.get(1)));
        streams.awaitActive(name);
    }

    void delete() {
        client.deleteStream(
                request -> request.streamARN(arn).enforceConsumerDeletion(/* deletion= */ true));
    }
}
