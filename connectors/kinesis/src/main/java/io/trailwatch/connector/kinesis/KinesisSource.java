package io.trailwatch.connector.kinesis;

import static java.util.Objects.requireNonNull;

import io.trailwatch.event.RawRecord;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one Kinesis data stream by polling, without end.
 *
 * <p>With checkpoints each record counts exactly once in Flink's state. Records of one shard keep
 * their order, and a shard starts only after its parents were read to their end. Throttled and
 * failed calls are repeated with backoff; a stream or shard that no longer exists fails the job.
 * The timestamp of each record is its arrival; watermarks are assigned downstream.
 */
public final class KinesisSource
        implements Source<RawRecord, KinesisShardSplit, KinesisEnumeratorState>,
                ResultTypeQueryable<RawRecord> {
    private static final long serialVersionUID = 1L;

    private final KinesisSourceSettings settings;

    private KinesisSource(KinesisSourceSettings settings) {
        this.settings = settings;
    }

    /** A builder with the defaults of {@link KinesisSourceOptions}. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<RawRecord, KinesisShardSplit> createReader(SourceReaderContext context) {
        ReadMetrics metrics = new ReadMetrics(context.metricGroup());
        return new KinesisSourceReader(
                () ->
                        new PollingShardSplitReader(
                                new SdkStreamProxy(settings.connection().open()),
                                settings,
                                metrics),
                context);
    }

    @Override
    public SplitEnumerator<KinesisShardSplit, KinesisEnumeratorState> createEnumerator(
            SplitEnumeratorContext<KinesisShardSplit> context) {
        return new KinesisSourceEnumerator(
                context,
                new SdkStreamProxy(settings.connection().open()),
                settings,
                ShardTracker.startingAt(settings.initialPosition()));
    }

    /**
     * @throws IllegalArgumentException if the state is that of another stream
     */
    @Override
    public SplitEnumerator<KinesisShardSplit, KinesisEnumeratorState> restoreEnumerator(
            SplitEnumeratorContext<KinesisShardSplit> context, KinesisEnumeratorState state) {
        state.shards().stream()
                .map(shard -> shard.split().streamArn())
                .filter(arn -> !arn.equals(settings.streamArn()))
                .findAny()
                .ifPresent(
                        arn -> {
                            throw new IllegalArgumentException(
                                    "state holds shards of stream "
                                            + arn
                                            + ", but the source reads "
                                            + settings.streamArn()
                                            + "; give the new stream a source with its own uid");
                        });
        return new KinesisSourceEnumerator(
                context,
                new SdkStreamProxy(settings.connection().open()),
                settings,
                ShardTracker.restored(state));
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

    /** Collects what a source needs; the stream ARN is the only thing without a default. */
    public static final class Builder {
        private final Configuration options = new Configuration();
        private @Nullable String streamArn;

        private Builder() {}

        /** The stream to read. */
        public Builder setStreamArn(String arn) {
            this.streamArn = requireNonNull(arn, "arn");
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

        /** Pause of a shard that has been read up to its tip, at least 200 ms. */
        public Builder setEmptyRecordsFetchInterval(Duration interval) {
            options.set(KinesisSourceOptions.EMPTY_RECORDS_FETCH_INTERVAL, interval);
            return this;
        }

        /**
         * Checks what was set.
         *
         * @throws IllegalArgumentException naming the option whose value is refused
         */
        public KinesisSource build() {
            if (streamArn == null) {
                throw new IllegalArgumentException("stream ARN is not set");
            }
            return new KinesisSource(KinesisSourceSettings.of(streamArn, options, Instant.now()));
        }
    }
}
