package io.trailwatch.cli.job;

import io.trailwatch.pipeline.job.JobOptions;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** Options of the command line as options of the job. */
final class ReplayOptions {
    private ReplayOptions() {}

    static Configuration of(
            String source,
            @Nullable String flowFormat,
            @Nullable Path rules,
            @Nullable List<Path> geoip,
            @Nullable Path intel) {
        Configuration options = new Configuration();
        options.set(JobOptions.SOURCE_HINT, source);
        if (flowFormat != null) {
            options.set(JobOptions.FLOW_FORMAT, flowFormat);
        }
        if (rules != null) {
            options.set(JobOptions.RULES, rules.toString());
        }
        if (geoip != null) {
            options.set(JobOptions.GEOIP_FILES, geoip.stream().map(Path::toString).toList());
        }
        if (intel != null) {
            options.set(JobOptions.INTEL_FILE, intel.toString());
        }
        return options;
    }
}
