package io.trailwatch.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.sql.TrinoFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The notebook, run from its first cell to its last. */
class NotebookITCase {
    private static final Path NOTEBOOK = Programs.HOME.resolve("notebooks/findings.ipynb");

    @TempDir private Path folder;

    @Test
    void itShowsTheTriageAndTwoPlots() throws Exception {
        Programs.Run run =
                Programs.python(
                        folder,
                        Map.of(
                                "TRINO_PORT", Integer.toString(TrinoFixture.port()),
                                "TRAILWATCH_HOME", Programs.HOME.toString(),
                                "IPYTHONDIR", folder.resolve("ipython").toString(),
                                "JUPYTER_CONFIG_DIR", folder.resolve("jupyter").toString(),
                                "MPLCONFIGDIR", folder.resolve("matplotlib").toString()),
                        List.of(
                                "python",
                                "-m",
                                "nbconvert",
                                "--execute",
                                "--to",
                                "notebook",
                                "--output-dir",
                                folder.toString(),
                                NOTEBOOK.toString()));
        assertThat(run.status()).as(run.output()).isZero();

        JsonNode cells =
                new ObjectMapper()
                        .readTree(folder.resolve("findings.ipynb").toFile())
                        .path("cells");
        assertThat(cells.findValues("image/png")).hasSize(2);
        assertThat(cells.findValues("text/plain").toString())
                .contains("Thirty machines tried on administration ports")
                .contains("arn:aws:iam::444455556666:user/svc-backup");
    }

    @Test
    void noOutputIsKeptInGit() throws Exception {
        for (JsonNode cell : new ObjectMapper().readTree(NOTEBOOK.toFile()).path("cells")) {
            assertThat(cell.path("outputs")).as(cell.path("id").asText()).isEmpty();
        }
    }
}
