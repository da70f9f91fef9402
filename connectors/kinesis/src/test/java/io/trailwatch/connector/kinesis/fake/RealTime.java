package io.trailwatch.connector.kinesis.fake;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The time of this machine, and one daemon thread that does the service's work. */
public final class RealTime implements ServiceTime {
    private final ScheduledThreadPoolExecutor thread;

    public RealTime() {
        thread =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread worker = new Thread(task, "fake-kinesis");
                            worker.setDaemon(true);
                            return worker;
                        });
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // tasks report to their callers themselves
    public void schedule(Duration delay, Runnable task) {
        try {
            thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            if (!thread.isShutdown()) {
                throw closed;
            }
        }
    }

    @Override
    public <T> CompletableFuture<T> newFuture() {
        return new CompletableFuture<>();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
