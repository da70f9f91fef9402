package io.trailwatch.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.pipeline.job.JobOptions;
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
                        .replaceFirst("(?s)\n  Application:\n.*", "");
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
