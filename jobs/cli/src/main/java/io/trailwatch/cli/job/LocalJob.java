package io.trailwatch.cli.job;

import io.trailwatch.cli.CommandException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A job in this process, followed to its end. */
final class LocalJob {
    private final JobClient client;

    LocalJob(JobClient client) {
        this.client = client;
    }

    /**
     * Starts what was wired into the environment.
     *
     * @throws CommandException if it cannot be started
     */
    static LocalJob start(StreamExecutionEnvironment env, String name) {
        try {
            return new LocalJob(env.executeAsync(name));
        } catch (Exception e) {
            throw CommandException.failure("the job could not be started: " + e.getMessage(), e);
        }
    }

    /**
     * Waits for the end, and hands over the accumulators about every second until then.
     *
     * @return the accumulators at the end
     * @throws CommandException if the job failed, or the wait was interrupted, which cancels the
     *     job
     */
    Map<String, Object> awaitEnd(Consumer<Map<String, Object>> report) {
        CompletableFuture<JobExecutionResult> end = client.getJobExecutionResult();
        try {
            while (true) {
                try {
                    return end.get(1, TimeUnit.SECONDS).getAllAccumulatorResults();
                } catch (TimeoutException e) {
                    accumulators().ifPresent(report);
                }
            }
        } catch (InterruptedException e) {
            client.cancel();
            Thread.currentThread().interrupt();
            throw CommandException.failure("interrupted", e);
        } catch (ExecutionException e) {
            throw CommandException.failure(RootCause.of(e), e);
        }
    }

    private Optional<Map<String, Object>> accumulators() throws InterruptedException {
        try {
            return Optional.of(client.getAccumulators().get());
        } catch (ExecutionException | IllegalStateException e) {
            // The job is restarting or has just ended; its result says how. A mini-cluster that is
            // already gone answers by the second kind, at once and not by the future.
            return Optional.empty();
        }
    }
}
