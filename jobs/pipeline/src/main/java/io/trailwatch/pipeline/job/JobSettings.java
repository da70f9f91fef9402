package io.trailwatch.pipeline.job;

import io.trailwatch.connector.alerts.AlertSettings;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.LakeSettings.CatalogKind;
import io.trailwatch.connector.iceberg.RestCatalog;
import io.trailwatch.connector.kinesis.config.AwsCredentials;
import io.trailwatch.connector.kinesis.config.KinesisSourceOptions;
import io.trailwatch.connector.kinesis.config.StopPosition;
import io.trailwatch.connector.registry.GlueConnection;
import io.trailwatch.core.decode.AppMapping;
import io.trailwatch.core.decode.AppMappingException;
import io.trailwatch.core.decode.AppMappings;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.DecodeLimits.Limit;
import io.trailwatch.core.decode.FlowFormats;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.window.AuthFailureBurst;
import io.trailwatch.core.detect.window.CredentialStuffing;
import io.trailwatch.core.detect.window.PortScan;
import io.trailwatch.core.enrich.Enrichment;
import io.trailwatch.core.enrich.EnrichmentException;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.core.unwrap.SourceHint;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.pipeline.function.EnrichmentFiles;
import io.trailwatch.pipeline.registry.RegistrySettings;
import io.trailwatch.pipeline.rules.LinkedRules;
import io.trailwatch.pipeline.rules.RuleFolder;
import io.trailwatch.pipeline.rules.RuleFolderException;
import io.trailwatch.pipeline.rules.RuleLocation;
import io.trailwatch.pipeline.rules.RuleReload;
import io.trailwatch.pipeline.rules.RuleTexts;
import io.trailwatch.pipeline.topology.DetectionSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/** Options to settings: here, and only here, text becomes typed values. */
public final class JobSettings {
    /** Shorter ones would only list the folder in vain. */
    private static final Duration MIN_RELOAD_INTERVAL = Duration.ofSeconds(1);

    private static final List<ConfigOption<?>> GLUE_ONLY =
            List.of(JobOptions.GLUE_ENDPOINT, JobOptions.GLUE_CATALOG_ID);

    private static final List<ConfigOption<?>> REST_ONLY =
            List.of(
                    JobOptions.REST_URI,
                    JobOptions.REST_SIGNING_NAME,
                    JobOptions.REST_TOKEN_VARIABLE,
                    JobOptions.REST_CREDENTIAL_VARIABLE,
                    JobOptions.REST_TOKEN_URI,
                    JobOptions.REST_SCOPE);

    private static final List<ConfigOption<?>> S3_ONLY =
            List.of(JobOptions.S3_ENDPOINT, JobOptions.S3_PATH_STYLE, JobOptions.S3_KMS_KEY);

    /** Of each catalog the options that it does not have: given, they are a mistake. */
    private static final Map<CatalogKind, List<ConfigOption<?>>> NOT_OF_CATALOG =
            Map.of(
                    CatalogKind.JDBC, join(GLUE_ONLY, REST_ONLY, S3_ONLY),
                    CatalogKind.GLUE, REST_ONLY,
                    CatalogKind.REST, GLUE_ONLY);

    private JobSettings() {}

    @SafeVarargs
    private static List<ConfigOption<?>> join(List<ConfigOption<?>>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }

    /**
     * Settings of the topology. Rules that were refused are handed to {@code refused}; the others
     * run.
     *
     * @throws IllegalArgumentException if a value is not allowed; the message names its key
     */
    public static DetectionSettings detection(Configuration options, Warnings warnings) {
        DecodeLimits limits = limits(options);
        Rules rules = rules(options, warnings);
        return new DetectionSettings(
                new UnwrapSettings(
                                sourceHint(options.get(JobOptions.SOURCE_HINT)),
                                options.getOptional(JobOptions.FLOW_FORMAT).orElse(null),
                                flowFormats(options.get(JobOptions.FLOW_FORMATS)),
                                limits)
                        .withMappings(mappings(options)),
                registry(options),
                limits,
                enrichment(options, warnings),
                rules.compiled(),
                rules.reload(),
                new AuthFailureBurst(),
                new PortScan(),
                new CredentialStuffing(),
                new CorrelationLimits(
                        options.get(JobOptions.CORRELATION_HITS),
                        options.get(JobOptions.CORRELATION_KEYS)),
                options.get(JobOptions.LATENESS),
                options.get(JobOptions.DEDUPE_TTL),
                ocsfVersion(options.get(JobOptions.OCSF_VERSION)));
    }

    private static @Nullable RegistrySettings registry(Configuration options) {
        if (!options.get(JobOptions.REGISTRY_ENABLED)) {
            return null;
        }
        String region =
                options.getOptional(JobOptions.REGISTRY_REGION)
                        .or(() -> options.getOptional(KinesisSourceOptions.REGION))
                        .or(
                                () ->
                                        options.getOptional(JobOptions.STREAM_ARN).stream()
                                                .flatMap(List::stream)
                                                .map(arn -> arn.split(":", 5))
                                                .filter(parts -> parts.length == 5)
                                                .map(parts -> parts[3])
                                                .findFirst())
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "%s is absent, and there is no stream whose Region could be taken"
                                                        .formatted(
                                                                JobOptions.REGISTRY_REGION.key())));
        try {
            return new RegistrySettings(
                    new GlueConnection(region, registryEndpoint(options)),
                    Set.copyOf(options.get(JobOptions.REGISTRY_NAME)),
                    options.get(JobOptions.REGISTRY_ATTEMPTS),
                    options.get(JobOptions.REGISTRY_OUTAGE_PAUSE));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("decode.registry.*: " + e.getMessage(), e);
        }
    }

    private static @Nullable URI registryEndpoint(Configuration options) {
        String url = options.getOptional(JobOptions.REGISTRY_ENDPOINT).orElse(null);
        if (url == null) {
            return null;
        }
        try {
            URI endpoint = new URI(url);
            if (endpoint.getHost() != null
                    && Set.of("http", "https").contains(String.valueOf(endpoint.getScheme()))) {
                return endpoint;
            }
        } catch (URISyntaxException e) {
            // the message below says all of it
        }
        throw new IllegalArgumentException(
                "%s is '%s', must be a URL such as https://glue.eu-central-1.amazonaws.com"
                        .formatted(JobOptions.REGISTRY_ENDPOINT.key(), url));
    }

    private static OcsfVersion ocsfVersion(String label) {
        try {
            return OcsfVersion.ofLabel(label);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s is %s".formatted(JobOptions.OCSF_VERSION.key(), e.getMessage()), e);
        }
    }

    private static DecodeLimits limits(Configuration options) {
        Map<Limit, Long> wanted = new EnumMap<>(Limit.class);
        JobOptions.LIMITS.forEach(
                (limit, option) -> {
                    Object value = options.get(option);
                    wanted.put(
                            limit,
                            value instanceof MemorySize size
                                    ? size.getBytes()
                                    : ((Integer) value).longValue());
                });
        try {
            return DecodeLimits.DEFAULT.with(wanted);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("decode." + e.getMessage(), e);
        }
    }

    /** Told of what is left out: a rule that cannot run, a line that cannot be read. */
    @FunctionalInterface
    public interface Warnings {
        void warn(String warning);
    }

    /**
     * Where the lake is.
     *
     * @throws IllegalArgumentException if {@code lake.warehouse} is absent or no valid place, or an
     *     option is given that its catalog does not have
     */
    public static LakeSettings lake(Configuration options) {
        String warehouse = JobOptions.required(options, JobOptions.WAREHOUSE);
        CatalogKind catalog =
                options.getOptional(JobOptions.CATALOG).orElseGet(() -> usualCatalog(warehouse));
        for (ConfigOption<?> option : NOT_OF_CATALOG.getOrDefault(catalog, List.of())) {
            if (options.contains(option)) {
                throw new IllegalArgumentException(
                        "%s has no meaning for the %s catalog of %s %s"
                                .formatted(
                                        option.key(),
                                        catalog.name().toLowerCase(Locale.ROOT),
                                        JobOptions.WAREHOUSE.key(),
                                        warehouse));
            }
        }
        try {
            LakeSettings lake = lake(options, catalog, warehouse);
            if (catalog == CatalogKind.JDBC || !isEmulated(options)) {
                return lake;
            }
            requireEndpoint(options, JobOptions.S3_ENDPOINT);
            if (catalog == CatalogKind.GLUE) {
                requireEndpoint(options, JobOptions.GLUE_ENDPOINT);
            }
            return lake.withEmulators();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("lake.*: " + e.getMessage(), e);
        }
    }

    private static LakeSettings lake(Configuration options, CatalogKind catalog, String warehouse) {
        String region = options.getOptional(KinesisSourceOptions.REGION).orElse(null);
        String s3Endpoint = options.getOptional(JobOptions.S3_ENDPOINT).orElse(null);
        // Emulations know no bucket host names.
        boolean pathStyle =
                options.getOptional(JobOptions.S3_PATH_STYLE).orElse(s3Endpoint != null);
        String kmsKey = options.getOptional(JobOptions.S3_KMS_KEY).orElse(null);
        return switch (catalog) {
            case JDBC -> {
                if (usualCatalog(warehouse) != CatalogKind.JDBC) {
                    throw new IllegalArgumentException(
                            "a jdbc catalog is for a local folder only, not for " + warehouse);
                }
                yield LakeSettings.local(Path.of(warehouse));
            }
            case GLUE ->
                    LakeSettings.glue(
                                    warehouse,
                                    region,
                                    options.getOptional(JobOptions.GLUE_ENDPOINT).orElse(null),
                                    s3Endpoint,
                                    pathStyle)
                            .withGlueCatalogId(
                                    options.getOptional(JobOptions.GLUE_CATALOG_ID).orElse(null))
                            .withS3KmsKey(kmsKey);
            case REST ->
                    LakeSettings.rest(
                                    warehouse,
                                    region,
                                    restCatalog(options, warehouse),
                                    s3Endpoint,
                                    pathStyle)
                            .withS3KmsKey(kmsKey);
        };
    }

    private static CatalogKind usualCatalog(String warehouse) {
        if (warehouse.startsWith("s3://")) {
            return CatalogKind.GLUE;
        }
        return RestCatalog.isTableBucket(warehouse) ? CatalogKind.REST : CatalogKind.JDBC;
    }

    private static RestCatalog restCatalog(Configuration options, String warehouse) {
        RestCatalog usual =
                RestCatalog.isTableBucket(warehouse)
                        ? RestCatalog.ofTableBucket(warehouse)
                        : RestCatalog.open(JobOptions.required(options, JobOptions.REST_URI));
        return new RestCatalog(
                options.getOptional(JobOptions.REST_URI).orElse(usual.uri()),
                options.getOptional(JobOptions.REST_SIGNING_NAME).orElse(usual.signingName()),
                options.getOptional(JobOptions.REST_TOKEN_VARIABLE).orElse(null),
                options.getOptional(JobOptions.REST_CREDENTIAL_VARIABLE).orElse(null),
                options.getOptional(JobOptions.REST_TOKEN_URI).orElse(null),
                options.getOptional(JobOptions.REST_SCOPE).orElse(null));
    }

    /**
     * What is sent as alerts and where to; without targets nothing is.
     *
     * @throws IllegalArgumentException if a value is not allowed; the message names its key
     */
    public static AlertSettings alerts(Configuration options) {
        return AlertSettings.of(options);
    }

    private static SourceHint sourceHint(String name) {
        return switch (name) {
            case "auto" -> SourceHint.AUTO;
            case "cloudtrail" -> SourceHint.CLOUDTRAIL;
            case "vpcflow" -> SourceHint.VPC_FLOW;
            case "app" -> SourceHint.APP_EVENT;
            default ->
                    throw new IllegalArgumentException(
                            "%s is '%s', must be one of auto, cloudtrail, vpcflow, app"
                                    .formatted(JobOptions.SOURCE_HINT.key(), name));
        };
    }

    /** The last = divides: a path may hold one, as in {@code aws-account-id=...}; a format none. */
    private static Map<String, String> flowFormats(List<String> entries) {
        Map<String, String> formats = new LinkedHashMap<>();
        for (String entry : entries) {
            int divider = entry.lastIndexOf('=');
            if (divider < 0) {
                throw new IllegalArgumentException(
                        "%s has '%s', must be KEY=FORMAT"
                                .formatted(JobOptions.FLOW_FORMATS.key(), entry));
            }
            String key = entry.substring(0, divider).strip();
            if (formats.put(key, entry.substring(divider + 1)) != null) {
                throw new IllegalArgumentException(
                        "%s has two formats for '%s'"
                                .formatted(JobOptions.FLOW_FORMATS.key(), key));
            }
        }
        try {
            FlowFormats unused = new FlowFormats(null, formats);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException(
                    "%s: %s".formatted(JobOptions.FLOW_FORMATS.key(), invalid.getMessage()),
                    invalid);
        }
        return formats;
    }

    private static List<AppMapping> mappings(Configuration options) {
        Optional<String> file = options.getOptional(JobOptions.APP_MAPPINGS_FILE);
        try {
            return file.isEmpty() ? List.of() : AppMappings.read(Path.of(file.get()));
        } catch (AppMappingException e) {
            throw new IllegalArgumentException(
                    "%s: %s".formatted(JobOptions.APP_MAPPINGS_FILE.key(), e.getMessage()), e);
        }
    }

    /** Loads the files once, so that a missing or damaged one is named before the job starts. */
    private static EnrichmentFiles enrichment(Configuration options, Warnings warnings) {
        EnrichmentFiles files =
                new EnrichmentFiles(
                        options.get(JobOptions.GEOIP_FILES),
                        options.getOptional(JobOptions.INTEL_FILE).stream().toList());
        try (Enrichment enrichment = files.load()) {
            enrichment
                    .intelProblems()
                    .forEach(
                            problem ->
                                    warnings.warn(
                                            "%s line %d is no address or CIDR: %s"
                                                    .formatted(
                                                            problem.list(),
                                                            problem.line(),
                                                            problem.text())));
        } catch (EnrichmentException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return files;
    }

    /**
     * The rules of the start.
     *
     * @param reload how they change from then on; null when they do not
     */
    private record Rules(RuleSet compiled, @Nullable RuleReload reload) {}

    private static Rules rules(Configuration options, Warnings warnings) {
        Optional<String> folder = options.getOptional(JobOptions.RULES);
        boolean pack = options.getOptional(JobOptions.RULES_PACK).orElse(folder.isEmpty());
        Duration interval = options.get(JobOptions.RULES_RELOAD_INTERVAL);
        if (!interval.isZero() && interval.compareTo(MIN_RELOAD_INTERVAL) < 0) {
            throw new IllegalArgumentException(
                    "%s is %s, must be 0 or at least %s"
                            .formatted(
                                    JobOptions.RULES_RELOAD_INTERVAL.key(),
                                    interval,
                                    MIN_RELOAD_INTERVAL));
        }
        // A job whose stream ends must not wait for rules that may still come.
        boolean reloads =
                !interval.isZero()
                        && options.get(KinesisSourceOptions.STOP_POSITION) == StopPosition.NONE;
        if (folder.isEmpty()) {
            if (!pack) {
                throw new IllegalArgumentException(
                        "%s is false and there is no %s: no rule would run"
                                .formatted(JobOptions.RULES_PACK.key(), JobOptions.RULES.key()));
            }
            return new Rules(RuleSet.compile(RuleLoader.pack()), null);
        }
        RuleLocation location = ruleLocation(folder.get(), options);
        RuleTexts texts = read(location);
        LinkedRules linked = LinkedRules.link(pack, texts.texts());
        List<String> refused = new ArrayList<>(texts.unreadable().values());
        linked.loaded().problems().forEach(problem -> refused.add(problem.toString()));
        refused.forEach(problem -> warnings.warn("refused rule: " + problem));
        if (linked.collection().rules().isEmpty()) {
            String why =
                    "%s is %s, in which no rule can run (%d were refused)"
                            .formatted(JobOptions.RULES.key(), folder.get(), refused.size());
            // Where rules can come back, a job that restarts must not end for a rule file.
            if (!reloads) {
                throw new IllegalArgumentException(why);
            }
            warnings.warn(why);
        }
        return new Rules(
                RuleSet.compile(linked.collection()),
                reloads
                        ? new RuleReload(location, interval, pack, linked.version(), texts.texts())
                        : null);
    }

    private static RuleLocation ruleLocation(String folder, Configuration options) {
        boolean emulated = isEmulated(options);
        if (emulated && folder.startsWith("s3://")) {
            requireEndpoint(options, JobOptions.S3_ENDPOINT);
        }
        String endpoint = options.getOptional(JobOptions.S3_ENDPOINT).orElse(null);
        return new RuleLocation(
                folder,
                options.getOptional(KinesisSourceOptions.REGION).orElse(null),
                endpoint,
                options.getOptional(JobOptions.S3_PATH_STYLE).orElse(endpoint != null),
                emulated && endpoint != null);
    }

    private static boolean isEmulated(Configuration options) {
        return options.get(KinesisSourceOptions.CREDENTIALS_PROVIDER) == AwsCredentials.EMULATOR;
    }

    /** An emulator's credentials are never sent to AWS. */
    private static void requireEndpoint(Configuration options, ConfigOption<String> endpoint) {
        if (options.getOptional(endpoint).isEmpty()) {
            throw new IllegalArgumentException(
                    "%s is EMULATOR but there is no %s: AWS would refuse its credentials"
                            .formatted(
                                    KinesisSourceOptions.CREDENTIALS_PROVIDER.key(),
                                    endpoint.key()));
        }
    }

    private static RuleTexts read(RuleLocation location) {
        try (RuleFolder folder = new RuleFolder(location)) {
            return folder.read();
        } catch (RuleFolderException e) {
            throw new IllegalArgumentException(
                    "%s: %s".formatted(JobOptions.RULES.key(), e.getMessage()), e);
        }
    }
}
