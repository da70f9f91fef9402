package io.trailwatch.connector.kinesis.reader;

import java.time.Instant;

/** The two clocks of the fetching thread. */
interface LoopClock {
    /** Nanoseconds since some moment before the start; never goes back. For pauses. */
    long nanos();

    /** Time of day. To compare with arrival times, which are the service's. */
    Instant time();

    static LoopClock system() {
        long origin = System.nanoTime();
        return new LoopClock() {
            @Override
            public long nanos() {
                return System.nanoTime() - origin;
            }

            @Override
            public Instant time() {
                return Instant.now();
            }
        };
    }
}
