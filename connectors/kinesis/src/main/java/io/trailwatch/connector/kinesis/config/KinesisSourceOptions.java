package io.trailwatch.connector.kinesis.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * Options of the Kinesis source. Keys and defaults are those of Flink's KinesisStreamsSource where
 * it has them; the others are marked as our own.
 */
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

    public static final ConfigOption<StopPosition> STOP_POSITION =
            ConfigOptions.key("source.stop.position")
                    .enumType(StopPosition.class)
                    .defaultValue(StopPosition.NONE)
                    .withDescription(
                            "Where to end (own). Anything but NONE makes a bounded source.");

    public static final ConfigOption<String> STOP_TIMESTAMP =
            ConfigOptions.key("source.stop.timestamp")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "ISO-8601 instant with zone (own); required by AT_TIMESTAMP, refused"
                                    + " otherwise.");

    public static final ConfigOption<ReaderType> READER_TYPE =
            ConfigOptions.key("source.reader.type")
                    .enumType(ReaderType.class)
                    .defaultValue(ReaderType.POLLING)
                    .withDescription("How records of a stream come to the source.");

    public static final ConfigOption<Map<String, String>> READER_TYPE_BY_STREAM =
            ConfigOptions.key("source.reader.type-by-stream")
                    .mapType()
                    .defaultValue(Map.of())
                    .withDescription(
                            "Stream name to POLLING or EFO, for streams that differ from"
                                    + " source.reader.type (own): 'trail:EFO,flows:POLLING'.");

    public static final ConfigOption<String> EFO_CONSUMER_NAME =
            ConfigOptions.key("source.efo.consumer.name")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Name of the registered consumer; required by EFO.");

    public static final ConfigOption<ConsumerLifecycle> EFO_LIFECYCLE =
            ConfigOptions.key("source.efo.lifecycle")
                    .enumType(ConsumerLifecycle.class)
                    .defaultValue(ConsumerLifecycle.SELF_MANAGED)
                    .withDescription(
                            "Who makes the consumer. The default differs from the official"
                                    + " source's, which removes its consumer at every failover.");

    public static final ConfigOption<Duration> EFO_SUBSCRIPTION_TIMEOUT =
            ConfigOptions.key("source.efo.subscription.timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(60))
                    .withDescription(
                            "How long a subscription may stay without any event, empty ones"
                                    + " included, before it is made anew; at least 1 s.");

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

    public static final ConfigOption<Duration> GET_RECORDS_INTERVAL =
            ConfigOptions.key("source.shard.get-records.interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(200))
                    .withDescription(
                            "Least time between two GetRecords calls on one shard (own). A shard of"
                                    + " AWS allows five a second to all its consumers together;"
                                    + " emulators allow any.");

    public static final ConfigOption<Duration> EMPTY_RECORDS_FETCH_INTERVAL =
            ConfigOptions.key("source.reader.empty-records-fetch-interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(250))
                    .withDescription(
                            "Pause of a shard that has been read up to its tip; at least"
                                    + " source.shard.get-records.interval.");

    public static final ConfigOption<MemorySize> MAX_BUFFERED_BYTES =
            ConfigOptions.key("source.reader.max-buffered-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(64))
                    .withDescription(
                            "Payload bytes that a subtask holds or has asked for and not handed on"
                                    + " (own); at least 16 MiB, since one answer may have 10 MiB.");

    public static final ConfigOption<Boolean> KPL_DEAGGREGATION =
            ConfigOptions.key("source.kpl.deaggregation")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription("Whether aggregates of the KPL are taken apart (own).");

    public static final ConfigOption<LossPolicy> LOSS_POLICY =
            ConfigOptions.key("source.loss-policy")
                    .enumType(LossPolicy.class)
                    .defaultValue(LossPolicy.FAIL)
                    .withDescription(
                            "What to do when records that were not read are no longer held by the"
                                    + " stream (own): FAIL or CONTINUE.");

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

    /** Every option, for those who refuse unknown keys. */
    public static List<ConfigOption<?>> all() {
        return List.of(
                INITIAL_POSITION,
                INITIAL_TIMESTAMP,
                STOP_POSITION,
                STOP_TIMESTAMP,
                READER_TYPE,
                READER_TYPE_BY_STREAM,
                EFO_CONSUMER_NAME,
                EFO_LIFECYCLE,
                EFO_SUBSCRIPTION_TIMEOUT,
                SHARD_DISCOVERY_INTERVAL,
                GET_RECORDS_MAX_RECORD_COUNT,
                GET_RECORDS_INTERVAL,
                EMPTY_RECORDS_FETCH_INTERVAL,
                MAX_BUFFERED_BYTES,
                KPL_DEAGGREGATION,
                LOSS_POLICY,
                REGION,
                ENDPOINT,
                CREDENTIALS_PROVIDER);
    }
}
