package io.trailwatch.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.Trailwatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    @Test
    void tellsFilesCountsAndAttacksAsOneJsonObject() throws IOException {
        Path day = folder.resolve("day");
        assertThat(generate("--out", day.toString(), "--seed", "7", "--rate", "0.05", "--json"))
                .isZero();
        assertThat(out.toString().lines()).hasSize(1);
        JsonNode summary = Json.MAPPER.readTree(out.toString());
        try (Stream<Path> files = Files.walk(day.resolve("logs"))) {
            long written = files.filter(Files::isRegularFile).count();
            assertThat(summary.path("files").asLong()).isEqualTo(written);
        }
        assertThat(summary.path("attacks")).hasSize(Labels.read(day.resolve("labels.json")).size());
        assertThat(summary.path("cloudtrail").asLong()).isPositive();
        assertThat(summary.path("start").asText()).isEqualTo("2026-11-16T00:00:00Z");
    }

    @Test
    void showsATableOfTheAttacksPlanted() {
        assertThat(generate("--out", folder.toString(), "--seed", "7", "--rate", "0.05")).isZero();
        assertThat(out.toString())
                .contains("CloudTrail", "New administrator made as a back door", "delivered twice");
    }

    @Test
    void leavesAFolderThatHoldsSomethingAlone() throws IOException {
        Files.writeString(folder.resolve("mine.txt"), "mine");
        assertThat(generate("--out", folder.toString(), "--seed", "7")).isEqualTo(2);
        assertThat(err.toString()).contains("--out: " + folder + " is not empty");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("mine.txt"));
        }
    }

    @Test
    void refusesWrongOptionsByNameValueAndLimit() {
        String logs = folder.toString();
        assertThat(generate("--out", logs, "--seed", "7", "--days", "0")).isEqualTo(2);
        assertThat(generate("--out", logs, "--seed", "7", "--rate", "1000")).isEqualTo(2);
        assertThat(generate("--out", logs, "--seed", "7", "--start", "yesterday")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "--days is 0, must be from 1 to 366",
                        "--rate is 1000.0, must be above 0 and at most 100.0",
                        "--start is 'yesterday', must be a date such as 2026-11-16");
        assertThat(folder).isEmptyDirectory();
    }

    private int generate(String... options) {
        String[] args = new String[options.length + 1];
        args[0] = "generate";
        System.arraycopy(options, 0, args, 1, options.length);
        return Trailwatch.run(
                Console.plain(new PrintWriter(out, true), new PrintWriter(err, true)), args);
    }
}
