package io.trailwatch.connector.kinesis.fake;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** The service's clock, and who does its work. Tasks run one at a time, in order of their time. */
public interface ServiceTime extends AutoCloseable {
    Instant now();

    /** Runs the task later, never inside this call. */
    void schedule(Duration delay, Runnable task);

    /** A future for an answer that a scheduled task will bring. */
    <T> CompletableFuture<T> newFuture();

    @Override
    void close();
}
