package io.trailwatch.pipeline.topology;

import io.trailwatch.core.decode.DecodedEvent;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Watermarks that follow event time at a distance, and that no event from the future can drag
 * ahead: an event counts no later than the arrival of the record that brought it.
 */
final class EventTimeWatermarks implements WatermarkGenerator<DecodedEvent> {
    /** A quiet task would hold back the watermark for all. */
    private static final Duration IDLE_AFTER = Duration.ofMinutes(1);

    private final long latenessMillis;
    private long newest = Long.MIN_VALUE;

    private EventTimeWatermarks(Duration lateness) {
        latenessMillis = lateness.toMillis();
    }

    static WatermarkStrategy<DecodedEvent> strategy(Duration lateness) {
        return WatermarkStrategy.<DecodedEvent>forGenerator(
                        context -> new EventTimeWatermarks(lateness))
                .withTimestampAssigner((event, previous) -> event.body().time().toEpochMilli())
                .withIdleness(IDLE_AFTER);
    }

    @Override
    public void onEvent(DecodedEvent event, long eventTimestamp, WatermarkOutput output) {
        long arrival = event.event().origin().arrivalTime().toEpochMilli();
        newest = Math.max(newest, Math.min(eventTimestamp, arrival));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        if (newest != Long.MIN_VALUE) {
            output.emitWatermark(new Watermark(newest - latenessMillis - 1));
        }
    }
}
