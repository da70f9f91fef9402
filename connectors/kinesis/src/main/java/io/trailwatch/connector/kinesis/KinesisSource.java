package io.trailwatch.connector.kinesis;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.client.SdkKinesisApi;
import io.trailwatch.connector.kinesis.config.AwsCredentials;
import io.trailwatch.connector.kinesis.config.ConsumerLifecycle;
import io.trailwatch.connector.kinesis.config.InitialPosition;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.config.KinesisSourceOptions;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.config.ReaderType;
import io.trailwatch.connector.kinesis.config.StopPosition;
import io.trailwatch.connector.kinesis.enumerator.KinesisSourceEnumerator;
import io.trailwatch.connector.kinesis.reader.KinesisSourceReader;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorStateSerializer;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.KinesisShardSplitSerializer;
import io.trailwatch.event.RawRecord;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Reads Kinesis data streams, by polling or by enhanced fan-out.
 *
 * <p>With checkpoints each record counts exactly once in Flink's state. Records of one shard keep
 * their order, and a shard starts only after its parents were read to their end. The timestamp of
 * each record is its arrival. Records that the stream no longer holds are never passed over in
 * silence: see {@link LossPolicy}.
 *
 * <p>After a restore the splits go back to the enumerator, which checks that what they owe can
 * still be read and spreads them over however many subtasks there are now.
 */
public final class KinesisSource
        implements Source<RawRecord, KinesisShardSplit, KinesisEnumeratorState>,
                SupportsSplitReassignmentOnRecovery,
                ResultTypeQueryable<RawRecord> {
    private static final long serialVersionUID = 1L;

    private final KinesisSourceSettings settings;
    private final Apis apis;

    /** Opens clients where readers and enumerator run. */
    @FunctionalInterface
    interface Apis extends Serializable {
        KinesisApi open(KinesisConnection connection);
    }

    KinesisSource(KinesisSourceSettings settings, Apis apis) {
        this.settings = settings;
        this.apis = apis;
    }

    /** A builder with the defaults of {@link KinesisSourceOptions}. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Boundedness getBoundedness() {
        return settings.isBounded() ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<RawRecord, KinesisShardSplit> createReader(SourceReaderContext context) {
        return KinesisSourceReader.create(
                settings, () -> apis.open(settings.connection()), context);
    }

    @Override
    public SplitEnumerator<KinesisShardSplit, KinesisEnumeratorState> createEnumerator(
            SplitEnumeratorContext<KinesisShardSplit> context) {
        return KinesisSourceEnumerator.create(context, apis.open(settings.connection()), settings);
    }

    /**
     * @throws IllegalArgumentException if the state is that of other streams altogether
     */
    @Override
    public SplitEnumerator<KinesisShardSplit, KinesisEnumeratorState> restoreEnumerator(
            SplitEnumeratorContext<KinesisShardSplit> context, KinesisEnumeratorState state) {
        return KinesisSourceEnumerator.restore(
                context, apis.open(settings.connection()), settings, state);
    }

    @Override
    public SimpleVersionedSerializer<KinesisShardSplit> getSplitSerializer() {
        return new KinesisShardSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<KinesisEnumeratorState> getEnumeratorCheckpointSerializer() {
        return new KinesisEnumeratorStateSerializer();
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return TypeInformation.of(RawRecord.class);
    }

    /** Collects what a source needs; a stream ARN is the only thing without a default. */
    public static final class Builder {
        private final Configuration options = new Configuration();
        private final List<String> streamArns = new ArrayList<>();

        private Builder() {}

        /** The one stream to read. */
        public Builder setStreamArn(String arn) {
            return setStreamArns(List.of(requireNonNull(arn, "arn")));
        }

        /** The streams to read, all of one region. */
        public Builder setStreamArns(List<String> arns) {
            streamArns.clear();
            streamArns.addAll(arns);
            return this;
        }

        /** Takes over all options set here; see {@link KinesisSourceOptions}. */
        public Builder setSourceConfig(Configuration config) {
            options.addAll(config);
            return this;
        }

        /** Where to begin without state; for AT_TIMESTAMP call {@link #setInitialTimestamp}. */
        public Builder setInitialPosition(InitialPosition position) {
            options.set(KinesisSourceOptions.INITIAL_POSITION, position);
            return this;
        }

        /** Begins with the first record that arrived at or after this time. */
        public Builder setInitialTimestamp(Instant timestamp) {
            options.set(KinesisSourceOptions.INITIAL_POSITION, InitialPosition.AT_TIMESTAMP);
            options.set(KinesisSourceOptions.INITIAL_TIMESTAMP, timestamp.toString());
            return this;
        }

        /** Where to end; for AT_TIMESTAMP call {@link #setStopTimestamp}. */
        public Builder setStopPosition(StopPosition position) {
            options.set(KinesisSourceOptions.STOP_POSITION, position);
            return this;
        }

        /** Ends before the first record that arrived at or after this time. */
        public Builder setStopTimestamp(Instant timestamp) {
            options.set(KinesisSourceOptions.STOP_POSITION, StopPosition.AT_TIMESTAMP);
            options.set(KinesisSourceOptions.STOP_TIMESTAMP, timestamp.toString());
            return this;
        }

        /** How streams are read. */
        public Builder setReaderType(ReaderType type) {
            options.set(KinesisSourceOptions.READER_TYPE, type);
            return this;
        }

        /** How the stream of this name is read, other than the rest. */
        public Builder setReaderType(String streamName, ReaderType type) {
            Map<String, String> types =
                    new HashMap<>(options.get(KinesisSourceOptions.READER_TYPE_BY_STREAM));
            types.put(streamName, type.name());
            options.set(KinesisSourceOptions.READER_TYPE_BY_STREAM, types);
            return this;
        }

        /** The consumer of enhanced fan-out, and who makes it. */
        public Builder setConsumer(String name, ConsumerLifecycle lifecycle) {
            options.set(KinesisSourceOptions.EFO_CONSUMER_NAME, name);
            options.set(KinesisSourceOptions.EFO_LIFECYCLE, lifecycle);
            return this;
        }

        /** Silence after which a subscription is made anew, at least 1 s. */
        public Builder setSubscriptionTimeout(Duration timeout) {
            options.set(KinesisSourceOptions.EFO_SUBSCRIPTION_TIMEOUT, timeout);
            return this;
        }

        /** Region to sign for instead of the stream ARN's. */
        public Builder setRegion(String region) {
            options.set(KinesisSourceOptions.REGION, region);
            return this;
        }

        /** Endpoint instead of the region's own. */
        public Builder setEndpoint(URI endpoint) {
            options.set(KinesisSourceOptions.ENDPOINT, endpoint.toString());
            return this;
        }

        /** Where credentials come from. */
        public Builder setCredentials(AwsCredentials credentials) {
            options.set(KinesisSourceOptions.CREDENTIALS_PROVIDER, credentials);
            return this;
        }

        /** Region, endpoint and credentials at once. */
        public Builder setConnection(KinesisConnection connection) {
            if (connection.endpoint() != null) {
                setEndpoint(connection.endpoint());
            } else {
                options.removeConfig(KinesisSourceOptions.ENDPOINT);
            }
            return setRegion(connection.region()).setCredentials(connection.credentials());
        }

        /** Time between two looks for new shards. */
        public Builder setShardDiscoveryInterval(Duration interval) {
            options.set(KinesisSourceOptions.SHARD_DISCOVERY_INTERVAL, interval);
            return this;
        }

        /** Records asked for in one call, 1 to 10000. */
        public Builder setGetRecordsMaxRecordCount(int count) {
            options.set(KinesisSourceOptions.GET_RECORDS_MAX_RECORD_COUNT, count);
            return this;
        }

        /** Least time between two calls on one shard. */
        public Builder setGetRecordsInterval(Duration interval) {
            options.set(KinesisSourceOptions.GET_RECORDS_INTERVAL, interval);
            return this;
        }

        /** Pause of a shard that has been read up to its tip. */
        public Builder setEmptyRecordsFetchInterval(Duration interval) {
            options.set(KinesisSourceOptions.EMPTY_RECORDS_FETCH_INTERVAL, interval);
            return this;
        }

        /** Payload bytes that a subtask may hold or have asked for, at least 16 MiB. */
        public Builder setMaxBufferedBytes(MemorySize bytes) {
            options.set(KinesisSourceOptions.MAX_BUFFERED_BYTES, bytes);
            return this;
        }

        /** Whether aggregates of the KPL are taken apart. */
        public Builder setDeaggregation(boolean deaggregation) {
            options.set(KinesisSourceOptions.KPL_DEAGGREGATION, deaggregation);
            return this;
        }

        /** What to do when records that were not read are gone. */
        public Builder setLossPolicy(LossPolicy policy) {
            options.set(KinesisSourceOptions.LOSS_POLICY, policy);
            return this;
        }

        /**
         * Checks what was set.
         *
         * @throws IllegalArgumentException naming the option whose value is refused
         */
        public KinesisSource build() {
            return new KinesisSource(
                    KinesisSourceSettings.of(streamArns, options, Instant.now()),
                    SdkKinesisApi::new);
        }
    }
}
