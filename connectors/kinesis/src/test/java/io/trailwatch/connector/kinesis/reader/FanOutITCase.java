package io.trailwatch.connector.kinesis.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.KinesisSource;
import io.trailwatch.connector.kinesis.KinesisStreams;
import io.trailwatch.connector.kinesis.config.ConsumerLifecycle;
import io.trailwatch.connector.kinesis.config.InitialPosition;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.config.ReaderType;
import io.trailwatch.connector.kinesis.config.StopPosition;
import io.trailwatch.connector.kinesis.local.KinesisEmulator;
import io.trailwatch.event.RawRecord;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Enhanced fan-out by the SDK's own event streams, against the emulator. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FanOutITCase {
    private static KinesisEmulator emulator;
    private static KinesisConnection connection;
    private static KinesisStreams streams;
    private static KinesisClient client;

    @BeforeAll
    static void startEmulator() {
        Path home = Path.of(System.getProperty("trailwatch.home"));
        emulator =
                KinesisEmulator.start(
                        home.resolve("deploy/local"), home.resolve(".trailwatch/kinesis-local"));
        connection = KinesisConnection.emulator(emulator.endpoint());
        streams = KinesisStreams.connect(connection);
        client = connection.open();
    }

    @AfterAll
    static void stopEmulator() {
        client.close();
        streams.close();
        emulator.close();
    }

    @Test
    void readsClosedShardsAndTheirChildrenUpToTheStop() throws Exception {
        String arn = streams.createIfAbsent("fan-out-bounded", 2);
        streams.put(arn, entries(0, 500));
        split(arn, "fan-out-bounded");
        streams.put(arn, entries(500, 1000));

        List<String> payloads = new ArrayList<>();
        List<String> shards = new ArrayList<>();
        try (CloseableIterator<RawRecord> records =
                read(source(arn).setStopPosition(StopPosition.LATEST).build())) {
            records.forEachRemaining(
                    record -> {
                        payloads.add(new String(record.payload(), UTF_8));
                        shards.add(record.shard());
                    });
        }

        assertThat(payloads).containsExactlyInAnyOrderElementsOf(payloads(0, 1000));
        // The last child begins only when the closed parent's end was found.
        assertThat(shards).containsAll(shardIds(arn));
    }

    @Test
    void readsWhatComesWhileItIsSubscribed() throws Exception {
        String arn = streams.createIfAbsent("fan-out-live", 2);
        streams.put(arn, entries(0, 100));
        List<String> payloads = new ArrayList<>();
        try (CloseableIterator<RawRecord> records = read(source(arn).build())) {
            for (int i = 0; i < 100; i++) {
                payloads.add(new String(records.next().payload(), UTF_8));
            }
            streams.put(arn, entries(100, 300));
            for (int i = 0; i < 200; i++) {
                payloads.add(new String(records.next().payload(), UTF_8));
            }
        }
        assertThat(payloads).containsExactlyInAnyOrderElementsOf(payloads(0, 300));
    }

    private static KinesisSource.Builder source(String arn) {
        return KinesisSource.builder()
                .setStreamArn(arn)
                .setConnection(connection)
                .setInitialPosition(InitialPosition.TRIM_HORIZON)
                .setReaderType(ReaderType.EFO)
                .setConsumer("reader", ConsumerLifecycle.JOB_MANAGED)
                .setShardDiscoveryInterval(Duration.ofMillis(500));
    }

    private static CloseableIterator<RawRecord> read(KinesisSource source) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(2, new Configuration());
        environment.enableCheckpointing(500);
        return environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "kinesis")
                .executeAndCollect("fan-out");
    }

    private static List<KinesisStreams.Entry> entries(int from, int to) {
        return payloads(from, to).stream()
                .map(payload -> new KinesisStreams.Entry(payload, payload.getBytes(UTF_8)))
                .toList();
    }

    private static List<String> payloads(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "record-" + i).toList();
    }

    private static List<String> shardIds(String arn) {
        return client.listShards(b -> b.streamARN(arn)).shards().stream()
                .map(Shard::shardId)
                .toList();
    }

    private static void split(String arn, String name) throws InterruptedException {
        Shard shard = client.listShards(b -> b.streamARN(arn)).shards().get(0);
        BigInteger first = new BigInteger(shard.hashKeyRange().startingHashKey());
        BigInteger last = new BigInteger(shard.hashKeyRange().endingHashKey());
        client.splitShard(
                b ->
                        b.streamARN(arn)
                                .shardToSplit(shard.shardId())
                                .newStartingHashKey(first.add(last).shiftRight(1).toString()));
        streams.awaitActive(name);
    }
}
