package io.trailwatch.cli.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Flink within this process, sized so that a run stays below 2 GB with the launcher's heap. */
final class LocalCluster {
    /** Sorting a bounded input takes most of it. */
    private static final int RESTARTS_IN_A_ROW = 5;

    private static final Duration RESTARTS_FORGOTTEN_AFTER = Duration.ofMinutes(5);
    private static final MemorySize MANAGED_PER_SLOT = MemorySize.ofMebiBytes(128);

    private LocalCluster() {}

    /**
     * For bounded runs: batch mode, in which every keyed input is grouped by key and sorted by
     * event time.
     */
    static StreamExecutionEnvironment bounded(int parallelism) {
        Configuration configuration = common(parallelism);
        configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
        return StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    }

    /**
     * For runs without end: exactly-once checkpoints in a local folder, kept when the run is
     * stopped.
     */
    static StreamExecutionEnvironment streaming(
            int parallelism, Path checkpoints, Duration interval, Optional<Path> restoreFrom) {
        Configuration configuration = common(parallelism);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        // Somebody waits for this run: a failure that repeats for half a minute is told, not hidden
        // behind restarts without end.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                Duration.ofSeconds(1));
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER, 2.0);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS,
                RESTARTS_IN_A_ROW);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                RESTARTS_FORGOTTEN_AFTER);
        MetricOptions.forReporter(configuration, "lag")
                .set(MetricOptions.REPORTER_FACTORY_CLASS, StreamLag.Factory.class.getName());
        restoreFrom.ifPresent(
                checkpoint -> {
                    configuration.set(
                            StateRecoveryOptions.SAVEPOINT_PATH, checkpoint.toUri().toString());
                    // The new run owns the checkpoint and deletes it once it has one of its own.
                    configuration.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
                });
        return StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    }

    private static Configuration common(int parallelism) {
        Configuration configuration = new Configuration();
        configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, parallelism);
        configuration.set(
                TaskManagerOptions.MANAGED_MEMORY_SIZE, MANAGED_PER_SLOT.multiply(parallelism));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        // Nothing of a local run is reached from outside this machine.
        configuration.set(JobManagerOptions.BIND_HOST, "localhost");
        configuration.set(TaskManagerOptions.BIND_HOST, "localhost");
        // Rows are views over what core made; copying them between chained operators would double
        // the work.
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        // Progress is read from accumulators, which come with the heartbeat.
        configuration.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
        return configuration;
    }
}
