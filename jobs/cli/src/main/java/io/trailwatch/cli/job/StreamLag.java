package io.trailwatch.cli.job;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * How far the sources of the job in this process are behind their streams. Flink hands metrics to
 * reporters alone: this is one, for that one metric of each source task.
 */
public final class StreamLag implements MetricReporter {
    static final String METRIC = "millisBehindLatest";

    private static final Map<Metric, Gauge<?>> GAUGES = new ConcurrentHashMap<>();

    /** Flink finds it through the service loader, by the name in the configuration. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            return new StreamLag();
        }
    }

    /** That of the task farthest behind; empty while no source runs. */
    static Optional<Duration> farthest() {
        return GAUGES.values().stream()
                .map(Gauge::getValue)
                .filter(Long.class::isInstance)
                .map(millis -> Duration.ofMillis((Long) millis))
                .max(Duration::compareTo);
    }

    @Override
    public void open(MetricConfig config) {
        // Metrics come by notification; there is nothing to open.
    }

    @Override
    public void close() {
        GAUGES.clear();
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        if (name.equals(METRIC) && metric instanceof Gauge<?> gauge) {
            GAUGES.put(metric, gauge);
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        GAUGES.remove(metric);
    }
}
