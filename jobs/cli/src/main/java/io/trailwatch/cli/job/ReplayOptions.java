package io.trailwatch.cli.job;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.core.unwrap.SourceHint;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.pipeline.job.JobOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** Options of the command line as options of the job. */
final class ReplayOptions {
    private static final List<String> SOURCES = List.of("auto", "cloudtrail", "vpcflow", "app");

    private ReplayOptions() {}

    /**
     * Options of the job.
     *
     * @throws IllegalArgumentException if a value is not allowed or a file does not exist; the
     *     message names the option of the command line and the value
     */
    static Configuration of(
            String source,
            @Nullable String flowFormat,
            @Nullable Path rules,
            @Nullable List<Path> geoip,
            @Nullable Path intel,
            String ocsfVersion) {
        Configuration options = new Configuration();
        checkSource(source);
        options.set(JobOptions.SOURCE_HINT, source);
        if (flowFormat != null) {
            checkFlowFormat(flowFormat);
            options.set(JobOptions.FLOW_FORMAT, flowFormat);
        }
        if (rules != null) {
            checkExists("--rules", rules);
            options.set(JobOptions.RULES, rules.toString());
        }
        if (geoip != null) {
            geoip.forEach(file -> checkExists("--geoip", file));
            options.set(JobOptions.GEOIP_FILES, geoip.stream().map(Path::toString).toList());
        }
        if (intel != null) {
            checkExists("--intel", intel);
            options.set(JobOptions.INTEL_FILE, intel.toString());
        }
        checkOcsfVersion(ocsfVersion);
        options.set(JobOptions.OCSF_VERSION, ocsfVersion);
        return options;
    }

    private static void checkSource(String source) {
        if (!SOURCES.contains(source)) {
            throw new IllegalArgumentException(
                    "--source is '%s', must be one of %s"
                            .formatted(source, String.join(", ", SOURCES)));
        }
    }

    private static void checkFlowFormat(String flowFormat) {
        try {
            UnwrapSettings unused =
                    new UnwrapSettings(SourceHint.AUTO, flowFormat, DecodeLimits.DEFAULT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--flow-format is '%s': %s".formatted(flowFormat, e.getMessage()), e);
        }
    }

    private static void checkOcsfVersion(String ocsfVersion) {
        try {
            OcsfVersion.ofLabel(ocsfVersion);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--ocsf-version is " + e.getMessage(), e);
        }
    }

    private static void checkExists(String option, Path path) {
        if (!Files.exists(path)) {
            throw new IllegalArgumentException(
                    "%s is %s, which does not exist".formatted(option, path));
        }
    }
}
