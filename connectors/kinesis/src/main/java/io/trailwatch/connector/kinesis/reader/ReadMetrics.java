package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisFailure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What a reader counts. Group {@code kinesisanalytics}, since Managed Service for Apache Flink
 * forwards that group only.
 *
 * <p>{@code millisBehindLatest}: the farthest of the subtask's shards, by the last answer of each;
 * of one that gives none, because it is throttled, failing or held back, it grows with time. {@code
 * recordsRead}, {@code bytesRead}: Kinesis records as fetched, before a failover undoes any. {@code
 * emptyReads}: answers and events without records. {@code throttles}, {@code failedReads}, {@code
 * expiredIterators}: calls that failed; they do not overlap. {@code resubscriptions}: subscriptions
 * of enhanced fan-out behind the first of a shard. {@code deaggregatedRecords}: user records out of
 * aggregates. {@code lookedAggregated}: records that began like an aggregate, were none and passed
 * as they are. {@code lostRanges}: losses told downstream.
 */
final class ReadMetrics {
    /** Pauses between two calls, and between two events of fan-out, are shorter than this. */
    static final Duration FRESH = Duration.ofSeconds(15);

    private final Map<String, Behind> shards = new ConcurrentHashMap<>();
    private final LoopClock clock;
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

    /** What the last answer of a shard said. */
    private record Behind(long millis, long answeredNanos) {
        long millisNow(long nowNanos) {
            long silentNanos = nowNanos - answeredNanos;
            return silentNanos > FRESH.toNanos()
                    ? millis + TimeUnit.NANOSECONDS.toMillis(silentNanos)
                    : millis;
        }
    }

    ReadMetrics(MetricGroup parent, LoopClock clock) {
        this.clock = clock;
        MetricGroup group = parent.addGroup("kinesisanalytics");
        Gauge<Long> farthest =
                () ->
                        shards.values().stream()
                                .mapToLong(shard -> shard.millisNow(clock.nanos()))
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
        shards.put(splitId, new Behind(behindMillis, clock.nanos()));
    }

    void shardEnded(String splitId) {
        shards.remove(splitId);
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
