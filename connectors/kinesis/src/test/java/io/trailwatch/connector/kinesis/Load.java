package io.trailwatch.connector.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

    /** Waits until so many further numbers were put. */
    void awaitMore(int numbers) {
        int enough = next + numbers;
        await().atMost(SourceJob.PATIENCE)
                .until(
                        () -> {
                            assertThat(end).isNotCompletedExceptionally();
                            return next >= enough;
                        });
    }

    /**
     * Ends it.
     *
     * @return the number after the last
     */
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
