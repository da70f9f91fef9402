package io.trailwatch.connector.registry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Time and chance, so that tests set both by hand. */
interface Waiting {
    Waiting SYSTEM =
            new Waiting() {
                @Override
                public long nanoTime() {
                    return System.nanoTime();
                }

                @Override
                public void sleep(Duration duration) throws InterruptedException {
                    TimeUnit.NANOSECONDS.sleep(duration.toNanos());
                }

                @Override
                public double random() {
                    return ThreadLocalRandom.current().nextDouble();
                }
            };

    /** As {@link System#nanoTime}: only differences mean something. */
    long nanoTime();

    void sleep(Duration duration) throws InterruptedException;

    /** Uniform in [0, 1). */
    double random();
}
