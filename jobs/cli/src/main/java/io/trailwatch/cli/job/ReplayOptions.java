package io.trailwatch.cli.job;

import static java.util.stream.Collectors.joining;

import io.trailwatch.cli.schemas.RegistryPlace;
import io.trailwatch.core.decode.AppMapping;
import io.trailwatch.core.decode.AppMappingException;
import io.trailwatch.core.decode.AppMappings;
import io.trailwatch.core.decode.DecodeLimits.Limit;
import io.trailwatch.core.decode.FlowFormats;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.pipeline.job.JobOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that run the topology over stored records, as options of the job. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class ReplayOptions {
    private static final List<String> SOURCES = List.of("auto", "cloudtrail", "vpcflow", "app");

    @Option(
            names = "--source",
            paramLabel = "KIND",
            defaultValue = "auto",
            description =
                    "Kind of log: auto, cloudtrail, vpcflow or app. Detected per record with auto,"
                            + " the default.")
    private String source;

    @Option(
            names = "--flow-format",
            paramLabel = "[KEY=]FIELDS",
            description =
                    "Fields of flow records without a header line, as given to the flow log:"
                        + " '$${version} $${account-id} ...' or names alone. Given several times"
                        + " with a KEY: a log group, account:ID, or folders or a file of the path.")
    private List<String> flowFormats = List.of();

    @Option(
            names = "--app-mappings",
            paramLabel = "FILE",
            description =
                    "YAML file that says how JSON objects of other formats, such as access logs of"
                            + " API Gateway, become application events.")
    private @Nullable Path appMappings;

    @Option(
            names = "--registry-region",
            paramLabel = "REGION",
            description = "Read records of a Glue Schema Registry too, that of this Region.")
    private @Nullable String registryRegion;

    @Option(
            names = "--registry-endpoint",
            paramLabel = "URL",
            description = "Read records of a schema registry too, that of this emulator.")
    private @Nullable String registryEndpoint;

    @Option(
            names = "--rules",
            paramLabel = "DIR",
            description = "Folder of Sigma rules to use in place of our own.")
    private @Nullable Path rules;

    @Option(
            names = "--pack",
            description =
                    "Use our own rules beside those of --rules, whose filters and settings hold"
                            + " for ours too; alone they are the default.")
    private boolean pack;

    @Option(
            names = "--geoip",
            paramLabel = "FILE",
            split = ";",
            description = "MaxMind DB file (City, Country or ASN); may be given several times.")
    private @Nullable List<Path> geoip;

    @Option(
            names = "--intel",
            paramLabel = "FILE",
            description = "Threat list: one address or CIDR a line.")
    private @Nullable Path intel;

    @Option(
            names = "--ocsf-version",
            paramLabel = "VERSION",
            defaultValue = "1.1.0",
            description =
                    "Version of OCSF that rows follow: 1.1.0, as in Amazon Security Lake and the"
                            + " default, or 1.5.0.")
    private String ocsfVersion;

    @Option(
            names = "--limit",
            paramLabel = "NAME=VALUE",
            description =
                    "Bound on input, may be given several times: max-inflated, max-inflate-ratio,"
                            + " inflate-ratio-floor, max-event, max-envelope, max-depth,"
                            + " max-number-chars, max-name-chars, max-pieces, max-rejected. Sizes"
                            + " may have a unit, such as 2mb.")
    private Map<String, String> limits = new LinkedHashMap<>();

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Parallel tasks; the number of processors when not given.")
    private int parallelism = Runtime.getRuntime().availableProcessors();

    /**
     * Parallel tasks.
     *
     * @throws IllegalArgumentException if it is out of bounds
     */
    public int parallelism() {
        if (parallelism < 1 || parallelism > 128) {
            throw new IllegalArgumentException(
                    "--parallelism is %d, must be from 1 to 128".formatted(parallelism));
        }
        return parallelism;
    }

    /**
     * Options of the job.
     *
     * @throws IllegalArgumentException if a value is not allowed or a file does not exist; the
     *     message names the option of the command line and the value
     */
    public Configuration jobOptions() {
        Configuration options = new Configuration();
        checkSource(source);
        options.set(JobOptions.SOURCE_HINT, source);
        setFlowFormats(options, flowFormats);
        if (registryRegion != null || registryEndpoint != null) {
            RegistryPlace place =
                    RegistryPlace.of(registryRegion, "--registry-endpoint", registryEndpoint);
            options.set(JobOptions.REGISTRY_ENABLED, true);
            options.set(JobOptions.REGISTRY_REGION, place.region());
            if (place.endpoint() != null) {
                options.set(JobOptions.REGISTRY_ENDPOINT, place.endpoint().toString());
            }
        }
        if (appMappings != null) {
            checkAppMappings(appMappings);
            options.set(JobOptions.APP_MAPPINGS_FILE, appMappings.toString());
        }
        if (rules != null) {
            checkExists("--rules", rules);
            options.set(JobOptions.RULES, rules.toString());
            options.set(JobOptions.RULES_PACK, pack);
        }
        // A bounded run keeps the rules it starts with.
        options.set(JobOptions.RULES_RELOAD_INTERVAL, Duration.ZERO);
        if (geoip != null) {
            geoip.forEach(file -> checkExists("--geoip", file));
            options.set(JobOptions.GEOIP_FILES, geoip.stream().map(Path::toString).toList());
        }
        if (intel != null) {
            checkExists("--intel", intel);
            options.set(JobOptions.INTEL_FILE, intel.toString());
        }
        limits.forEach((name, value) -> options.setString(keyOf(name), value));
        checkOcsfVersion(ocsfVersion);
        options.set(JobOptions.OCSF_VERSION, ocsfVersion);
        return options;
    }

    private static String keyOf(String limit) {
        return JobOptions.LIMITS.keySet().stream()
                .filter(known -> known.label().equals(limit))
                .map(JobOptions::keyOf)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "--limit is '%s', must be one of %s"
                                                .formatted(
                                                        limit,
                                                        JobOptions.LIMITS.keySet().stream()
                                                                .map(Limit::label)
                                                                .collect(joining(", ")))));
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
