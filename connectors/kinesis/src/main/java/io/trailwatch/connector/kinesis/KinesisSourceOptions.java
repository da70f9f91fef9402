package io.trailwatch.connector.kinesis;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Options of {@link KinesisSource}; keys as in Flink's KinesisStreamsSource where it has them. */
public final class KinesisSourceOptions {
    private KinesisSourceOptions() {}

    public static final ConfigOption<InitialPosition> INITIAL_POSITION =
            ConfigOptions.key("source.init.position")
                    .enumType(InitialPosition.class)
                    .defaultValue(InitialPosition.LATEST)
                    .withDescription("Where to begin without state.");

    public static final ConfigOption<String> INITIAL_TIMESTAMP =
            ConfigOptions.key("source.init.timestamp")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "ISO-8601 instant with zone, such as 2026-11-21T00:00:00Z; required by"
                                    + " AT_TIMESTAMP, refused otherwise.");

    public static final ConfigOption<Duration> SHARD_DISCOVERY_INTERVAL =
            ConfigOptions.key("source.shard.discovery.interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription(
                            "Time between two looks for new shards; a finished shard triggers one"
                                    + " at once.");

    public static final ConfigOption<Integer> GET_RECORDS_MAX_RECORD_COUNT =
            ConfigOptions.key("source.shard.get-records.max-record-count")
                    .intType()
                    .defaultValue(10_000)
                    .withDescription("Records asked for in one GetRecords call, 1 to 10000.");

    public static final ConfigOption<Duration> EMPTY_RECORDS_FETCH_INTERVAL =
            ConfigOptions.key("source.reader.empty-records-fetch-interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(250))
                    .withDescription(
                            "Pause of a shard that has been read up to its tip, at least 200 ms: a"
                                    + " shard allows five reads a second.");

    public static final ConfigOption<String> REGION =
            ConfigOptions.key("aws.region")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Region to sign for; that of the stream ARN by default.");

    public static final ConfigOption<String> ENDPOINT =
            ConfigOptions.key("aws.endpoint")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Endpoint instead of the region's own.");

    public static final ConfigOption<AwsCredentials> CREDENTIALS_PROVIDER =
            ConfigOptions.key("aws.credentials.provider")
                    .enumType(AwsCredentials.class)
                    .defaultValue(AwsCredentials.AUTO)
                    .withDescription("Where credentials come from.");
}
