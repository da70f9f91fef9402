package io.trailwatch.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.JsonLines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The queries of deploy/athena over a small warehouse, and what sql makes of their rows. */
class AthenaQueriesITCase {

    @Test
    void triageGathersFindingsOfOneRuleAndEntityMostSevereFirst() throws Exception {
        List<JsonNode> rows = run("findings_triage.sql");
        assertThat(rows).hasSize(2);
        JsonNode first = rows.get(0);
        assertThat(first.path("severity").asText()).isEqualTo("high");
        assertThat(first.path("entity").asText()).isEqualTo(TrinoFixture.ALICE);
        assertThat(first.path("findings").asLong()).isEqualTo(2);
        assertThat(first.path("events").asLong()).isEqualTo(4);
        assertThat(first.path("first_seen").asText()).isEqualTo("2026-03-01T10:00:00Z");
        assertThat(first.path("last_seen").asText()).isEqualTo("2026-03-01T10:01:00Z");
        assertThat(first.path("techniques").asText()).isEqualTo("T1098.001 T1078");
        assertThat(first.path("latest_id").asText()).isEqualTo("aa02");
        assertThat(rows.get(1).path("rule_title").asText()).isEqualTo("Port scan");
        assertThat(run("findings_triage.sql", "2020-01-01", "2026-03-02")).isEmpty();
    }

    @Test
    void contextShowsWhatTheEntityDidAroundTheFinding() throws Exception {
        List<JsonNode> rows = run("finding_context.sql");
        assertThat(rows)
                .extracting(
                        row -> row.path("operation").asText(),
                        row -> row.path("is_evidence").asBoolean())
                .containsExactly(tuple("ListUsers", false), tuple("CreateAccessKey", true));
        assertThat(rows.get(1).path("service").asText()).isEqualTo("iam.amazonaws.com");
        assertThat(rows.get(1).path("source").asText()).isEqualTo("198.51.100.7");
    }

    @Test
    void rejectedFlowsAreOrderedByTheirTargets() throws Exception {
        List<JsonNode> rows = run("top_rejected_flows.sql");
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).path("source").asText()).isEqualTo("198.51.100.7");
        assertThat(rows.get(0).path("targets").asLong()).isEqualTo(2);
        assertThat(rows.get(0).path("flows").asLong()).isEqualTo(3);
        assertThat(rows.get(0).path("packets").asLong()).isEqualTo(9);
        assertThat(rows.get(0).path("country").asText()).isEqualTo("NZ");
        assertThat(rows.get(1).path("source").asText()).isEqualTo("203.0.113.9");
    }

    @Test
    void nestedValuesAreJson() throws Exception {
        JsonNode row =
                query(
                                "SELECT api, techniques, MAP(ARRAY['k'], ARRAY[1.5e0]) m, X'0102'"
                                    + " b, CAST(NULL AS bigint) n, DECIMAL '1.20' d FROM findings"
                                    + " CROSS JOIN cloud_trail WHERE id = 'aa01' AND event_key ="
                                    + " 'ct/1/e0'")
                        .get(0);
        assertThat(row.path("api").path("service").path("name").asText())
                .isEqualTo("iam.amazonaws.com");
        assertThat(row.path("techniques")).hasSize(2);
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

    private static List<JsonNode> run(String file) throws Exception {
        return run(file, "", "");
    }

    /** Runs a query of the library after an edit such as its head asks for. */
    private static List<JsonNode> run(String file, String text, String replacement)
            throws Exception {
        Path queries = Installation.current().home().resolve("deploy/athena/queries");
        String statement = SqlText.statement(Files.readString(queries.resolve(file)));
        return query(statement.replace(text, replacement));
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
