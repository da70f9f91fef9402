package io.trailwatch.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.cli.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalystViewsTest {
    @TempDir private Path folder;

    @BeforeEach
    void twoViewsOneOverTheOther() throws IOException {
        write(
                "calls",
                "-- Key: id.\nCREATE OR REPLACE VIEW calls AS\nSELECT *\nFROM cloud_trail;\n");
        write(
                "failures",
                "CREATE OR REPLACE VIEW failures AS\n"
                        + "SELECT id -- why\n"
                        + "FROM calls\n"
                        + "WHERE e = '--';\n");
    }

    @Test
    void aQueryGetsTheViewsItNamesAndThoseTheyName() {
        assertThat(inline("SELECT 1\nFROM failures"))
                .isEqualTo(
                        "WITH calls AS (SELECT * FROM cloud_trail), failures AS (SELECT id FROM"
                                + " calls WHERE e = '--') SELECT 1\nFROM failures");
    }

    @Test
    void definitionsOfTheQueryFollow() {
        assertThat(inline("-- why\nWITH a AS (SELECT 1 FROM calls)\nSELECT * FROM a"))
                .isEqualTo(
                        "-- why\nWITH calls AS (SELECT * FROM cloud_trail), a AS (SELECT 1 FROM"
                                + " calls)\nSELECT * FROM a");
    }

    @Test
    void wordsThatNameNoViewChangeNothing() {
        for (String statement :
                new String[] {
                    "SELECT 'calls' FROM cloud_trail",
                    "SELECT 1 -- calls\nFROM cloud_trail",
                    "SELECT \"calls\" FROM cloud_trail",
                    "SELECT recalls, calls_made FROM cloud_trail",
                    "WITH calls AS (SELECT 1) SELECT * FROM calls",
                    "SELECT * FROM trailwatch.calls",
                    "SHOW TABLES",
                }) {
            assertThat(inline(statement)).isEqualTo(statement);
        }
    }

    @Test
    void withoutAFolderThereAreNoViews() {
        assertThat(AnalystViews.of(folder.resolve("none")).names()).isEmpty();
    }

    @Test
    void aFileThatHoldsAnotherViewIsRefused() throws IOException {
        write("other", "CREATE OR REPLACE VIEW calls AS SELECT 1;");
        assertThatThrownBy(() -> AnalystViews.of(folder))
                .isInstanceOf(CommandException.class)
                .hasMessageEndingWith(
                        "other.sql does not begin with CREATE OR REPLACE VIEW other AS");
    }

    private String inline(String statement) {
        return AnalystViews.of(folder).inline(statement);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name + ".sql"), text);
    }
}
