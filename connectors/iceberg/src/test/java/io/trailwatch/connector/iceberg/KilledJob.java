package io.trailwatch.connector.iceberg;

import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job in a JVM of its own, which a test may kill. It ends when all rows are in the table.
 *
 * <p>Arguments: URL of Glue, URL of S3, folder of the checkpoints, number of rows, and a checkpoint
 * to begin from, if any.
 */
final class KilledJob {
    static final int ROWS_PER_CHECKPOINT = 40;

    private KilledJob() {}

    public static void main(String[] arguments) throws Exception {
        Configuration options = new Configuration();
        options.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        options.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file://" + arguments[2]);
        options.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        // What the test does not repair, must not be repaired by a restart within this JVM.
        options.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        if (arguments.length > 4) {
            options.set(StateRecoveryOptions.SAVEPOINT_PATH, "file://" + arguments[4]);
        }
        StreamExecutionEnvironment env =
                MiniClusters.environment(RuntimeExecutionMode.STREAMING, options);
        env.enableCheckpointing(Duration.ofMillis(200).toMillis());
        FaultLake.append(
                env,
                FaultLake.settings(arguments[0], arguments[1]),
                Integer.parseInt(arguments[3]),
                ROWS_PER_CHECKPOINT,
                2);
        env.execute("killed " + Arrays.toString(arguments));
    }
}
