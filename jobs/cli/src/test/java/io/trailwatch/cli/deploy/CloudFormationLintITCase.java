package io.trailwatch.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.iceberg.IcebergSchemas;
import io.trailwatch.pipeline.job.JobOptions;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stack of deploy/managed-flink, as cfn-lint reads it. */
class CloudFormationLintITCase {
    private static final Path TEMPLATE =
            Programs.HOME.resolve("deploy/managed-flink/template.yaml");

    private static final Path OPTIMIZERS =
            Programs.HOME.resolve("deploy/glue-optimizers/template.yaml");

    @TempDir private Path folder;

    @Test
    void theTemplateIsValidInEveryRegionAsked() throws Exception {
        Programs.Run lint = lint(TEMPLATE);
        assertThat(lint.output()).isEmpty();
        assertThat(lint.status()).isZero();
    }

    @Test
    void aRuntimeThatDoesNotExistIsRefused() throws Exception {
        Path broken = folder.resolve("broken.yaml");
        Files.writeString(broken, Files.readString(TEMPLATE).replace("FLINK-2_2", "FLINK-0_1"));
        Programs.Run lint = lint(broken);
        assertThat(lint.status()).isNotZero();
        assertThat(lint.output()).contains("FLINK-0_1");
    }

    @Test
    void noStatementOfTheRoleNamesEveryResource() throws Exception {
        String role =
                Files.readString(TEMPLATE)
                        .replaceFirst("(?s).*\n  Role:\n", "")
                        .replaceFirst("(?s)\n  Application:\n.*", "")
                        // Schema versions are asked for by an id that is part of no ARN.
                        .replaceFirst(
                                "Action: glue:GetSchemaVersion\n.*\n +Resource: \"\\*\"\n", "");
        assertThat(role).contains("kinesis:GetRecords").doesNotContain("Resource: \"*\"");
    }

    @Test
    void theJobKnowsEveryPropertyThatTheTemplateSets() throws Exception {
        String properties =
                Files.readString(TEMPLATE)
                        .replaceFirst("(?s).*\n +PropertyMap:\n", "")
                        .replaceFirst("(?s)\n +FlinkApplicationConfiguration:\n.*", "");
        Map<String, String> map =
                properties
                        .lines()
                        .map(String::trim)
                        .collect(Collectors.toMap(line -> line.split(": ")[0], line -> ""));

        assertThat(map).containsKeys("source.stream.arn", "lake.warehouse");
        JobOptions.configuration(map);
    }

    @Test
    void theOptimizersAreValidAndKnowEveryTable() throws Exception {
        Programs.Run lint = lint(OPTIMIZERS);
        assertThat(lint.output()).isEmpty();
        assertThat(lint.status()).isZero();

        String template = Files.readString(OPTIMIZERS);
        for (TableLayout table : Tables.ALL) {
            assertThat(template.split("TableName: " + table.name() + "\n", -1))
                    .as("compaction, retention and orphan removal of " + table.name())
                    .hasSize(4);
        }
        assertThat(template).doesNotContain("Resource: \"*\"");
    }

    /** They know no writers, so ages must outlast the longest outage. */
    @Test
    void theOptimizersTakeNoAgeInWhichAJobMayComeBack() throws Exception {
        String template = Files.readString(OPTIMIZERS);
        long days = IcebergSchemas.SNAPSHOT_RETENTION.toDays();
        for (String parameter : List.of("SnapshotRetentionDays", "OrphanRetentionDays")) {
            assertThat(template)
                    .contains(
                            "  %s:\n    Type: Number\n    Default: %d\n    MinValue: %d\n"
                                    .formatted(parameter, days, days));
        }
        assertThat(template)
                .contains(
                        "  SnapshotsToRetain:\n    Type: Number\n    Default: %d\n"
                                .formatted(IcebergSchemas.MIN_SNAPSHOTS));
    }

    private Programs.Run lint(Path template) throws Exception {
        return Programs.python(
                folder,
                Map.of(),
                List.of(
                        "cfn-lint",
                        "--regions",
                        "us-east-1",
                        "eu-central-1",
                        "--",
                        template.toString()));
    }
}
