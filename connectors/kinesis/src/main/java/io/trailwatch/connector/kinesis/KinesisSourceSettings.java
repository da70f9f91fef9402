package io.trailwatch.connector.kinesis;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The options of one source, checked.
 *
 * @param streamArn stream to read
 * @param connection how to reach it
 * @param initialTimestamp earliest arrival wanted without state; null for all that is held
 * @param discoveryInterval time between two looks for new shards
 * @param maxRecordCount records asked for in one call
 * @param idleInterval pause of a shard read up to its tip
 * @param backoff pace of retries
 */
record KinesisSourceSettings(
        String streamArn,
        KinesisConnection connection,
        @Nullable Instant initialTimestamp,
        Duration discoveryInterval,
        int maxRecordCount,
        Duration idleInterval,
        Backoff backoff)
        implements Serializable {
    /** A shard allows five reads a second to all its consumers. */
    static final Duration READ_INTERVAL = Duration.ofMillis(200);

    KinesisSourceSettings {
        StreamArn.parse(streamArn);
        require(
                maxRecordCount >= 1 && maxRecordCount <= 10_000,
                KinesisSourceOptions.GET_RECORDS_MAX_RECORD_COUNT,
                maxRecordCount,
                "1 to 10000");
        require(
                idleInterval.compareTo(READ_INTERVAL) >= 0,
                KinesisSourceOptions.EMPTY_RECORDS_FETCH_INTERVAL,
                idleInterval,
                "at least 200 ms");
        require(
                discoveryInterval.toMillis() >= 100,
                KinesisSourceOptions.SHARD_DISCOVERY_INTERVAL,
                discoveryInterval,
                "at least 100 ms");
    }

    /**
     * @param now what LATEST means: fixed here, so that a restart before the first checkpoint does
     *     not skip what arrived in between
     */
    static KinesisSourceSettings of(String streamArn, Configuration options, Instant now) {
        StreamArn arn = StreamArn.parse(streamArn);
        return new KinesisSourceSettings(
                streamArn,
                new KinesisConnection(
                        options.getOptional(KinesisSourceOptions.REGION).orElse(arn.region()),
                        endpoint(options),
                        options.get(KinesisSourceOptions.CREDENTIALS_PROVIDER)),
                initialTimestamp(options, now),
                options.get(KinesisSourceOptions.SHARD_DISCOVERY_INTERVAL),
                options.get(KinesisSourceOptions.GET_RECORDS_MAX_RECORD_COUNT),
                options.get(KinesisSourceOptions.EMPTY_RECORDS_FETCH_INTERVAL),
                Backoff.DEFAULT);
    }

    StartingPosition initialPosition() {
        return initialTimestamp == null
                ? StartingPosition.fromStart()
                : StartingPosition.fromTimestamp(initialTimestamp);
    }

    private static @Nullable Instant initialTimestamp(Configuration options, Instant now) {
        InitialPosition position = options.get(KinesisSourceOptions.INITIAL_POSITION);
        String timestamp = options.get(KinesisSourceOptions.INITIAL_TIMESTAMP);
        if ((position == InitialPosition.AT_TIMESTAMP) != (timestamp != null)) {
            throw new IllegalArgumentException(
                    KinesisSourceOptions.INITIAL_POSITION.key()
                            + " is "
                            + position
                            + " and "
                            + KinesisSourceOptions.INITIAL_TIMESTAMP.key()
                            + (timestamp == null ? " is not set" : " is " + timestamp)
                            + "; AT_TIMESTAMP needs it, the others exclude it");
        }
        return switch (position) {
            case TRIM_HORIZON -> null;
            case LATEST -> now;
            case AT_TIMESTAMP -> parse(timestamp);
        };
    }

    private static Instant parse(String timestamp) {
        try {
            return Instant.parse(timestamp);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    KinesisSourceOptions.INITIAL_TIMESTAMP.key()
                            + " is '"
                            + timestamp
                            + "', expected an instant such as 2026-11-21T00:00:00Z",
                    e);
        }
    }

    private static @Nullable URI endpoint(Configuration options) {
        String endpoint = options.get(KinesisSourceOptions.ENDPOINT);
        if (endpoint == null) {
            return null;
        }
        try {
            URI uri = new URI(endpoint);
            require(uri.getHost() != null, KinesisSourceOptions.ENDPOINT, endpoint, "a URL");
            return uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    KinesisSourceOptions.ENDPOINT.key() + " is '" + endpoint + "', expected a URL",
                    e);
        }
    }

    private static void require(
            boolean holds, ConfigOption<?> option, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    option.key() + " is " + value + ", expected " + expected);
        }
    }
}
