package io.trailwatch.connector.kinesis.fake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when told to, on the thread that tells it. Tasks of one instant run in the
 * order in which they were scheduled, so that the same seed makes the same run. Any thread may
 * schedule.
 */
public final class ManualTime implements ServiceTime {
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparing(Task::due).thenComparing(Task::order));
    private final Instant start;
    private Instant now;
    private long scheduled;

    private record Task(Instant due, long order, Runnable work) {}

    public ManualTime(Instant start) {
        this.start = start;
        this.now = start;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    /** Since the beginning of this time; what {@link System#nanoTime()} is to the real one. */
    public long nanos() {
        return Duration.between(start, now()).toNanos();
    }

    /** This time for those who want a clock. */
    public Clock clock() {
        return new View();
    }

    @Override
    public synchronized void schedule(Duration delay, Runnable task) {
        tasks.add(new Task(now.plus(delay), scheduled++, task));
    }

    /** Runs what is due now, and what that schedules for now. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** Lets time pass, stopping at each task on the way. */
    public void advance(Duration duration) {
        Instant end = now().plus(duration);
        while (runNext(end)) {
            // Each task may schedule more before the end.
        }
        passTo(end);
    }

    /**
     * Lets time pass from task to task until the condition holds.
     *
     * @throws IllegalStateException if it does not within a day, or nothing is left to happen
     */
    public void advanceUntil(BooleanSupplier condition) {
        Instant limit = now().plus(LONGEST_WAIT);
        while (!condition.getAsBoolean()) {
            if (!runNext(limit)) {
                throw new IllegalStateException(
                        "waited at " + now() + " for what will not happen before " + limit);
            }
        }
    }

    private boolean runNext(Instant end) {
        Task next = takeNext(end);
        if (next == null) {
            return false;
        }
        next.work().run();
        return true;
    }

    private synchronized @Nullable Task takeNext(Instant end) {
        Task next = tasks.peek();
        if (next == null || next.due().isAfter(end)) {
            return null;
        }
        passTo(next.due());
        return tasks.remove();
    }

    private synchronized void passTo(Instant time) {
        now = time.isAfter(now) ? time : now;
    }

    /** A future whose waiters make time pass instead of blocking the only thread. */
    @Override
    public <T> CompletableFuture<T> newFuture() {
        return new Driven<>(this);
    }

    @Override
    public synchronized void close() {
        tasks.clear();
    }

    private static final class Driven<T> extends CompletableFuture<T> {
        private final ManualTime time;

        Driven(ManualTime time) {
            this.time = time;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new Driven<>(time);
        }

        @Override
        public T join() {
            time.advanceUntil(this::isDone);
            return super.join();
        }

        @Override
        public T get() throws InterruptedException, ExecutionException {
            time.advanceUntil(this::isDone);
            return super.get();
        }

        @Override
        public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException {
            return get();
        }
    }

    private final class View extends Clock {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("time is UTC here, not " + zone);
        }

        @Override
        public Instant instant() {
            return now();
        }
    }
}
