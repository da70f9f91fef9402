package io.trailwatch.cli.job;

import io.trailwatch.core.decode.AppMapping;
import io.trailwatch.core.decode.AppMappingException;
import io.trailwatch.core.decode.AppMappings;
import io.trailwatch.core.decode.FlowFormats;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.pipeline.job.JobOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            List<String> flowFormats,
            @Nullable Path appMappings,
            @Nullable Path rules,
            @Nullable List<Path> geoip,
            @Nullable Path intel,
            String ocsfVersion) {
        Configuration options = new Configuration();
        checkSource(source);
        options.set(JobOptions.SOURCE_HINT, source);
        setFlowFormats(options, flowFormats);
        if (appMappings != null) {
            checkAppMappings(appMappings);
            options.set(JobOptions.APP_MAPPINGS_FILE, appMappings.toString());
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

    /** {@code FORMAT} once, and {@code KEY=FORMAT} for each flow log of another one. */
    private static void setFlowFormats(Configuration options, List<String> flowFormats) {
        List<String> keyed = new ArrayList<>();
        for (String flowFormat : flowFormats) {
            int divider = flowFormat.lastIndexOf('=');
            String key = flowFormat.substring(0, Math.max(0, divider)).strip();
            String format = flowFormat.substring(divider + 1);
            checkFlowFormat(flowFormat, divider < 0 ? null : key, format);
            if (divider >= 0) {
                keyed.add(key + "=" + format);
            } else if (options.contains(JobOptions.FLOW_FORMAT)) {
                throw new IllegalArgumentException(
                        "--flow-format is given twice without a key ('%s' and '%s'); KEY=FORMAT says"
                                        .formatted(options.get(JobOptions.FLOW_FORMAT), format)
                                + " which flow log a format is of");
            } else {
                options.set(JobOptions.FLOW_FORMAT, format);
            }
        }
        options.set(JobOptions.FLOW_FORMATS, keyed);
    }

    private static void checkFlowFormat(String given, @Nullable String key, String format) {
        try {
            FlowFormats unused =
                    key == null
                            ? new FlowFormats(format, Map.of())
                            : new FlowFormats(null, Map.of(key, format));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--flow-format is '%s': %s".formatted(given, e.getMessage()), e);
        }
    }

    private static void checkOcsfVersion(String ocsfVersion) {
        try {
            OcsfVersion.ofLabel(ocsfVersion);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--ocsf-version is " + e.getMessage(), e);
        }
    }

    private static void checkAppMappings(Path file) {
        try {
            List<AppMapping> unused = AppMappings.read(file);
        } catch (AppMappingException e) {
            throw new IllegalArgumentException("--app-mappings: " + e.getMessage(), e);
        }
    }

    private static void checkExists(String option, Path path) {
        if (!Files.exists(path)) {
            throw new IllegalArgumentException(
                    "%s is %s, which does not exist".formatted(option, path));
        }
    }
}
