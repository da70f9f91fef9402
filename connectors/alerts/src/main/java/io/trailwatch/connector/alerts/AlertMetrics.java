package io.trailwatch.connector.alerts;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What a writer counts. Group {@code kinesisanalytics}, since Managed Service for Apache Flink
 * forwards that group only.
 *
 * <p>{@code alertsSent}: alerts that the target has taken. {@code alertsFailed} and {@code
 * alertsThrottled}: alerts that it did not take in one attempt, the latter for their rate; each is
 * tried again or ends the job. {@code alertsRejected}: alerts that it will never take, for what
 * they say; they were left. {@code alertsWaiting}: alerts not yet given to a call.
 */
final class AlertMetrics {
    private final Counter sent;
    private final Counter failed;
    private final Counter throttled;
    private final Counter rejected;

    AlertMetrics(MetricGroup parent, Gauge<Integer> waiting) {
        MetricGroup group = parent.addGroup("kinesisanalytics");
        sent = group.counter("alertsSent");
        failed = group.counter("alertsFailed");
        throttled = group.counter("alertsThrottled");
        rejected = group.counter("alertsRejected");
        group.gauge("alertsWaiting", waiting);
    }

    void count(Delivery delivery) {
        sent.inc(delivery.sentCount());
        failed.inc(delivery.failed().size());
        throttled.inc(delivery.throttled().size());
        rejected.inc(delivery.rejected().size());
    }

    void refused(int alerts) {
        failed.inc(alerts);
    }
}
