package io.trailwatch.benchmarks;

import io.trailwatch.connector.kinesis.KinesisSource;
import io.trailwatch.connector.kinesis.KinesisStreams;
import io.trailwatch.connector.kinesis.SourceOverFake;
import io.trailwatch.connector.kinesis.config.AwsCredentials;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.config.KinesisSourceOptions;
import io.trailwatch.connector.kinesis.fake.Behaviour;
import io.trailwatch.connector.kinesis.fake.FakeKinesisService;
import io.trailwatch.connector.kinesis.fake.RealTime;
import io.trailwatch.connector.kinesis.local.KinesisEmulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/** Something that a source can read from, in place of the service. */
interface KinesisUnderTest extends AutoCloseable {
    /**
     * A record to put.
     *
     * @param payload shared by many; not to be changed
     */
    record Entry(String partitionKey, byte[] payload) {}

    /** Its ARN. */
    String createStream(String name, int shards) throws InterruptedException;

    void put(String streamArn, List<Entry> entries) throws InterruptedException;

    KinesisSource source(String streamArn, Configuration options);

    /** Whether payloads cross a wire and are read from it. */
    boolean movesBytes();

    @Override
    void close();

    /** The fake of the connector's tests: one thread of this process, no bytes copied, no quota. */
    final class InMemory implements KinesisUnderTest {
        private final FakeKinesisService service =
                new FakeKinesisService(
                        new RealTime(),
                        Behaviour.USUAL
                                .withoutThrottling()
                                .answeringIn(Duration.ZERO)
                                .withConsumersAfter(Duration.ZERO));
        private final SourceOverFake sources = new SourceOverFake(service);

        @Override
        public String createStream(String name, int shards) {
            String arn = "arn:aws:kinesis:us-east-1:000000000000:stream/" + name;
            service.createStream(arn, shards);
            return arn;
        }

        @Override
        public void put(String streamArn, List<Entry> entries) {
            entries.forEach(entry -> service.put(streamArn, entry.partitionKey(), entry.payload()));
        }

        @Override
        public KinesisSource source(String streamArn, Configuration options) {
            return sources.source(List.of(streamArn), options);
        }

        @Override
        public boolean movesBytes() {
            return false;
        }

        @Override
        public void close() {
            sources.close();
            service.close();
        }
    }

    /** kinesis-local, a process of its own that is spoken to by HTTP. */
    final class Emulated implements KinesisUnderTest {
        private final KinesisEmulator emulator;
        private final KinesisStreams streams;

        /**
         * @param home folder of the project
         */
        Emulated(Path home) {
            emulator =
                    KinesisEmulator.start(
                            home.resolve("deploy/local"),
                            home.resolve(".trailwatch/kinesis-local"));
            streams = KinesisStreams.connect(KinesisConnection.emulator(emulator.endpoint()));
        }

        @Override
        public String createStream(String name, int shards) throws InterruptedException {
            return streams.createIfAbsent(name, shards);
        }

        @Override
        public void put(String streamArn, List<Entry> entries) throws InterruptedException {
            streams.put(
                    streamArn,
                    entries.stream()
                            .map(e -> new KinesisStreams.Entry(e.partitionKey(), e.payload()))
                            .toList());
        }

        @Override
        public KinesisSource source(String streamArn, Configuration options) {
            return KinesisSource.builder()
                    .setStreamArn(streamArn)
                    .setSourceConfig(options)
                    .setSourceConfig(
                            new Configuration()
                                    .set(
                                            KinesisSourceOptions.ENDPOINT,
                                            emulator.endpoint().toString())
                                    .set(
                                            KinesisSourceOptions.CREDENTIALS_PROVIDER,
                                            AwsCredentials.EMULATOR))
                    .build();
        }

        @Override
        public boolean movesBytes() {
            return true;
        }

        @Override
        public void close() {
            try {
                streams.close();
            } finally {
                emulator.close();
            }
        }
    }
}
