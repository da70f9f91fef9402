package io.trailwatch.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.JsonLines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every query and view of deploy/athena over the simulated warehouse of {@link TrinoFixture},
 * against the answers in {@code src/test/resources/athena}. {@code -Dgolden.update=true} writes
 * those; read a changed one before accepting it.
 */
class AthenaQueriesITCase {
    private static final Path GOLDEN = Path.of("src/test/resources/athena");

    static Stream<AthenaLibrary.Entry> everything() {
        return AthenaLibrary.all().stream();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void theAnswerIsTheGoldenOne(AthenaLibrary.Entry entry) throws Exception {
        List<JsonNode> rows = query(entry.statement());
        assertThat(rows).as("rows of " + entry).isNotEmpty();
        if (entry.isView()) {
            // A view has no order of its own.
            rows.sort(Comparator.comparing(JsonNode::toString));
        }
        Path file = GOLDEN.resolve(entry.name() + ".json");
        String text =
                new GoldenAnswer(GoldenAnswer.unstable(file), rows)
                        .text()
                        .replace(TrinoFixture.folder().toString(), "");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(file).as("-Dgolden.update=true writes it").exists();
        assertThat(text).isEqualTo(Files.readString(file));
    }

    @Test
    void noAnswerIsLeftBehindByAQueryThatIsGone() throws Exception {
        assumeFalse(Boolean.getBoolean("golden.update"));
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            Set<String> golden =
                    files.map(file -> GOLDEN.relativize(file).toString())
                            .filter(name -> name.endsWith(".json") && !name.startsWith("logs/"))
                            .map(name -> name.replaceFirst("\\.json$", ""))
                            .collect(Collectors.toCollection(TreeSet::new));
            assertThat(golden)
                    .isEqualTo(
                            everything()
                                    .map(AthenaLibrary.Entry::name)
                                    .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Test
    void nestedValuesAreJson() throws Exception {
        JsonNode row =
                query(
                                "SELECT api, MAP(ARRAY['k'], ARRAY[1.5e0]) m, X'0102' b, CAST(NULL"
                                        + " AS bigint) n, DECIMAL '1.20' d, ARRAY['x', 'y'] a FROM"
                                        + " cloud_trail WHERE api.operation = 'StopLogging'")
                        .get(0);
        assertThat(row.path("api").path("service").path("name").asText())
                .isEqualTo("cloudtrail.amazonaws.com");
        assertThat(row.path("a")).hasSize(2);
        assertThat(row.path("m").path("k").asDouble()).isEqualTo(1.5);
        assertThat(row.path("b").asText()).isEqualTo("AQI=");
        assertThat(row.path("n").isNull()).isTrue();
        assertThat(row.path("d").decimalValue()).isEqualByComparingTo("1.20");
    }

    @Test
    void aMistakeIsToldWithItsPlace() {
        assertThatThrownBy(() -> query("SELECT nope FROM findings"))
                .isInstanceOf(CommandException.class)
                .hasMessage("line 1:8: Column 'nope' cannot be resolved");
    }

    @Test
    void theWarehouseIsOnlyRead() {
        assertThatThrownBy(() -> query("DELETE FROM findings"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("Access Denied");
    }

    private static List<JsonNode> query(String statement) throws Exception {
        StringWriter out = new StringWriter();
        new SqlClient(TrinoFixture.port()).json(statement, new JsonLines(new PrintWriter(out)));
        List<JsonNode> rows = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            rows.add(new ObjectMapper().readTree(line));
        }
        return rows;
    }
}
