package io.trailwatch.cli.generate;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A small organisation's logs, with attacks that are labelled. Pure: options decide every byte.
 * Memory holds an hour of events and those not yet delivered.
 */
public final class Simulation {
    private static final Duration HOUR = Duration.ofHours(1);

    private final SimulationOptions options;

    public Simulation(SimulationOptions options) {
        this.options = requireNonNull(options, "options");
    }

    /**
     * What was delivered. Records delivered a second time are in {@code cloudTrailRepeats} only.
     *
     * @param labels of the planted attacks, by start
     */
    public record Outcome(
            long cloudTrail,
            long cloudTrailRepeats,
            long flows,
            long appEvents,
            List<Label> labels) {}

    /** Tells all to the sink. */
    public Outcome run(SimulationSink sink) throws IOException {
        Timeline timeline = new Timeline();
        Dice dice = new Dice(options.seed());
        List<Label> labels = options.attacks() ? plant(timeline, dice) : List.of();
        List<OrdinaryLife> lives =
                List.of(
                        new People(dice.fork("people"), options.rate()),
                        new Automation(dice.fork("automation"), options.rate()),
                        new VpcTraffic(dice.fork("vpc-traffic"), options.rate()),
                        new SocialApplication(dice.fork("application"), options.rate()));
        for (Instant hour = options.start(); hour.isBefore(options.end()); hour = hour.plus(HOUR)) {
            for (OrdinaryLife life : lives) {
                life.hour(hour, timeline);
            }
            timeline.deliverUntil(hour.plus(HOUR), sink);
        }
        timeline.deliverUntil(Instant.MAX, sink);
        return new Outcome(
                timeline.delivered(Timeline.Kind.CLOUDTRAIL),
                timeline.delivered(Timeline.Kind.CLOUDTRAIL_REPEATED),
                timeline.delivered(Timeline.Kind.VPC_FLOW),
                timeline.delivered(Timeline.Kind.APP_EVENT),
                labels);
    }

    private List<Label> plant(Timeline timeline, Dice dice) {
        List<Label> labels = new ArrayList<>();
        Stream.of(CloudAttacks.ALL, NetworkAttacks.ALL, ApplicationAttacks.ALL)
                .flatMap(List::stream)
                .forEach(
                        attack -> {
                            Dice own = dice.fork("attack-" + attack.id());
                            Instant start =
                                    inLastDay(attack.begins()).plusSeconds(own.between(0, 420));
                            Script script = new Script(timeline, own, start);
                            attack.story().accept(script);
                            labels.add(script.label(attack));
                        });
        labels.sort(Comparator.comparing(Label::start));
        return List.copyOf(labels);
    }

    /** The time of day as it occurs in the last 24 hours. */
    private Instant inLastDay(LocalTime time) {
        Instant from = options.end().minus(Duration.ofDays(1));
        Instant sameDate = from.atZone(ZoneOffset.UTC).with(time).toInstant();
        return sameDate.isBefore(from) ? sameDate.plus(Duration.ofDays(1)) : sameDate;
    }
}
