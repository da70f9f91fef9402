package io.trailwatch.cli.generate;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What decides a simulation: the same options give the same bytes.
 *
 * @param start first instant, a whole hour
 * @param days simulated days, 1 to {@link #MAX_DAYS}
 * @param rate how busy ordinary life is; at 1 a working day has about 20,000 CloudTrail records,
 *     40,000 flow records and 15,000 application events; above 0, at most {@link #MAX_RATE}
 * @param attacks whether attacks are planted, all in the last 24 hours; ordinary life is the same
 *     with and without
 */
public record SimulationOptions(long seed, Instant start, int days, double rate, boolean attacks) {
    /** A Monday, so that the first day is a working day. */
    public static final Instant DEFAULT_START = Instant.parse("2026-11-16T00:00:00Z");

    public static final int MAX_DAYS = 366;

    /** An hour is held in memory at a time; beyond this it would not fit a small heap. */
    public static final double MAX_RATE = 100;

    public SimulationOptions {
        requireNonNull(start, "start");
        if (!start.equals(start.truncatedTo(ChronoUnit.HOURS))) {
            throw new IllegalArgumentException(
                    "start is %s, must be a whole hour".formatted(start));
        }
        if (days < 1 || days > MAX_DAYS) {
            throw new IllegalArgumentException(
                    "days is %d, must be from 1 to %d".formatted(days, MAX_DAYS));
        }
        if (!(rate > 0 && rate <= MAX_RATE)) {
            throw new IllegalArgumentException(
                    "rate is %s, must be above 0 and at most %s".formatted(rate, MAX_RATE));
        }
    }

    /** One ordinary day with its attacks: what {@code demo} shows. */
    public static SimulationOptions ofSeed(long seed) {
        return new SimulationOptions(seed, DEFAULT_START, 1, 1, true);
    }

    public SimulationOptions withoutAttacks() {
        return new SimulationOptions(seed, start, days, rate, false);
    }

    public SimulationOptions withRate(double newRate) {
        return new SimulationOptions(seed, start, days, newRate, attacks);
    }

    public Instant end() {
        return start.plus(Duration.ofDays(days));
    }
}
