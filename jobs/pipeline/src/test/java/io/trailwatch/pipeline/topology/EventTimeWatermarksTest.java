package io.trailwatch.pipeline.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.pipeline.function.ParsedEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.util.clock.ManualClock;
import org.junit.jupiter.api.Test;

class EventTimeWatermarksTest {
    private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");
    private static final Duration LATENESS = Duration.ofMinutes(15);

    private final ManualClock clock = new ManualClock();
    private final Emitted emitted = new Emitted();
    private final EventTimeWatermarks watermarks = new EventTimeWatermarks(LATENESS, clock);

    @Test
    void followsTheShardFarthestBehind() {
        see("shard-0", T0.plusSeconds(3_600));
        see("shard-1", T0);
        see("shard-0", T0.plusSeconds(7_200));

        assertThat(emit()).isEqualTo(behind(T0));

        see("shard-1", T0.plusSeconds(60));
        assertThat(emit()).isEqualTo(behind(T0.plusSeconds(60)));
    }

    @Test
    void leavesAQuietShardBehindOnceItIsIdle() {
        see("shard-0", T0);
        clock.advanceTime(EventTimeWatermarks.IDLE_AFTER);
        see("shard-1", T0.plusSeconds(3_600));
        assertThat(emit()).isEqualTo(behind(T0));

        clock.advanceTime(Duration.ofNanos(1));
        assertThat(emit()).isEqualTo(behind(T0.plusSeconds(3_600)));
    }

    @Test
    void doesNotGoBackForAShardThatComesLater() {
        see("shard-0", T0.plusSeconds(3_600));
        assertThat(emit()).isEqualTo(behind(T0.plusSeconds(3_600)));

        see("shard-1", T0);
        assertThat(emit()).isEqualTo(behind(T0.plusSeconds(3_600)));
    }

    @Test
    void isNotDraggedAheadByAnEventFromTheFuture() {
        watermarks.onEvent(
                event("shard-0", T0.plusSeconds(86_400), T0.plusSeconds(5)),
                T0.plusSeconds(86_400).toEpochMilli(),
                emitted);

        assertThat(emit()).isEqualTo(behind(T0.plusSeconds(5)));
    }

    @Test
    void saysNothingBeforeTheFirstEvent() {
        watermarks.onPeriodicEmit(emitted);

        assertThat(emitted.watermarks).isEmpty();
    }

    private static Watermark behind(Instant time) {
        return new Watermark(time.minus(LATENESS).toEpochMilli() - 1);
    }

    private void see(String shard, Instant time) {
        Instant arrival = time.plusSeconds(300);
        watermarks.onEvent(event(shard, time, arrival), time.toEpochMilli(), emitted);
    }

    private Watermark emit() {
        watermarks.onPeriodicEmit(emitted);
        return emitted.watermarks.get(emitted.watermarks.size() - 1);
    }

    private static ParsedEvent event(String shard, Instant time, Instant arrival) {
        String json =
                "{\"event_id\":\"e\",\"time\":\"%s\",\"type\":\"login\",\"outcome\":\"success\"}"
                        .formatted(time);
        LogEvent event =
                new LogEvent(
                        LogKind.APP_EVENT,
                        "app/e",
                        0,
                        "json",
                        // Not the same text object for each event, as after the exchange.
                        new Origin(new String("arn:stream"), new String(shard), "1", 0, 0, arrival),
                        Provenance.NONE,
                        false,
                        json.getBytes(StandardCharsets.UTF_8));
        List<DecodedEvent> decoded = new ArrayList<>();
        new Decoder(DecodeLimits.DEFAULT)
                .decode(event)
                .route(
                        decoded::add,
                        (reason, detail) -> {
                            throw new AssertionError(detail);
                        });
        return new ParsedEvent(decoded.get(0), RuleSet.compile(List.of()));
    }

    private static final class Emitted implements WatermarkOutput {
        final List<Watermark> watermarks = new ArrayList<>();

        @Override
        public void emitWatermark(Watermark watermark) {
            watermarks.add(watermark);
        }

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}
    }
}
