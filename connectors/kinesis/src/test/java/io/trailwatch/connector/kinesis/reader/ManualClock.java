package io.trailwatch.connector.kinesis.reader;

import java.time.Duration;
import java.time.Instant;

/** Stands still until it is moved on. */
final class ManualClock implements LoopClock {
    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private Duration passed = Duration.ZERO;

    void advance(Duration time) {
        passed = passed.plus(time);
    }

    @Override
    public long nanos() {
        return passed.toNanos();
    }

    @Override
    public Instant time() {
        return START.plus(passed);
    }
}
