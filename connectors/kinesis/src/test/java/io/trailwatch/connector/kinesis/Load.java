package io.trailwatch.connector.kinesis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Puts numbered records into a stream, one number after the other, until told to stop. */
final class Load implements AutoCloseable {
    private volatile boolean stopped;
    private volatile int next;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    Load(TestStream stream, int first) {
        next = first;
        Thread thread = new Thread(() -> run(stream), "load of " + stream.name());
        thread.setDaemon(true);
        thread.start();
    }

    private void run(TestStream stream) {
        try {
            while (!stopped) {
                stream.put(next, next + 1);
                next++;
            }
            end.complete(null);
        } catch (InterruptedException | RuntimeException e) {
            end.completeExceptionally(e);
        }
    }

    /** So many numbers were put. */
    int count() {
        return next;
    }

    /** Ends it. */
    int stop() throws Exception {
        stopped = true;
        end.get(SourceJob.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return next;
    }

    @Override
    public void close() {
        stopped = true;
    }
}
