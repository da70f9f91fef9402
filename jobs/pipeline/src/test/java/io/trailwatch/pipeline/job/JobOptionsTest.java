package io.trailwatch.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.alerts.AlertSettings;
import io.trailwatch.connector.alerts.AlertTarget;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.finding.Severity;
import io.trailwatch.pipeline.topology.DetectionSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        assertThat(settings.unwrap().flowFormat()).isNull();
        assertThat(settings.unwrap().flowFormats()).isEmpty();
        assertThat(settings.rules().rules()).isNotEmpty();
        assertThat(settings.ocsfVersion()).isEqualTo(OcsfVersion.V1_1_0);
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

    @Test
    void aLakeWithoutPlaceIsRefusedByKey() {
        assertThatThrownBy(() -> JobSettings.lake(new Configuration()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lacks 'lake.warehouse'");
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
