package io.trailwatch.pipeline.job;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.alerts.AlertSettings;
import io.trailwatch.connector.alerts.AlertTarget;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.RestCatalog;
import io.trailwatch.connector.iceberg.maintain.MaintenanceSettings;
import io.trailwatch.connector.iceberg.maintain.MaintenanceStep;
import io.trailwatch.connector.registry.GlueConnection;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.DecodeLimits.Limit;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.finding.Severity;
import io.trailwatch.pipeline.registry.RegistrySettings;
import io.trailwatch.pipeline.rules.RuleReload;
import io.trailwatch.pipeline.topology.DetectionSettings;
import io.trailwatch.table.Tables;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobOptionsTest {
    @Test
    void defaultsArePinned() {
        DetectionSettings settings =
                JobSettings.detection(JobOptions.configuration(Map.of()), warning -> {});

        assertThat(settings.lateness()).isEqualTo(Duration.ofMinutes(15));
        assertThat(settings.dedupeTtl()).isEqualTo(Duration.ofHours(25));
        assertThat(settings.correlations()).isEqualTo(new CorrelationLimits(100_000, 1_000_000));
        assertThat(settings.unwrap().flowFormat()).isNull();
        assertThat(settings.unwrap().flowFormats()).isEmpty();
        assertThat(settings.rules().rules()).isNotEmpty();
        assertThat(settings.ocsfVersion()).isEqualTo(OcsfVersion.V1_1_0);
    }

    private static RegistrySettings registry(String... keysAndValues) {
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return JobSettings.detection(JobOptions.configuration(properties), warning -> {})
                .registry();
    }

    @Test
    void aSchemaRegistryIsReadWhenItIsTold() {
        assertThat(registry("decode.registry.region", "eu-west-1")).isNull();
        assertThat(
                        registry(
                                "decode.registry.enabled",
                                "true",
                                "source.stream.arn",
                                "arn:aws:kinesis:eu-central-1:111122223333:stream/logs"))
                .isEqualTo(
                        new RegistrySettings(
                                GlueConnection.aws("eu-central-1"),
                                Set.of(),
                                7,
                                Duration.ofSeconds(5)));
        assertThat(
                        registry(
                                "decode.registry.enabled", "true",
                                "aws.region", "us-east-1",
                                "decode.registry.region", "eu-west-1",
                                "decode.registry.endpoint", "http://127.0.0.1:4571",
                                "decode.registry.name", "one;two",
                                "decode.registry.attempts", "2",
                                "decode.registry.outage-pause", "1 min"))
                .isEqualTo(
                        new RegistrySettings(
                                new GlueConnection(
                                        "eu-west-1", URI.create("http://127.0.0.1:4571")),
                                Set.of("one", "two"),
                                2,
                                Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource({
        "decode.registry.endpoint, 127.0.0.1:4571, decode.registry.endpoint is '127.0.0.1:4571'",
        "decode.registry.attempts, 0, decode.registry.*: retry base",
        "decode.registry.outage-pause, 0 s, decode.registry.*: outagePause is PT0S"
    })
    void aSchemaRegistryThatCannotBeIsNamed(String key, String value, String message) {
        assertThatThrownBy(
                        () ->
                                registry(
                                        "decode.registry.enabled",
                                        "true",
                                        "aws.region",
                                        "eu-west-1",
                                        key,
                                        value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThatThrownBy(() -> registry("decode.registry.enabled", "true"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("decode.registry.region is absent");
    }

    @Test
    void maintenanceIsThatOfTheCommandUnlessOptionsSayOtherwise() {
        assertThat(MaintenanceOptions.settings(JobOptions.configuration(Map.of())))
                .isEqualTo(MaintenanceSettings.DEFAULTS);
        assertThat(MaintenanceOptions.tables(JobOptions.configuration(Map.of())))
                .isEqualTo(Tables.ALL);

        Configuration other =
                JobOptions.configuration(
                        Map.of(
                                "maintain.tables", "vpc_flow;ledger",
                                "maintain.steps", "expire",
                                "maintain.older-than", "36 h",
                                "maintain.keep-snapshots", "5",
                                "maintain.longest-outage", "30 d",
                                "maintain.orphan-age", "2 h",
                                "maintain.min-input-files", "3",
                                "maintain.max-files", "6",
                                "maintain.sort-memory", "64 mb",
                                "maintain.dry-run", "true"));
        assertThat(MaintenanceOptions.tables(other))
                .containsExactly(Tables.VPC_FLOW, Tables.LEDGER);
        assertThat(MaintenanceOptions.settings(other))
                .isEqualTo(
                        new MaintenanceSettings(
                                Set.of(MaintenanceStep.EXPIRE),
                                Duration.ofHours(36),
                                5,
                                Duration.ofDays(30),
                                Duration.ofHours(2),
                                3,
                                6,
                                64L << 20,
                                true));
    }

    @Test
    void aMaintenanceOptionThatIsNotAllowedIsNamed() {
        assertThatThrownBy(
                        () ->
                                MaintenanceOptions.settings(
                                        JobOptions.configuration(
                                                Map.of("maintain.orphan-age", "1 min"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maintain.*: orphanAge must be at least PT1H, is PT1M");
        assertThatThrownBy(
                        () ->
                                MaintenanceOptions.tables(
                                        JobOptions.configuration(
                                                Map.of("maintain.tables", "flows"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("maintain.tables has 'flows', must be of cloud_trail, ");
    }

    @Test
    void boundsOfCorrelationsAreNamedWhenTheyAreNoBounds() {
        for (String key :
                List.of(
                        "detect.correlation.max-hits-per-key",
                        "detect.correlation.max-keys-per-task")) {
            assertThatThrownBy(
                            () ->
                                    JobSettings.detection(
                                            JobOptions.configuration(Map.of(key, "0")),
                                            warning -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(key + " is 0, must be at least 1");
        }
        assertThat(
                        JobSettings.detection(
                                        JobOptions.configuration(
                                                Map.of(
                                                        "detect.correlation.max-hits-per-key",
                                                        "7",
                                                        "detect.correlation.max-keys-per-task",
                                                        "8")),
                                        warning -> {})
                                .correlations())
                .isEqualTo(new CorrelationLimits(7, 8));
    }

    @Test
    void rowsFollowAnotherVersionOfOcsfOnDemandAndNoUnknownOne() {
        assertThat(ocsfVersion("1.5.0")).isEqualTo(OcsfVersion.V1_5_0);
        assertThatThrownBy(() -> ocsfVersion("1.2.0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("normalise.ocsf-version is '1.2.0', must be one of 1.1.0, 1.5.0");
    }

    private static OcsfVersion ocsfVersion(String label) {
        return JobSettings.detection(
                        JobOptions.configuration(Map.of("normalise.ocsf-version", label)),
                        warning -> {})
                .ocsfVersion();
    }

    @Test
    void anUnknownKeyIsNamedBesideTheKnownOnes() {
        assertThatThrownBy(() -> JobOptions.configuration(Map.of("detect.latenes", "5 min")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown key detect.latenes")
                .hasMessageContaining("detect.lateness");
    }

    private static DecodeLimits limits(String key, String value) {
        DetectionSettings settings =
                JobSettings.detection(JobOptions.configuration(Map.of(key, value)), warning -> {});
        assertThat(settings.limits()).isEqualTo(settings.unwrap().limits());
        return settings.limits();
    }

    @Test
    void withoutOptionsTheLimitsAreTheirDefaults() {
        assertThat(limits("decode.source", "auto")).isEqualTo(DecodeLimits.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "decode.max-inflated, 7mb, 7340032",
        "decode.max-inflate-ratio, 30, 30",
        "decode.inflate-ratio-floor, 3kb, 3072",
        "decode.max-event, 10mb, 10485760",
        "decode.max-envelope, 512mb, 536870912",
        "decode.max-depth, 500, 500",
        "decode.max-number-chars, 10000, 10000",
        "decode.max-name-chars, 1048576, 1048576",
        "decode.max-pieces, 2147483647, 2147483647",
        "decode.max-rejected, 10485760, 10485760"
    })
    void everyLimitOfDecodingHasItsKey(String key, String text, long value) {
        Limit limit =
                Arrays.stream(Limit.values())
                        .filter(each -> JobOptions.keyOf(each).equals(key))
                        .findFirst()
                        .orElseThrow();

        assertThat(limits(key, text)).isEqualTo(DecodeLimits.DEFAULT.with(Map.of(limit, value)));
        assertThat(limit.of(limits(key, text))).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "decode.max-inflate-ratio, 1033, 'decode.max-inflate-ratio is 1033, must be from 1 to"
                + " 1032'",
        "decode.max-event, 10485761, 'decode.max-event is 10485761, must be from 1 to 10485760'",
        "decode.max-event, 0, 'decode.max-event is 0, must be from 1 to 10485760'",
        "decode.max-envelope, 4gb, 'decode.max-envelope is 4294967296, must be from 1 to"
                + " 536870912'",
        "decode.max-depth, 501, 'decode.max-depth is 501, must be from 1 to 500'",
        "decode.max-number-chars, 10001,"
                + " 'decode.max-number-chars is 10001, must be from 1 to 10000'",
        "decode.max-name-chars, 1048577,"
                + " 'decode.max-name-chars is 1048577, must be from 1 to 1048576'",
        "decode.max-pieces, -1, 'decode.max-pieces is -1, must be from 1 to 2147483647'",
        "decode.max-rejected, 11mb, 'decode.max-rejected is 11534336, must be from 1 to 10485760'",
        "decode.max-envelope, 1kb,"
                + " 'decode.max-envelope is 1024, must be at least max-event, which is 1048576'"
    })
    void aLimitOutOfBoundsIsRefusedByKeyValueAndLimit(String key, String text, String message) {
        assertThatThrownBy(() -> limits(key, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aLimitThatIsNoNumberIsRefusedByKeyAndValue() {
        assertThatThrownBy(() -> limits("decode.max-depth", "deep"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("decode.max-depth")
                .hasMessageContaining("deep");
    }

    @Test
    void credentialsOfEmulatorsAreForEndpointsOfEmulatorsOnly() {
        Map<String, String> emulated =
                new HashMap<>(
                        Map.of(
                                "lake.warehouse", "s3://lake/warehouse",
                                "aws.credentials.provider", "EMULATOR",
                                "lake.s3.endpoint", "http://127.0.0.1:4570"));
        assertThatThrownBy(() -> JobSettings.lake(JobOptions.configuration(emulated)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("aws.credentials.provider is EMULATOR")
                .hasMessageContaining("lake.glue.endpoint");

        emulated.put("lake.glue.endpoint", "http://127.0.0.1:4569");
        assertThat(JobSettings.lake(JobOptions.configuration(emulated)).emulated()).isTrue();

        emulated.remove("aws.credentials.provider");
        assertThat(JobSettings.lake(JobOptions.configuration(emulated)).emulated()).isFalse();
    }

    @Test
    void aLakeWithoutPlaceIsRefusedByKey() {
        assertThatThrownBy(() -> JobSettings.lake(new Configuration()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lacks 'lake.warehouse'");
    }

    private static LakeSettings lake(Map<String, String> options) {
        return JobSettings.lake(JobOptions.configuration(options));
    }

    @Test
    void theCatalogFollowsFromTheFormOfTheWarehouse() {
        assertThat(lake(Map.of("lake.warehouse", "/data/lake")))
                .isEqualTo(LakeSettings.local(Path.of("/data/lake")));
        assertThat(lake(Map.of("lake.warehouse", "s3://lake/warehouse", "aws.region", "eu-west-1")))
                .isEqualTo(LakeSettings.glue("s3://lake/warehouse", "eu-west-1"));
        String bucket = "arn:aws:s3tables:eu-north-1:111122223333:bucket/lake";
        assertThat(lake(Map.of("lake.warehouse", bucket, "aws.region", "eu-west-1")))
                .isEqualTo(LakeSettings.s3Tables(bucket))
                .satisfies(
                        lake -> {
                            assertThat(lake.region()).isEqualTo("eu-north-1");
                            assertThat(lake.rest())
                                    .isEqualTo(
                                            RestCatalog.signed(
                                                    "https://s3tables.eu-north-1.amazonaws.com/iceberg",
                                                    "s3tables"));
                        });
    }

    @Test
    void aRestCatalogIsAskedForByName() {
        LakeSettings lake =
                lake(
                        Map.of(
                                "lake.warehouse", "prod",
                                "lake.catalog", "rest",
                                "lake.rest.uri", "https://catalog.example.com",
                                "lake.rest.credential-variable", "LAKE_CREDENTIAL",
                                "lake.rest.token-uri", "https://id.example.com/token",
                                "lake.rest.scope", "lake",
                                "lake.s3.path-style", "true"));

        assertThat(lake)
                .isEqualTo(
                        LakeSettings.rest(
                                "prod",
                                null,
                                new RestCatalog(
                                        "https://catalog.example.com",
                                        null,
                                        null,
                                        "LAKE_CREDENTIAL",
                                        "https://id.example.com/token",
                                        "lake"),
                                null,
                                true));
    }

    @Test
    void theGlueCatalogOfAnotherAccountAndTheKeyOfAllFilesAreOptions() {
        String key = "arn:aws:kms:eu-west-1:111122223333:key/0d1c";
        LakeSettings lake =
                lake(
                        Map.of(
                                "lake.warehouse", "s3://lake/warehouse",
                                "lake.glue.catalog-id", "444455556666",
                                "lake.s3.kms-key", key));

        assertThat(lake)
                .isEqualTo(
                        LakeSettings.glue("s3://lake/warehouse", null)
                                .withGlueCatalogId("444455556666")
                                .withS3KmsKey(key));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc | s3://lake/x | aws.region | eu-west-1 |"
                        + " lake.*: a jdbc catalog is for a local folder only, not for s3://lake/x",
                "glue | /data/lake | aws.region | eu-west-1 | lake.*: warehouse of a Glue catalog"
                        + " must be s3://bucket/prefix, is /data/lake",
                "glue | s3://lake/x | lake.rest.uri | http://x | lake.rest.uri has no meaning for"
                        + " the glue catalog of lake.warehouse s3://lake/x",
                "rest | prod | lake.glue.catalog-id | 111122223333 | lake.glue.catalog-id has no"
                        + " meaning for the rest catalog of lake.warehouse prod",
                "jdbc | /data/lake | lake.s3.kms-key | key | lake.s3.kms-key has no meaning for the"
                        + " jdbc catalog of lake.warehouse /data/lake",
                "rest | prod | aws.region | eu-west-1 |"
                        + " lake.*: property group 'trailwatch' lacks 'lake.rest.uri'",
                "glue | s3://lake/x | lake.s3.kms-key | my-key |"
                        + " lake.*: s3KmsKey must be the ARN of a KMS key or alias, is my-key",
            })
    void aLakeThatCannotWorkIsRefusedByKeyOrValue(
            String catalog, String warehouse, String key, String value, String message) {
        Map<String, String> options =
                Map.of("lake.catalog", catalog, "lake.warehouse", warehouse, key, value);
        assertThatThrownBy(() -> lake(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aSecretInThePlaceOfTheNameOfItsVariableIsNotRepeated() {
        assertThatThrownBy(
                        () ->
                                lake(
                                        Map.of(
                                                "lake.warehouse", "prod",
                                                "lake.catalog", "rest",
                                                "lake.rest.uri", "http://x",
                                                "lake.rest.token-variable", "s3cr3t.token")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokenVariable must name an environment variable")
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void aNegativeLatenessIsRefusedByKeyAndValue() {
        Configuration options = JobOptions.configuration(Map.of("detect.lateness", "-1 min"));
        assertThatThrownBy(() -> JobSettings.detection(options, warning -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("detect.lateness");
    }

    @Test
    void flowFormatsAreReadByLogGroupAccountAndSource() {
        DetectionSettings settings =
                JobSettings.detection(
                        JobOptions.configuration(
                                Map.of(
                                        "decode.flow-formats",
                                        "/vpc/flow/a=${version} ${srcaddr};"
                                                + "account:111122223333=srcaddr,dstaddr;"
                                                + "aws-account-id=1/logs=start bytes")),
                        warning -> {});

        assertThat(settings.unwrap().flowFormats())
                .containsOnly(
                        Map.entry("/vpc/flow/a", "${version} ${srcaddr}"),
                        Map.entry("account:111122223333", "srcaddr,dstaddr"),
                        Map.entry("aws-account-id=1/logs", "start bytes"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "srcaddr dstaddr, must be KEY=FORMAT",
                "/vpc/flow/a=nonsense, format of '/vpc/flow/a'",
                "account:12=srcaddr, must be account: and 12 digits",
                "a=srcaddr;a=dstaddr, two formats for 'a'",
            })
    void aFlowFormatThatCannotBeIsRefusedByKeyAndValue(String value, String why) {
        Configuration options = JobOptions.configuration(Map.of("decode.flow-formats", value));
        assertThatThrownBy(() -> JobSettings.detection(options, warning -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("decode.flow-formats")
                .hasMessageContaining(why);
    }

    @Test
    void aRuleThatCannotRunIsAWarningAndTheOthersRun(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("good.yml"), rule("good", "eventName: StopLogging"));
        Files.writeString(folder.resolve("bad.yml"), rule("bad", "eventName|nonsense: x"));
        List<String> warnings = new ArrayList<>();

        DetectionSettings settings =
                JobSettings.detection(
                        JobOptions.configuration(Map.of("rules.folder", folder.toString())),
                        warnings::add);

        assertThat(settings.rules().rules())
                .singleElement()
                .satisfies(rule -> assertThat(rule.title()).isEqualTo("good"));
        assertThat(warnings)
                .singleElement()
                .satisfies(warning -> assertThat(warning).contains("bad.yml").contains("nonsense"));
    }

    @Test
    void aFolderIsLookedAtEveryThirtySecondsAndReplacesOurPack(@TempDir Path folder)
            throws Exception {
        Files.writeString(folder.resolve("good.yml"), rule("good", "eventName: StopLogging"));

        DetectionSettings settings = settings(Map.of("rules.folder", folder.toString()));

        RuleReload reload = requireNonNull(settings.reload());
        assertThat(reload.location().uri()).isEqualTo(folder.toString());
        assertThat(reload.interval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(reload.pack()).isFalse();
        assertThat(reload.start().texts()).containsOnlyKeys("good.yml");
        assertThat(settings.rules().rules()).hasSize(1);
    }

    @Test
    void packAndFolderRunTogetherOnDemand(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("good.yml"), rule("good", "eventName: StopLogging"));

        DetectionSettings settings =
                settings(Map.of("rules.folder", folder.toString(), "rules.pack", "true"));

        assertThat(settings.rules().rules())
                .hasSizeGreaterThan(1)
                .extracting(SigmaRule::title)
                .contains("good");
        assertThat(requireNonNull(settings.reload()).pack()).isTrue();
    }

    @Test
    void aJobWhoseStreamEndsDoesNotWaitForRules(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("good.yml"), rule("good", "eventName: StopLogging"));

        assertThat(
                        settings(
                                        Map.of(
                                                "rules.folder",
                                                folder.toString(),
                                                "source.stop.position",
                                                "LATEST"))
                                .reload())
                .isNull();
    }

    @Test
    void rulesAreNotReloadedWithoutAFolderNorWithAnIntervalOfZero(@TempDir Path folder)
            throws Exception {
        Files.writeString(folder.resolve("good.yml"), rule("good", "eventName: StopLogging"));

        assertThat(settings(Map.of()).reload()).isNull();
        assertThat(
                        settings(
                                        Map.of(
                                                "rules.folder",
                                                folder.toString(),
                                                "rules.reload-interval",
                                                "0"))
                                .reload())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "rules.reload-interval, -1 s, rules.reload-interval",
        "rules.reload-interval, 999 ms, 'rules.reload-interval is PT0.999S, must be 0 or at least"
                + " PT1S'",
        "rules.pack, false, rules.pack is false and there is no rules.folder",
        "rules.folder, /no/such/folder, 'rules.folder: cannot read /no/such/folder'",
        "rules.folder, nosuch://bucket/rules, 'rules.folder: cannot read nosuch://bucket/rules'",
    })
    void aRuleOptionThatCannotBeIsRefusedByKey(String key, String value, String why) {
        assertThatThrownBy(() -> settings(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aFolderInWhichNoRuleCanRunEndsOnlyAJobThatCouldNotReloadIt(@TempDir Path folder)
            throws Exception {
        Files.writeString(folder.resolve("bad.yml"), rule("bad", "eventName|nonsense: x"));
        Map<String, String> options =
                Map.of("rules.folder", folder.toString(), "rules.reload-interval", "0");
        assertThatThrownBy(() -> settings(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in which no rule can run (1 were refused)");

        List<String> warnings = new ArrayList<>();
        DetectionSettings settings =
                JobSettings.detection(
                        JobOptions.configuration(Map.of("rules.folder", folder.toString())),
                        warnings::add);
        assertThat(settings.rules().rules()).isEmpty();
        assertThat(warnings).hasSize(2);
    }

    private static DetectionSettings settings(Map<String, String> options) {
        return JobSettings.detection(JobOptions.configuration(options), warning -> {});
    }

    @Test
    void mappingsOfTheUserAreReadAndAreTriedFirst(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("mappings.yaml");
        Files.writeString(
                file, "mappings: [{name: shop, match: {fields: [order]}, event: {type: kind}}]");

        DetectionSettings settings =
                JobSettings.detection(
                        JobOptions.configuration(
                                Map.of("decode.app-mappings.file", file.toString())),
                        warning -> {});

        assertThat(settings.unwrap().mappings())
                .singleElement()
                .satisfies(mapping -> assertThat(mapping.name()).isEqualTo("shop"));
        assertThat(settings.unwrap().formats().json("mapping:shop")).isNotNull();
    }

    @Test
    void aMappingThatCannotBeUsedIsNamedByKeyFileAndField(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("mappings.yaml");
        Files.writeString(file, "mappings: [{name: shop, match: {fields: [order]}, event: {}}]");
        Configuration options =
                JobOptions.configuration(Map.of("decode.app-mappings.file", file.toString()));

        assertThatThrownBy(() -> JobSettings.detection(options, warning -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("decode.app-mappings.file: ")
                .hasMessageContaining("mappings.yaml: mapping 'shop': event.type is missing");
    }

    @Test
    void aMissingGeoFileIsNamed() {
        Configuration options =
                JobOptions.configuration(Map.of("enrich.geoip.files", "/no/such.mmdb"));
        assertThatThrownBy(() -> JobSettings.detection(options, warning -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/no/such.mmdb");
    }

    @Test
    void alertsAreReadFromTheOptionsOfTheJob() {
        AlertSettings settings =
                JobSettings.alerts(
                        JobOptions.configuration(
                                Map.of(
                                        "alerts.targets",
                                        "arn:aws:sns:eu-west-1:111122223333:a;"
                                                + "https://hooks.example.com/b",
                                        "alerts.min-severity",
                                        "critical",
                                        "alerts.endpoint",
                                        "http://127.0.0.1:4566",
                                        "alerts.webhook.secret-variable",
                                        "HOOK_KEY")));

        assertThat(settings.targets())
                .extracting(AlertTarget::address)
                .containsExactly(
                        "arn:aws:sns:eu-west-1:111122223333:a", "https://hooks.example.com/b");
        assertThat(settings.minSeverity()).isEqualTo(Severity.CRITICAL);
        assertThat(JobSettings.alerts(JobOptions.configuration(Map.of())).targets()).isEmpty();
    }

    @Test
    void aRefusedAlertTargetIsNamedWithItsKey() {
        Configuration options =
                JobOptions.configuration(Map.of("alerts.targets", "http://hooks.example.com"));
        assertThatThrownBy(() -> JobSettings.alerts(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("alerts.targets")
                .hasMessageContaining("http://hooks.example.com")
                .hasMessageContaining("http:// on loopback only");
    }

    private static String rule(String title, String condition) {
        return """
        title: %s
        id: 0d5f7a3e-0000-4000-8000-%012d
        status: test
        description: For a test.
        author: Trailwatch
        date: 2026-11-21
        logsource:
            product: aws
            service: cloudtrail
        detection:
            selection:
                %s
            condition: selection
        level: low
        """
                .formatted(title, title.hashCode() & 0xffff, condition);
    }
}
