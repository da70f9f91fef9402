package io.trailwatch.connector.kinesis;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.fake.FakeKinesisService;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.configuration.Configuration;

/**
 * Makes sources that read from a {@link FakeKinesisService} of this JVM, for whole jobs on a
 * mini-cluster. Sources made here find the service until this is closed.
 */
public final class SourceOverFake implements AutoCloseable {
    // A source goes to the cluster as bytes and the service cannot: both meet here.
    private static final Map<String, FakeKinesisService> SERVICES = new ConcurrentHashMap<>();

    private final String id = UUID.randomUUID().toString();

    public SourceOverFake(FakeKinesisService service) {
        SERVICES.put(id, service);
    }

    /**
     * The source that {@link KinesisSource.Builder} makes of the same options.
     *
     * @throws IllegalArgumentException naming the option whose value is refused
     */
    public KinesisSource source(List<String> streamArns, Configuration options) {
        String serviceId = id;
        return new KinesisSource(
                KinesisSourceSettings.of(streamArns, options, Instant.now()),
                connection -> requireNonNull(SERVICES.get(serviceId), "service is closed").open());
    }

    @Override
    public void close() {
        SERVICES.remove(id);
    }
}
