package io.trailwatch.pipeline.job;

import com.amazonaws.services.kinesisanalytics.runtime.KinesisAnalyticsRuntime;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.maintain.LakeMaintenance;
import io.trailwatch.connector.iceberg.maintain.MaintenanceReport;
import io.trailwatch.connector.iceberg.maintain.MaintenanceSettings;
import io.trailwatch.table.TableLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains the tables once and ends, beside the streaming job; a scheduler starts it again. It has
 * its own entry in the job jar ({@code flink run -c}, or {@code entryClass} of the Kubernetes
 * operator) and takes the same property group as {@link DetectionJob}, with {@link
 * MaintenanceOptions}; a path may be given as argument, to a file of that form. Each table is told
 * in the log; the job fails, after all tables, when one failed.
 */
public final class MaintenanceJob {
    private static final Logger LOG = LoggerFactory.getLogger(MaintenanceJob.class);

    private MaintenanceJob() {}

    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        build(env, options(args));
        env.execute("trailwatch-maintenance");
    }

    private static Configuration options(String[] args) throws IOException {
        if (args.length > 1) {
            throw new IllegalArgumentException(
                    "arguments are %d, must be none or a configuration file"
                            .formatted(args.length));
        }
        return args.length == 1
                ? DetectionJob.read(args[0])
                : DetectionJob.options(KinesisAnalyticsRuntime.getApplicationProperties());
    }

    /**
     * Wires the job into an environment: one task that goes through the tables.
     *
     * @throws IllegalArgumentException if an option is absent or not allowed; the message names it
     */
    public static void build(StreamExecutionEnvironment env, Configuration options) {
        env.setRuntimeMode(RuntimeExecutionMode.BATCH);
        String tables =
                String.join(
                        ",",
                        MaintenanceOptions.tables(options).stream()
                                .map(TableLayout::name)
                                .toList());
        env.fromData(Types.STRING, tables)
                .uid("source-tables")
                .map(new Maintain(JobSettings.lake(options), MaintenanceOptions.settings(options)))
                .returns(Types.STRING)
                .uid("maintain-tables")
                .name("maintain tables")
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .uid("sink-nothing")
                .setParallelism(1);
    }

    /** Takes the names of all tables at once, so that the last one knows whether any failed. */
    private record Maintain(LakeSettings lake, MaintenanceSettings settings)
            implements MapFunction<String, String> {
        private static final long serialVersionUID = 1;

        @Override
        public String map(String names) {
            List<TableLayout> tables =
                    List.of(names.split(",")).stream().map(MaintenanceOptions::table).toList();
            List<String> failed = new ArrayList<>();
            try (Lake open = Lake.open(lake)) {
                int unused =
                        LakeMaintenance.run(
                                open,
                                tables,
                                settings,
                                outcome -> {
                                    MaintenanceReport report = outcome.report();
                                    if (report == null) {
                                        LOG.error(
                                                "maintenance of {} failed",
                                                outcome.table().name(),
                                                outcome.failure());
                                        failed.add(outcome.table().name());
                                    } else {
                                        LOG.info("maintenance: {}", report);
                                        report.warnings().forEach(LOG::warn);
                                    }
                                });
            }
            if (!failed.isEmpty()) {
                throw new IllegalStateException(
                        "maintenance failed for " + String.join(", ", failed));
            }
            return names;
        }
    }
}
