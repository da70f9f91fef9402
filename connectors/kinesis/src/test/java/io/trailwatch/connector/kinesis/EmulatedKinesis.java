package io.trailwatch.connector.kinesis;

import static org.awaitility.Awaitility.await;

import io.trailwatch.connector.kinesis.config.ConsumerLifecycle;
import io.trailwatch.connector.kinesis.config.InitialPosition;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.config.ReaderType;
import io.trailwatch.connector.kinesis.local.KinesisEmulator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;

/**
 * The emulator and a Flink cluster, started once for all tests of this JVM; streams and jobs of a
 * test end with it.
 */
final class EmulatedKinesis implements BeforeEachCallback, AfterEachCallback {
    private static final AtomicInteger STREAMS = new AtomicInteger();

    private final List<TestStream> testStreams = new ArrayList<>();
    private final List<SourceJob> jobs = new ArrayList<>();
    private Servers servers;

    private record Servers(
            KinesisEmulator emulator,
            KinesisStreams streams,
            KinesisClient client,
            MiniCluster cluster)
            implements ExtensionContext.Store.CloseableResource, AutoCloseable {
        static Servers start() {
            Path home = Path.of(System.getProperty("trailwatch.home"));
            KinesisEmulator emulator =
                    KinesisEmulator.start(
                            home.resolve("deploy/local"),
                            home.resolve(".trailwatch/kinesis-local"));
            KinesisConnection connection = KinesisConnection.emulator(emulator.endpoint());
            return new Servers(
                    emulator,
                    KinesisStreams.connect(connection),
                    connection.open(),
                    startCluster());
        }

        private static MiniCluster startCluster() {
            Configuration config = new Configuration();
            config.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
            MiniCluster cluster =
                    new MiniCluster(
                            new MiniClusterConfiguration.Builder()
                                    .setConfiguration(config)
                                    .setNumTaskManagers(1)
                                    .setNumSlotsPerTaskManager(16)
                                    .withRandomPorts()
                                    .build());
            try {
                cluster.start();
            } catch (Exception e) {
                throw new IllegalStateException("the Flink cluster does not start", e);
            }
            return cluster;
        }

        @Override
        public void close() throws Exception {
            cluster.close();
            client.close();
            streams.close();
            emulator.close();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        servers =
                context.getRoot()
                        .getStore(ExtensionContext.Namespace.create(EmulatedKinesis.class))
                        .getOrComputeIfAbsent(
                                Servers.class, type -> Servers.start(), Servers.class);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (SourceJob job : jobs) {
            job.cancel();
        }
        // The emulator has room for 50 shards in all.
        List<String> left = client().listStreams().streamNames();
        for (TestStream stream : testStreams) {
            if (left.contains(stream.name())) {
                stream.delete();
            }
        }
    }

    KinesisClient client() {
        return servers.client;
    }

    TestStream createStream(int shards) throws InterruptedException {
        String name = "stream-" + STREAMS.incrementAndGet();
        String arn = servers.streams.createIfAbsent(name, shards);
        TestStream stream = new TestStream(servers.streams, servers.client, name, arn);
        testStreams.add(stream);
        return stream;
    }

    /** Deletes the stream and makes another one of its name. */
    void replace(TestStream stream, int shards) throws InterruptedException {
        stream.delete();
        await().atMost(SourceJob.PATIENCE)
                .until(() -> !client().listStreams().streamNames().contains(stream.name()));
        servers.streams.createIfAbsent(stream.name(), shards);
    }

    SourceJob job() {
        SourceJob job = new SourceJob(servers.cluster);
        jobs.add(job);
        return job;
    }

    /** Reads all that the streams hold, with a consumer of its own if it needs one. */
    KinesisSource.Builder source(ReaderType type, TestStream... streams) {
        return KinesisSource.builder()
                .setStreamArns(Stream.of(streams).map(TestStream::arn).toList())
                .setConnection(KinesisConnection.emulator(servers.emulator.endpoint()))
                .setReaderType(type)
                .setConsumer(consumerName(streams[0]), ConsumerLifecycle.JOB_MANAGED)
                .setInitialPosition(InitialPosition.TRIM_HORIZON)
                .setShardDiscoveryInterval(Duration.ofMillis(500));
    }

    /**
     * A consumer of the stream. Told to remove one, the emulator takes whichever has that name, of
     * any stream.
     */
    static String consumerName(TestStream stream) {
        return "consumer-of-" + stream.name();
    }

    /** Registers the consumer and waits until it can be used. */
    void registerConsumer(TestStream stream) {
        client().registerStreamConsumer(
                        request ->
                                request.streamARN(stream.arn()).consumerName(consumerName(stream)));
        await().atMost(SourceJob.PATIENCE)
                .until(
                        () ->
                                client()
                                        .listStreamConsumers(
                                                request -> request.streamARN(stream.arn()))
                                        .consumers()
                                        .stream()
                                        .anyMatch(
                                                consumer ->
                                                        consumer.consumerStatus()
                                                                == ConsumerStatus.ACTIVE));
    }

    /** Names of the consumers of a stream. */
    List<String> consumers(TestStream stream) {
        return client()
                .listStreamConsumers(request -> request.streamARN(stream.arn()))
                .consumers()
                .stream()
                .map(Consumer::consumerName)
                .toList();
    }

    /** A time that no record so far has, and all from now on have or exceed. */
    static Instant betweenRecords() {
        // Arrival times are whole milliseconds: the next record has to come in a later one.
        Instant last = Instant.now();
        await().until(() -> Instant.now().isAfter(last.plusMillis(2)));
        Instant time = Instant.now();
        await().until(() -> Instant.now().isAfter(time.plusMillis(2)));
        return time;
    }
}
