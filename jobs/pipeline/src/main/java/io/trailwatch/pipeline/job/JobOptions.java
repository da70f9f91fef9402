package io.trailwatch.pipeline.job;

import io.trailwatch.connector.alerts.AlertOptions;
import io.trailwatch.connector.iceberg.LakeSettings.CatalogKind;
import io.trailwatch.connector.kinesis.config.KinesisSourceOptions;
import io.trailwatch.connector.registry.CacheSettings;
import io.trailwatch.connector.registry.RetryPolicy;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.DecodeLimits.Limit;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * Keys of the property group {@value #GROUP}: what Managed Service for Apache Flink passes as
 * runtime properties, and {@code ./trailwatch run --config FILE} reads from a file of the same
 * form.
 */
public final class JobOptions {
    /** Name of the property group. */
    public static final String GROUP = "trailwatch";

    public static final ConfigOption<List<String>> STREAM_ARN =
            ConfigOptions.key("source.stream.arn")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "ARN of the Kinesis stream to read, or ARNs of several streams of one"
                                    + " Region, separated by ';'.");

    public static final ConfigOption<String> WAREHOUSE =
            ConfigOptions.key("lake.warehouse")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "s3://bucket/prefix for tables in the Glue Data Catalog, the ARN of a"
                                    + " table bucket of S3 Tables, what another REST catalog knows"
                                    + " its warehouse by, or a local folder.");

    public static final ConfigOption<CatalogKind> CATALOG =
            ConfigOptions.key("lake.catalog")
                    .enumType(CatalogKind.class)
                    .noDefaultValue()
                    .withDescription(
                            "Who keeps the tables: glue, rest, or jdbc, a file in a local folder"
                                    + " that is for the laptop only. By default from the form of"
                                    + " lake.warehouse.");

    public static final ConfigOption<String> GLUE_ENDPOINT =
            ConfigOptions.key("lake.glue.endpoint")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("URL of a Glue API other than that of the Region.");

    public static final ConfigOption<String> GLUE_CATALOG_ID =
            ConfigOptions.key("lake.glue.catalog-id")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Account whose Data Catalog holds the tables, when it is not one's"
                                    + " own.");

    public static final ConfigOption<String> REST_URI =
            ConfigOptions.key("lake.rest.uri")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "URL of the REST catalog, without /v1. By default that of S3 Tables in"
                                    + " the Region of the table bucket.");

    public static final ConfigOption<String> REST_SIGNING_NAME =
            ConfigOptions.key("lake.rest.signing-name")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "AWS service for which requests are signed (SigV4), such as glue; by"
                                    + " default s3tables for a table bucket, else none.");

    public static final ConfigOption<String> REST_TOKEN_VARIABLE =
            ConfigOptions.key("lake.rest.token-variable")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Name of the environment variable that holds a bearer token.");

    public static final ConfigOption<String> REST_CREDENTIAL_VARIABLE =
            ConfigOptions.key("lake.rest.credential-variable")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Name of the environment variable that holds client-id:client-secret,"
                                    + " for which tokens are given (OAuth2).");

    public static final ConfigOption<String> REST_TOKEN_URI =
            ConfigOptions.key("lake.rest.token-uri")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "URL where tokens are given, when it is not the catalog's own.");

    public static final ConfigOption<String> REST_SCOPE =
            ConfigOptions.key("lake.rest.scope")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Scope of the tokens; catalog when absent.");

    public static final ConfigOption<String> S3_ENDPOINT =
            ConfigOptions.key("lake.s3.endpoint")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("URL of an S3 API other than that of the Region.");

    public static final ConfigOption<Boolean> S3_PATH_STYLE =
            ConfigOptions.key("lake.s3.path-style")
                    .booleanType()
                    .noDefaultValue()
                    .withDescription(
                            "Whether buckets stand in the path of requests and not in the host"
                                    + " name; by default with an endpoint of one's own only.");

    public static final ConfigOption<String> S3_KMS_KEY =
            ConfigOptions.key("lake.s3.kms-key")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "ARN of the KMS key for all files of the lake. Without it the default"
                                    + " encryption of the bucket holds.");

    public static final ConfigOption<String> RULES =
            ConfigOptions.key("rules.folder")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Folder of Sigma rules: a local path, or a URI of a file system that"
                                    + " Flink knows, such as s3://bucket/prefix. None when absent:"
                                    + " our own pack alone.");

    public static final ConfigOption<Boolean> RULES_PACK =
            ConfigOptions.key("rules.pack")
                    .booleanType()
                    .noDefaultValue()
                    .withDescription(
                            "Whether our own pack runs; with a folder too, whose filters and"
                                    + " settings then hold for the pack. By default true without"
                                    + " a folder, false with one.");

    public static final ConfigOption<Duration> RULES_RELOAD_INTERVAL =
            ConfigOptions.key("rules.reload-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "How often a running job looks for changes in the folder of rules, at"
                                    + " least 1 s; 0 for never. Bounded runs keep the rules of"
                                    + " their start.");

    public static final ConfigOption<String> SOURCE_HINT =
            ConfigOptions.key("decode.source")
                    .stringType()
                    .defaultValue("auto")
                    .withDescription(
                            "Kind of log: auto, cloudtrail, vpcflow or app. Detected per record"
                                    + " with auto.");

    public static final ConfigOption<String> FLOW_FORMAT =
            ConfigOptions.key("decode.flow-format")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Fields of flow records without a header line, as given to the flow"
                                + " log: '${version} ${account-id} ...' or names alone. The default"
                                + " formats of VPCs and transit gateways need no setting.");

    public static final ConfigOption<List<String>> FLOW_FORMATS =
            ConfigOptions.key("decode.flow-formats")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "Formats of single flow logs, which go before that of all:"
                                + " 'KEY=FORMAT', separated by ';'. KEY is a log group, 'account:'"
                                + " and the id of the account that owns the log group, or whole"
                                + " segments of a stream ARN or path.");

    public static final ConfigOption<String> OCSF_VERSION =
            ConfigOptions.key("normalise.ocsf-version")
                    .stringType()
                    .defaultValue("1.1.0")
                    .withDescription(
                            "Version of OCSF that rows follow: 1.1.0, as in Amazon Security Lake,"
                                    + " or 1.5.0.");

    public static final ConfigOption<String> APP_MAPPINGS_FILE =
            ConfigOptions.key("decode.app-mappings.file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "YAML file that says how JSON objects of other formats, such as access"
                                    + " logs of API Gateway, become application events.");

    public static final ConfigOption<Boolean> REGISTRY_ENABLED =
            ConfigOptions.key("decode.registry.enabled")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether records in the wire format of the Glue Schema Registry are"
                                    + " read; needs glue:GetSchemaVersion. Without it they are"
                                    + " quarantined.");

    public static final ConfigOption<String> REGISTRY_REGION =
            ConfigOptions.key("decode.registry.region")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Region of the registry; that of the stream by default.");

    public static final ConfigOption<String> REGISTRY_ENDPOINT =
            ConfigOptions.key("decode.registry.endpoint")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("URL of a Glue API other than that of the Region.");

    public static final ConfigOption<List<String>> REGISTRY_NAME =
            ConfigOptions.key("decode.registry.name")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "Registries whose schemas are read, separated by ';'; all that our"
                                    + " permissions reach by default. Whoever writes to the stream"
                                    + " chooses among them.");

    public static final ConfigOption<Integer> REGISTRY_ATTEMPTS =
            ConfigOptions.key("decode.registry.attempts")
                    .intType()
                    .defaultValue(RetryPolicy.DEFAULT.maxAttempts())
                    .withDescription(
                            "Calls, with growing delays, until a registry that gives no answer"
                                    + " counts as down. The stream waits meanwhile.");

    public static final ConfigOption<Duration> REGISTRY_OUTAGE_PAUSE =
            ConfigOptions.key("decode.registry.outage-pause")
                    .durationType()
                    .defaultValue(CacheSettings.DEFAULT.outagePause())
                    .withDescription(
                            "How long a registry that is down is left alone. Records of schemas"
                                + " that are not known yet are quarantined meanwhile; 'quarantine"
                                + " replay' reads them later.");

    public static final ConfigOption<List<String>> GEOIP_FILES =
            ConfigOptions.key("enrich.geoip.files")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription("MaxMind DB files: City, Country or ASN.");

    public static final ConfigOption<String> INTEL_FILE =
            ConfigOptions.key("enrich.intel.file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Threat list: one address or CIDR a line.");

    public static final ConfigOption<Duration> LATENESS =
            ConfigOptions.key("detect.lateness")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(15))
                    .withDescription(
                            "How far behind the newest event an event may come and still reach the"
                                    + " windowed detectors; their findings wait as long.");

    public static final ConfigOption<Integer> CORRELATION_HITS =
            ConfigOptions.key("detect.correlation.max-hits-per-key")
                    .intType()
                    .defaultValue(CorrelationLimits.DEFAULTS.hitsPerKey())
                    .withDescription(
                            "Most hits that are kept for one group of one correlation; without a"
                                    + " bound one busy caller could fill the state.");

    public static final ConfigOption<Integer> CORRELATION_KEYS =
            ConfigOptions.key("detect.correlation.max-keys-per-task")
                    .intType()
                    .defaultValue(CorrelationLimits.DEFAULTS.keysPerTask())
                    .withDescription(
                            "Most groups that one parallel task keeps for the correlations of one"
                                    + " level; further ones are not counted until others end.");

    public static final ConfigOption<Duration> DEDUPE_TTL =
            ConfigOptions.key("dedupe.ttl")
                    .durationType()
                    .defaultValue(Duration.ofHours(25))
                    .withDescription(
                            "How long an event's identity is remembered. AWS retries deliveries for"
                                    + " 24 hours.");

    /** Bounds on hostile or broken input, each {@code decode.} and the label of the limit. */
    public static final Map<Limit, ConfigOption<?>> LIMITS =
            limits(
                    bytes(Limit.MAX_INFLATED, "Inflated bytes of one record or file."),
                    number(
                            Limit.MAX_INFLATE_RATIO,
                            "Inflated bytes per byte of a record; DEFLATE ends at 1032."),
                    bytes(
                            Limit.INFLATE_RATIO_FLOOR,
                            "Inflated bytes below which the ratio is not looked at."),
                    bytes(
                            Limit.MAX_EVENT,
                            "One event, one line or one string within JSON; at most 10 MiB."),
                    bytes(
                            Limit.MAX_ENVELOPE,
                            "One JSON object or Avro block that is held whole to be opened."),
                    number(Limit.MAX_NESTING, "Nesting of objects and arrays in an event."),
                    number(Limit.MAX_NUMBER_CHARS, "Characters of a JSON number."),
                    number(Limit.MAX_NAME_CHARS, "Characters of the name of a JSON field."),
                    number(Limit.MAX_PIECES, "Pieces that are cut out of one record or file."),
                    bytes(
                            Limit.MAX_REJECTED,
                            "What quarantine keeps of a piece; only a whole one can be read"
                                    + " again."));

    private static final Set<String> KNOWN =
            known(
                    STREAM_ARN.key(),
                    WAREHOUSE.key(),
                    CATALOG.key(),
                    GLUE_ENDPOINT.key(),
                    GLUE_CATALOG_ID.key(),
                    REST_URI.key(),
                    REST_SIGNING_NAME.key(),
                    REST_TOKEN_VARIABLE.key(),
                    REST_CREDENTIAL_VARIABLE.key(),
                    REST_TOKEN_URI.key(),
                    REST_SCOPE.key(),
                    S3_ENDPOINT.key(),
                    S3_PATH_STYLE.key(),
                    S3_KMS_KEY.key(),
                    RULES.key(),
                    RULES_PACK.key(),
                    RULES_RELOAD_INTERVAL.key(),
                    SOURCE_HINT.key(),
                    FLOW_FORMAT.key(),
                    FLOW_FORMATS.key(),
                    OCSF_VERSION.key(),
                    APP_MAPPINGS_FILE.key(),
                    REGISTRY_ENABLED.key(),
                    REGISTRY_REGION.key(),
                    REGISTRY_ENDPOINT.key(),
                    REGISTRY_NAME.key(),
                    REGISTRY_ATTEMPTS.key(),
                    REGISTRY_OUTAGE_PAUSE.key(),
                    GEOIP_FILES.key(),
                    INTEL_FILE.key(),
                    LATENESS.key(),
                    CORRELATION_HITS.key(),
                    CORRELATION_KEYS.key(),
                    DEDUPE_TTL.key(),
                    AlertOptions.TARGETS.key(),
                    AlertOptions.MIN_SEVERITY.key(),
                    AlertOptions.ENDPOINT.key(),
                    AlertOptions.WEBHOOK_SECRET_VARIABLE.key());

    private JobOptions() {}

    private record LimitOption(Limit limit, ConfigOption<?> option) {}

    private static LimitOption bytes(Limit limit, String description) {
        return new LimitOption(
                limit,
                ConfigOptions.key(keyOf(limit))
                        .memoryType()
                        .defaultValue(new MemorySize(limit.of(DecodeLimits.DEFAULT)))
                        .withDescription(description));
    }

    private static LimitOption number(Limit limit, String description) {
        return new LimitOption(
                limit,
                ConfigOptions.key(keyOf(limit))
                        .intType()
                        .defaultValue((int) limit.of(DecodeLimits.DEFAULT))
                        .withDescription(description));
    }

    /** Key of the option of a limit. */
    public static String keyOf(Limit limit) {
        return "decode." + limit.label();
    }

    private static Map<Limit, ConfigOption<?>> limits(LimitOption... all) {
        Map<Limit, ConfigOption<?>> options = new EnumMap<>(Limit.class);
        for (LimitOption each : all) {
            options.put(each.limit(), each.option());
        }
        return Collections.unmodifiableMap(options);
    }

    private static Set<String> known(String... own) {
        Set<String> keys = new TreeSet<>(List.of(own));
        KinesisSourceOptions.all().forEach(option -> keys.add(option.key()));
        LIMITS.values().forEach(option -> keys.add(option.key()));
        MaintenanceOptions.all().forEach(option -> keys.add(option.key()));
        return keys;
    }

    /**
     * Properties as a typed configuration.
     *
     * @throws IllegalArgumentException if a key is unknown; the message names it and the known ones
     */
    public static Configuration configuration(Map<String, String> properties) {
        Set<String> unknown = new TreeSet<>(properties.keySet());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "property group '%s' has the unknown key %s; known keys are %s"
                            .formatted(
                                    GROUP,
                                    String.join(", ", unknown),
                                    KNOWN.stream().sorted().collect(Collectors.joining(", "))));
        }
        return Configuration.fromMap(properties);
    }

    /**
     * Value of an option without default.
     *
     * @throws IllegalArgumentException if it is absent; the message names key and meaning
     */
    static <T> T required(Configuration configuration, ConfigOption<T> option) {
        return configuration
                .getOptional(option)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "property group '%s' lacks '%s'"
                                                .formatted(GROUP, option.key())));
    }
}
