package io.trailwatch.cli.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * What has happened and is not yet delivered. It gives each record its delay, as the sources do,
 * and hands all to a sink in the order of delivery. Delays come from the dice of whoever reports,
 * so that reports of one part leave those of another as they are.
 */
final class Timeline {
    /** CloudTrail delivers after about five minutes on average, mostly within fifteen. */
    private static final int MAX_TRAIL_DELAY_SECONDS = 600;

    private static final int MEDIAN_TRAIL_DELAY_SECONDS = 200;

    /** Share of CloudTrail records that are delivered once more, in a later file. */
    private static final double REDELIVERED = 0.003;

    private final PriorityQueue<Delivery> pending =
            new PriorityQueue<>(
                    Comparator.comparing(Delivery::time).thenComparing(Delivery::number));
    private final Map<Kind, Long> delivered = new EnumMap<>(Kind.class);
    private long number;

    /** What is counted in the summary. */
    enum Kind {
        CLOUDTRAIL,
        CLOUDTRAIL_REPEATED,
        VPC_FLOW,
        APP_EVENT
    }

    private interface Handover {
        void to(SimulationSink sink) throws IOException;
    }

    private record Delivery(Instant time, long number, Kind kind, Handover handover) {}

    /** Reports a call; the result is the event's key. */
    String call(Dice dice, Instant time, ApiCall call) {
        ObjectNode record = call.record(dice, time);
        Instant delivery = time.plusSeconds(trailDelaySeconds(dice));
        deliver(Kind.CLOUDTRAIL, call, record, delivery);
        if (dice.chance(REDELIVERED)) {
            deliver(Kind.CLOUDTRAIL_REPEATED, call, record, delivery.plus(Duration.ofMinutes(6)));
        }
        return "ct/%s/%s".formatted(call.account().id(), record.path("eventID").asText());
    }

    private void deliver(Kind kind, ApiCall call, ObjectNode record, Instant delivery) {
        add(
                delivery,
                kind,
                sink -> sink.cloudTrail(call.account().id(), call.region(), delivery, record));
    }

    void flow(Dice dice, Flow flow) {
        Instant delivery = flow.end().plusSeconds(dice.between(60, 540));
        String line = flow.line();
        FlowLog log = flow.host().flowLog();
        add(delivery, Kind.VPC_FLOW, sink -> sink.flow(log, delivery, line));
    }

    /** Reports an application event; the result is its key. */
    String app(Dice dice, Instant time, ObjectNode event) {
        Instant delivery = time.plusSeconds(dice.between(1, 20));
        add(delivery, Kind.APP_EVENT, sink -> sink.app(delivery, event));
        return "app/" + event.path("event_id").asText();
    }

    /** Hands over what is delivered before the instant. */
    void deliverUntil(Instant instant, SimulationSink sink) throws IOException {
        while (!pending.isEmpty() && pending.element().time().isBefore(instant)) {
            Delivery next = pending.remove();
            next.handover().to(sink);
            delivered.merge(next.kind(), 1L, Long::sum);
        }
    }

    long delivered(Kind kind) {
        return delivered.getOrDefault(kind, 0L);
    }

    private void add(Instant delivery, Kind kind, Handover handover) {
        pending.add(new Delivery(delivery, number++, kind, handover));
    }

    private static long trailDelaySeconds(Dice dice) {
        return dice.chance(0.5)
                ? dice.between(3, MEDIAN_TRAIL_DELAY_SECONDS)
                : dice.skewed(MEDIAN_TRAIL_DELAY_SECONDS, MAX_TRAIL_DELAY_SECONDS);
    }
}
