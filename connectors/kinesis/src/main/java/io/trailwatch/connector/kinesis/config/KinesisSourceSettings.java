package io.trailwatch.connector.kinesis.config;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * The options of one source, checked.
 *
 * @param streams streams to read, each once, in the order given
 * @param connection how to reach them
 * @param initialTimestamp earliest arrival wanted without state; null for all that is held
 * @param stopTimestamp records that arrived at or after this are not read; null for no end
 * @param discoveryInterval time between two looks for new shards
 * @param polling pace of GetRecords
 * @param fanOut consumer of enhanced fan-out; null when every stream is polled
 * @param maxBufferedBytes payload bytes a subtask may hold or have asked for
 * @param deaggregation whether aggregates of the KPL are taken apart
 * @param lossPolicy what to do when unread records are gone
 * @param backoff pace of retries
 */
@SuppressWarnings("serial") // List.copyOf is serialisable
public record KinesisSourceSettings(
        List<Stream> streams,
        KinesisConnection connection,
        @Nullable Instant initialTimestamp,
        @Nullable Instant stopTimestamp,
        Duration discoveryInterval,
        Polling polling,
        @Nullable FanOut fanOut,
        long maxBufferedBytes,
        boolean deaggregation,
        LossPolicy lossPolicy,
        Backoff backoff)
        implements Serializable {
    private static final Duration LEAST_DISCOVERY_INTERVAL = Duration.ofMillis(100);
    private static final Duration LEAST_SUBSCRIPTION_TIMEOUT = Duration.ofSeconds(1);
    private static final MemorySize LEAST_BUFFER = MemorySize.ofMebiBytes(16);

    /**
     * A stream and how it is read.
     *
     * @param arn ARN of the stream
     * @param readerType polled or pushed
     */
    public record Stream(String arn, ReaderType readerType) implements Serializable {
        public Stream {
            StreamArn.parse(arn);
            requireNonNull(readerType, "readerType");
        }
    }

    /**
     * Pace of GetRecords.
     *
     * @param maxRecordCount records asked for in one call
     * @param interval least time between two calls on one shard
     * @param idleInterval pause of a shard read up to its tip
     */
    public record Polling(int maxRecordCount, Duration interval, Duration idleInterval)
            implements Serializable {
        public Polling {
            require(
                    maxRecordCount >= 1 && maxRecordCount <= 10_000,
                    KinesisSourceOptions.GET_RECORDS_MAX_RECORD_COUNT,
                    maxRecordCount,
                    "1 to 10000");
            require(
                    !interval.isNegative(),
                    KinesisSourceOptions.GET_RECORDS_INTERVAL,
                    interval,
                    "no negative time");
            require(
                    idleInterval.compareTo(interval) >= 0 && !idleInterval.isZero(),
                    KinesisSourceOptions.EMPTY_RECORDS_FETCH_INTERVAL,
                    idleInterval,
                    "more than zero and at least "
                            + KinesisSourceOptions.GET_RECORDS_INTERVAL.key()
                            + ", which is "
                            + interval);
        }
    }

    /**
     * Enhanced fan-out.
     *
     * @param consumerName name of the registered consumer
     * @param lifecycle who makes it
     * @param subscriptionTimeout silence after which a subscription is made anew
     */
    public record FanOut(
            String consumerName, ConsumerLifecycle lifecycle, Duration subscriptionTimeout)
            implements Serializable {
        public FanOut {
            require(
                    consumerName.matches("[A-Za-z0-9_.-]{1,128}"),
                    KinesisSourceOptions.EFO_CONSUMER_NAME,
                    consumerName,
                    "1 to 128 letters, digits, '_', '.', '-'");
            requireNonNull(lifecycle, "lifecycle");
            require(
                    subscriptionTimeout.compareTo(LEAST_SUBSCRIPTION_TIMEOUT) >= 0,
                    KinesisSourceOptions.EFO_SUBSCRIPTION_TIMEOUT,
                    subscriptionTimeout,
                    "at least " + LEAST_SUBSCRIPTION_TIMEOUT);
        }
    }

    public KinesisSourceSettings {
        streams = List.copyOf(streams);
        requireStreams(streams);
        Set<String> arns = new HashSet<>();
        for (Stream stream : streams) {
            if (!arns.add(stream.arn())) {
                throw new IllegalArgumentException("stream " + stream.arn() + " is set twice");
            }
        }
        require(
                discoveryInterval.compareTo(LEAST_DISCOVERY_INTERVAL) >= 0,
                KinesisSourceOptions.SHARD_DISCOVERY_INTERVAL,
                discoveryInterval,
                "at least " + LEAST_DISCOVERY_INTERVAL);
        requireNonNull(polling, "polling");
        if (fanOut == null
                && streams.stream().anyMatch(stream -> stream.readerType() == ReaderType.EFO)) {
            throw new IllegalArgumentException(
                    KinesisSourceOptions.EFO_CONSUMER_NAME.key() + " is not set; EFO needs it");
        }
        if (initialTimestamp != null
                && stopTimestamp != null
                && !initialTimestamp.isBefore(stopTimestamp)) {
            throw new IllegalArgumentException(
                    "the source would begin at "
                            + initialTimestamp
                            + ", which is not before its end at "
                            + stopTimestamp);
        }
        require(
                maxBufferedBytes >= LEAST_BUFFER.getBytes(),
                KinesisSourceOptions.MAX_BUFFERED_BYTES,
                maxBufferedBytes + " bytes",
                "at least " + LEAST_BUFFER);
        requireNonNull(lossPolicy, "lossPolicy");
        requireNonNull(backoff, "backoff");
    }

    /**
     * Options to settings.
     *
     * @param now what LATEST means: fixed here, so that a restart before the first checkpoint does
     *     not skip what arrived in between
     * @throws IllegalArgumentException naming the option whose value is refused
     */
    public static KinesisSourceSettings of(
            List<String> streamArns, Configuration options, Instant now) {
        requireStreams(streamArns);
        List<StreamArn> arns = streamArns.stream().map(StreamArn::parse).toList();
        List<Stream> streams = streams(arns, options);
        return new KinesisSourceSettings(
                streams,
                new KinesisConnection(
                        region(arns, options),
                        endpoint(options),
                        options.get(KinesisSourceOptions.CREDENTIALS_PROVIDER)),
                initialTimestamp(options, now),
                stopTimestamp(options, now),
                options.get(KinesisSourceOptions.SHARD_DISCOVERY_INTERVAL),
                new Polling(
                        options.get(KinesisSourceOptions.GET_RECORDS_MAX_RECORD_COUNT),
                        options.get(KinesisSourceOptions.GET_RECORDS_INTERVAL),
                        options.get(KinesisSourceOptions.EMPTY_RECORDS_FETCH_INTERVAL)),
                fanOut(options),
                options.get(KinesisSourceOptions.MAX_BUFFERED_BYTES).getBytes(),
                options.get(KinesisSourceOptions.KPL_DEAGGREGATION),
                options.get(KinesisSourceOptions.LOSS_POLICY),
                Backoff.DEFAULT);
    }

    /** Whether the source ends. */
    public boolean isBounded() {
        return stopTimestamp != null;
    }

    /**
     * @throws IllegalArgumentException if this source does not read the stream
     */
    public ReaderType readerType(String streamArn) {
        return streams.stream()
                .filter(stream -> stream.arn().equals(streamArn))
                .map(Stream::readerType)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "stream " + streamArn + " is not read by this source"));
    }

    private static List<Stream> streams(List<StreamArn> arns, Configuration options) {
        ReaderType usual = options.get(KinesisSourceOptions.READER_TYPE);
        Map<String, String> byStream = options.get(KinesisSourceOptions.READER_TYPE_BY_STREAM);
        Set<String> names =
                arns.stream()
                        .map(StreamArn::streamName)
                        .collect(Collectors.toCollection(TreeSet::new));
        List<Stream> streams = new ArrayList<>();
        for (String name : byStream.keySet()) {
            require(
                    names.contains(name),
                    KinesisSourceOptions.READER_TYPE_BY_STREAM,
                    byStream,
                    "names of the streams read: " + names);
        }
        for (StreamArn arn : arns) {
            String own = byStream.get(arn.streamName());
            streams.add(new Stream(arn.value(), own == null ? usual : readerType(own, byStream)));
        }
        return streams;
    }

    private static ReaderType readerType(String name, Map<String, String> byStream) {
        try {
            return ReaderType.valueOf(name.trim().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    KinesisSourceOptions.READER_TYPE_BY_STREAM.key()
                            + " is "
                            + byStream
                            + ", expected POLLING or EFO for each stream, not '"
                            + name
                            + "'",
                    e);
        }
    }

    private static String region(List<StreamArn> arns, Configuration options) {
        Set<String> regions =
                arns.stream().map(StreamArn::region).collect(Collectors.toCollection(TreeSet::new));
        return options.getOptional(KinesisSourceOptions.REGION)
                .orElseGet(
                        () -> {
                            if (regions.size() != 1) {
                                throw new IllegalArgumentException(
                                        "streams lie in the regions "
                                                + regions
                                                + "; one source reads one region");
                            }
                            return regions.iterator().next();
                        });
    }

    private static @Nullable FanOut fanOut(Configuration options) {
        return options.getOptional(KinesisSourceOptions.EFO_CONSUMER_NAME)
                .map(
                        name ->
                                new FanOut(
                                        name,
                                        options.get(KinesisSourceOptions.EFO_LIFECYCLE),
                                        options.get(KinesisSourceOptions.EFO_SUBSCRIPTION_TIMEOUT)))
                .orElse(null);
    }

    private static @Nullable Instant initialTimestamp(Configuration options, Instant now) {
        InitialPosition position = options.get(KinesisSourceOptions.INITIAL_POSITION);
        Instant timestamp =
                timestamp(
                        options,
                        KinesisSourceOptions.INITIAL_TIMESTAMP,
                        KinesisSourceOptions.INITIAL_POSITION,
                        position == InitialPosition.AT_TIMESTAMP);
        return switch (position) {
            case TRIM_HORIZON -> null;
            case LATEST -> now;
            case AT_TIMESTAMP -> timestamp;
        };
    }

    private static @Nullable Instant stopTimestamp(Configuration options, Instant now) {
        StopPosition position = options.get(KinesisSourceOptions.STOP_POSITION);
        Instant timestamp =
                timestamp(
                        options,
                        KinesisSourceOptions.STOP_TIMESTAMP,
                        KinesisSourceOptions.STOP_POSITION,
                        position == StopPosition.AT_TIMESTAMP);
        return switch (position) {
            case NONE -> null;
            case LATEST -> now;
            case AT_TIMESTAMP -> timestamp;
        };
    }

    private static @Nullable Instant timestamp(
            Configuration options,
            ConfigOption<String> timestampOption,
            ConfigOption<?> positionOption,
            boolean needed) {
        String timestamp = options.get(timestampOption);
        if (needed != (timestamp != null)) {
            throw new IllegalArgumentException(
                    positionOption.key()
                            + " is "
                            + options.get(positionOption)
                            + " and "
                            + timestampOption.key()
                            + (timestamp == null ? " is not set" : " is " + timestamp)
                            + "; AT_TIMESTAMP needs it, the others exclude it");
        }
        if (timestamp == null) {
            return null;
        }
        try {
            return Instant.parse(timestamp);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    timestampOption.key()
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

    private static void requireStreams(List<?> streams) {
        if (streams.isEmpty()) {
            throw new IllegalArgumentException("no stream ARN is set");
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
