package io.trailwatch.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.cli.lake.StoredFindings;
import io.trailwatch.finding.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code demo}: what it plants is found. */
class DemoITCase {
    private static final Pattern SCORE =
            Pattern.compile("Attacks planted (\\d+), found (\\d+), missed (\\d+)");

    @TempDir private Path folder;

    @Test
    void everyPlantedAttackIsFoundTheFirstTimeAndTheNext() {
        Path out = folder.resolve("demo");
        assertEverythingIsFound(out);
        List<Finding> first = StoredFindings.read(out.resolve("warehouse"));
        assertEverythingIsFound(out);
        assertThat(StoredFindings.read(out.resolve("warehouse"))).isEqualTo(first);
    }

    private static void assertEverythingIsFound(Path out) {
        CommandLineRun run = CommandLineRun.of("demo", "--seed", "42", "--out", out.toString());
        assertThat(run.status()).as(run.err()).isZero();
        Matcher score = SCORE.matcher(run.out());
        assertThat(score.find()).as(run.out()).isTrue();
        assertThat(Integer.parseInt(score.group(1))).isPositive();
        assertThat(score.group(2)).isEqualTo(score.group(1));
        assertThat(score.group(3)).isEqualTo("0");
        assertThat(run.out()).contains("(holds)");
    }

    @Test
    void aFolderOfSomebodyElseIsLeftAlone() throws Exception {
        Path theirs = folder.resolve("notes.txt");
        Files.writeString(theirs, "mine");
        CommandLineRun run = CommandLineRun.of("demo", "--out", folder.toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--out", folder.toString());
        assertThat(theirs).hasContent("mine");
        assertThat(folder.toFile().list()).containsExactly("notes.txt");
    }
}
