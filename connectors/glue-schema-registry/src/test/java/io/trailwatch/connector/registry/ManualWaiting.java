package io.trailwatch.connector.registry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when told to, and by as much as is slept. */
final class ManualWaiting implements Waiting {
    final List<Duration> slept = new CopyOnWriteArrayList<>();
    volatile double random = 0.5;
    // Near the overflow, which System.nanoTime is free to start from.
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        slept.add(duration);
        advance(duration);
    }

    @Override
    public double random() {
        return random;
    }

    void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
