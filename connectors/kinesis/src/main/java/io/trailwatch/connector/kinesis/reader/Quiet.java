package io.trailwatch.connector.kinesis.reader;

import java.time.Duration;

/**
 * How long a subscription has brought nothing but news of the tip, and when that is worth a probe:
 * after 5 s, and then ever more rarely, since a shard that is merely quiet answers the same each
 * time.
 */
final class Quiet {
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** Behind the stop all that is missing is the certainty that nothing is left. */
    private static final Duration BEHIND_STOP = Duration.ofSeconds(1);

    private int interruptions;
    private long probedNanos;
    private Duration pause = FIRST;

    Quiet(long nowNanos) {
        interrupted(nowNanos);
    }

    /** Records have come or are to come, or the subscription is another one. */
    void interrupted(long nowNanos) {
        interruptions++;
        probedNanos = nowNanos;
        pause = FIRST;
    }

    void probed(long nowNanos) {
        probedNanos = nowNanos;
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
    }

    /** Changes with every interruption. */
    int interruptions() {
        return interruptions;
    }

    long probeNanos(boolean behindStop) {
        return probedNanos + (behindStop ? BEHIND_STOP : pause).toNanos();
    }
}
