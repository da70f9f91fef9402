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
 * bytesRead}: as fetched, before a failover undoes any. {@code throttles}, {@code failedReads},
 * {@code expiredIterators}: calls repeated because of each; they do not overlap.
 */
final class ReadMetrics {
    private final Map<String, Long> millisBehindLatest = new ConcurrentHashMap<>();
    private final Counter recordsRead;
    private final Counter bytesRead;
    private final Counter throttles;
    private final Counter failedReads;
    private final Counter expiredIterators;

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
        throttles = group.counter("throttles");
        failedReads = group.counter("failedReads");
        expiredIterators = group.counter("expiredIterators");
    }

    void read(String shardId, int records, long bytes, long behindMillis) {
        recordsRead.inc(records);
        bytesRead.inc(bytes);
        millisBehindLatest.put(shardId, behindMillis);
    }

    void shardFinished(String shardId) {
        millisBehindLatest.remove(shardId);
    }

    void failed(KinesisFailure failure) {
        switch (failure) {
            case THROTTLED -> throttles.inc();
            case EXPIRED -> expiredIterators.inc();
            case TRANSIENT, GONE, FATAL -> failedReads.inc();
        }
    }
}
