package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisFailure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What a reader counts. Group {@code kinesisanalytics}, since Managed Service for Apache Flink
 * forwards that group only.
 *
 * <p>{@code millisBehindLatest}: the farthest of the subtask's shards. {@code recordsRead}, {@code
 * bytesRead}: Kinesis records as fetched, before a failover undoes any. {@code emptyReads}: answers
 * and events without records. {@code throttles}, {@code failedReads}, {@code expiredIterators}:
 * calls that failed; they do not overlap. {@code resubscriptions}: subscriptions of enhanced
 * fan-out behind the first of a shard. {@code deaggregatedRecords}: user records out of aggregates.
 * {@code lookedAggregated}: records that began like an aggregate, were none and passed as they are.
 * {@code lostRanges}: losses told downstream.
 */
final class ReadMetrics {
    private final Map<String, Long> millisBehindLatest = new ConcurrentHashMap<>();
    private final Counter recordsRead;
    private final Counter bytesRead;
    private final Counter emptyReads;
    private final Counter throttles;
    private final Counter failedReads;
    private final Counter expiredIterators;
    private final Counter resubscriptions;
    private final Counter deaggregatedRecords;
    private final Counter lookedAggregated;
    private final Counter lostRanges;

    ReadMetrics(MetricGroup parent) {
        MetricGroup group = parent.addGroup("kinesisanalytics");
        Gauge<Long> farthest =
                () ->
                        millisBehindLatest.values().stream()
                                .mapToLong(Long::longValue)
                                .max()
                                .orElse(0);
        group.gauge("millisBehindLatest", farthest);
        recordsRead = group.counter("recordsRead");
        bytesRead = group.counter("bytesRead");
        emptyReads = group.counter("emptyReads");
        throttles = group.counter("throttles");
        failedReads = group.counter("failedReads");
        expiredIterators = group.counter("expiredIterators");
        resubscriptions = group.counter("resubscriptions");
        deaggregatedRecords = group.counter("deaggregatedRecords");
        lookedAggregated = group.counter("lookedAggregated");
        lostRanges = group.counter("lostRanges");
    }

    void read(String splitId, int records, long bytes, long behindMillis) {
        recordsRead.inc(records);
        bytesRead.inc(bytes);
        if (records == 0) {
            emptyReads.inc();
        }
        millisBehindLatest.put(splitId, behindMillis);
    }

    void shardEnded(String splitId) {
        millisBehindLatest.remove(splitId);
    }

    void failed(KinesisFailure failure) {
        switch (failure) {
            case THROTTLED -> throttles.inc();
            case EXPIRED -> expiredIterators.inc();
            case TRANSIENT, GONE, FATAL -> failedReads.inc();
        }
    }

    void resubscribed() {
        resubscriptions.inc();
    }

    void deaggregated(int userRecords) {
        deaggregatedRecords.inc(userRecords);
    }

    void lookedAggregated() {
        lookedAggregated.inc();
    }

    /** Called by the emitting thread, all others by the fetching one: no counter is shared. */
    void rangeLost() {
        lostRanges.inc();
    }
}
