package io.trailwatch.connector.iceberg;

import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Mini-clusters with two slots and little memory. */
final class MiniClusters {
    private MiniClusters() {}

    static StreamExecutionEnvironment environment(RuntimeExecutionMode mode) {
        return environment(mode, new Configuration());
    }

    static StreamExecutionEnvironment environment(
            RuntimeExecutionMode mode, Configuration options) {
        Configuration configuration = new Configuration(options);
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, 2);
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(32));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(32));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        env.setRuntimeMode(mode);
        return env;
    }
}
