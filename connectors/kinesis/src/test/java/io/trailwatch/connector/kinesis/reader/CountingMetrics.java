package io.trailwatch.connector.kinesis.reader;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Keeps what is registered, group and name joined by a dot. */
final class CountingMetrics extends UnregisteredMetricsGroup {
    private final String prefix;
    private final Map<String, Counter> counters;
    private final Map<String, Gauge<?>> gauges;

    CountingMetrics() {
        this("", new HashMap<>(), new HashMap<>());
    }

    private CountingMetrics(
            String prefix, Map<String, Counter> counters, Map<String, Gauge<?>> gauges) {
        this.prefix = prefix;
        this.counters = counters;
        this.gauges = gauges;
    }

    long count(String name) {
        return counters.get("kinesisanalytics." + name).getCount();
    }

    Object value(String name) {
        return gauges.get("kinesisanalytics." + name).getValue();
    }

    @Override
    public MetricGroup addGroup(String name) {
        return new CountingMetrics(prefix + name + ".", counters, gauges);
    }

    @Override
    public Counter counter(String name) {
        return counters.computeIfAbsent(prefix + name, key -> new SimpleCounter());
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
        gauges.put(prefix + name, gauge);
        return gauge;
    }
}
