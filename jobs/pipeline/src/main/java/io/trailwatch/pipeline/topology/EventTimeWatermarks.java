package io.trailwatch.pipeline.topology;

import io.trailwatch.event.Origin;
import io.trailwatch.pipeline.function.ParsedEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;
import org.jspecify.annotations.Nullable;

/**
 * Watermarks that follow the event time of the shard farthest behind at a distance, so that a shard
 * which is read later than the others loses nothing to them, and that no event from the future can
 * drag ahead: an event counts no later than the arrival of the record that brought it.
 */
final class EventTimeWatermarks implements WatermarkGenerator<ParsedEvent> {
    /** A quiet task, or a quiet or finished shard, would hold back the watermark for all. */
    static final Duration IDLE_AFTER = Duration.ofMinutes(1);

    private final long latenessMillis;
    private final RelativeClock clock;
    private final Map<String, Map<String, Progress>> shards = new HashMap<>();
    private @Nullable Origin last;
    private @Nullable Progress lastProgress;
    private long watermark = Long.MIN_VALUE;

    EventTimeWatermarks(Duration lateness, RelativeClock clock) {
        this.latenessMillis = lateness.toMillis();
        this.clock = clock;
    }

    /** How far one shard has come. */
    private static final class Progress {
        long newest = Long.MIN_VALUE;
        long seenNanos;
    }

    /** For a stream without end. */
    static WatermarkStrategy<ParsedEvent> strategy(Duration lateness) {
        return WatermarkStrategy.<ParsedEvent>forGenerator(
                        context ->
                                new EventTimeWatermarks(lateness, context.getInputActivityClock()))
                .withTimestampAssigner((event, previous) -> timeOf(event))
                .withIdleness(IDLE_AFTER);
    }

    /** For a bounded run, in which everything is on time and comes sorted by key. */
    static WatermarkStrategy<ParsedEvent> none() {
        return WatermarkStrategy.<ParsedEvent>noWatermarks()
                .withTimestampAssigner((event, previous) -> timeOf(event));
    }

    private static long timeOf(ParsedEvent event) {
        return event.decoded().body().time().toEpochMilli();
    }

    @Override
    public void onEvent(ParsedEvent event, long eventTimestamp, WatermarkOutput output) {
        Origin origin = event.decoded().event().origin();
        Progress progress = progressOf(origin);
        long arrival = origin.arrivalTime().toEpochMilli();
        progress.newest = Math.max(progress.newest, Math.min(eventTimestamp, arrival));
        progress.seenNanos = clock.relativeTimeNanos();
    }

    private Progress progressOf(Origin origin) {
        // Events of one shard come in runs, and their origins share the texts.
        if (last != null
                && lastProgress != null
                && last.shard().equals(origin.shard())
                && last.source().equals(origin.source())) {
            return lastProgress;
        }
        last = origin;
        lastProgress =
                shards.computeIfAbsent(origin.source(), source -> new HashMap<>())
                        .computeIfAbsent(origin.shard(), shard -> new Progress());
        return lastProgress;
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        long now = clock.relativeTimeNanos();
        long slowest = Long.MAX_VALUE;
        for (Iterator<Map<String, Progress>> streams = shards.values().iterator();
                streams.hasNext(); ) {
            Map<String, Progress> stream = streams.next();
            if (stream.values().removeIf(shard -> now - shard.seenNanos > IDLE_AFTER.toNanos())) {
                last = null;
            }
            if (stream.isEmpty()) {
                streams.remove();
            }
            for (Progress shard : stream.values()) {
                slowest = Math.min(slowest, shard.newest);
            }
        }
        if (slowest != Long.MAX_VALUE) {
            // A shard seen for the first time may be behind all others: time does not go back.
            watermark = Math.max(watermark, slowest - latenessMillis - 1);
            output.emitWatermark(new Watermark(watermark));
        }
    }
}
