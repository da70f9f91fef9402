package io.trailwatch.pipeline.job;

import com.amazonaws.services.kinesisanalytics.runtime.KinesisAnalyticsRuntime;
import io.trailwatch.connector.alerts.AlertSettings;
import io.trailwatch.connector.alerts.AlertSink;
import io.trailwatch.connector.kinesis.KinesisSource;
import io.trailwatch.event.RawRecord;
import io.trailwatch.pipeline.topology.DetectionSettings;
import io.trailwatch.pipeline.topology.DetectionTopology;
import io.trailwatch.pipeline.topology.Sinks;
import io.trailwatch.pipeline.topology.Sources;
import io.trailwatch.table.TableLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streaming job: from a Kinesis stream into the lake. On Managed Service for Apache Flink it is
 * the Main-Class of the job jar and takes its options from the runtime properties, group {@value
 * JobOptions#GROUP}; checkpoints, parallelism and restarts are settings of the service, which
 * refuses a job that sets them in code.
 */
public final class DetectionJob {
    private static final Logger LOG = LoggerFactory.getLogger(DetectionJob.class);

    /** Upper bound of any later rescaling; it is fixed in the first savepoint. */
    private static final int MAX_PARALLELISM = 256;

    private DetectionJob() {}

    public static void main(String[] args) throws Exception {
        Configuration options = options(KinesisAnalyticsRuntime.getApplicationProperties());
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        build(env, options);
        env.execute("trailwatch");
    }

    /**
     * Options from a file in the form of the service's {@code application_properties.json}: a list
     * of {@code PropertyGroupId} and {@code PropertyMap}.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it has no group {@value JobOptions#GROUP}, or a key is
     *     unknown
     */
    public static Configuration read(String file) throws IOException {
        return options(KinesisAnalyticsRuntime.getApplicationProperties(file));
    }

    static Configuration options(Map<String, Properties> groups) {
        Properties properties = groups.get(JobOptions.GROUP);
        if (properties == null) {
            throw new IllegalArgumentException(
                    "no property group '%s'; there are %s"
                            .formatted(JobOptions.GROUP, groups.keySet()));
        }
        Map<String, String> map = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> map.put(key, properties.getProperty(key)));
        return JobOptions.configuration(map);
    }

    /**
     * Wires the job into an environment.
     *
     * @throws IllegalArgumentException if an option is absent or not allowed; the message names its
     *     key
     */
    public static void build(StreamExecutionEnvironment env, Configuration options) {
        build(env, options, () -> LakeSinks.prepare(JobSettings.lake(options)));
    }

    /**
     * Wires the job into an environment, with other ends for its tables.
     *
     * @param lake asked once all options are known to be right: it may make tables
     * @throws IllegalArgumentException if an option is absent or not allowed; the message names its
     *     key
     */
    public static void build(
            StreamExecutionEnvironment env, Configuration options, Supplier<Sinks> lake) {
        // All three are on the list of what a job on Managed Flink may set in code.
        env.configure(
                new Configuration()
                        .set(PipelineOptions.OBJECT_REUSE, true)
                        .set(PipelineOptions.GENERIC_TYPES, false)
                        .set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM));
        DetectionSettings settings = JobSettings.detection(options, LOG::warn);
        KinesisSource stream =
                KinesisSource.builder()
                        .setStreamArns(JobOptions.required(options, JobOptions.STREAM_ARN))
                        .setSourceConfig(options)
                        .build();
        AlertSettings alerts = JobSettings.alerts(options);
        DetectionTopology.wire(
                new StreamSources(env, stream, settings.lateness()),
                new StreamSinks(lake.get(), alerts),
                settings);
    }

    private record StreamSinks(Sinks lake, AlertSettings settings) implements Sinks {
        @Override
        public void append(TableLayout table, DataStream<RowData> rows) {
            lake.append(table, rows);
        }

        @Override
        public Optional<Alerts> alerts() {
            if (settings.targets().isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    new Alerts(
                            settings::isSent,
                            settings.targets().stream()
                                    .map(
                                            target ->
                                                    new AlertTarget(
                                                            target.fingerprint(),
                                                            target.label(),
                                                            AlertSink.of(target, settings)))
                                    .toList()));
        }
    }

    private record StreamSources(
            StreamExecutionEnvironment env, KinesisSource stream, Duration lateness)
            implements Sources {
        /** A quiet shard would hold back all that are aligned with it. */
        private static final Duration IDLE_AFTER = Duration.ofMinutes(1);

        @Override
        public DataStream<RawRecord> rawRecords() {
            // Time of arrival, for alignment alone: a shard far ahead of the others waits for them,
            // so that catching up does not make their events late. Event time comes with decoding.
            WatermarkStrategy<RawRecord> arrival =
                    WatermarkStrategy.<RawRecord>forMonotonousTimestamps()
                            .withIdleness(IDLE_AFTER)
                            .withWatermarkAlignment("kinesis", lateness);
            return env.fromSource(stream, arrival, "Kinesis stream").uid("source-kinesis");
        }

        @Override
        public Optional<Stored> stored() {
            return Optional.empty();
        }
    }
}
