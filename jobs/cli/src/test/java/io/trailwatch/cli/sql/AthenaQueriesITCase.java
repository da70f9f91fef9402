package io.trailwatch.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.generate.Label;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every query and view of deploy/athena over the simulated warehouse of {@link TrinoFixture},
 * against the answers in {@code src/test/resources/athena}. {@code -Dgolden.update=true} writes
 * those; read a changed one before accepting it.
 */
class AthenaQueriesITCase {
    private static final Path GOLDEN = Path.of("src/test/resources/athena");

    /** Answers by the name of their query: two tests look at some. */
    private static final Map<String, List<JsonNode>> ANSWERS = new HashMap<>();

    static Stream<AthenaLibrary.Entry> everything() {
        return AthenaLibrary.all().stream();
    }

    static Stream<AthenaLibrary.Entry> views() {
        return everything().filter(AthenaLibrary.Entry::isView);
    }

    static Stream<AthenaLibrary.Entry> distinctViews() {
        return views().filter(view -> view.name().endsWith("_distinct"));
    }

    @ParameterizedTest
    @MethodSource("everything")
    void theAnswerIsTheGoldenOne(AthenaLibrary.Entry entry) throws Exception {
        List<JsonNode> rows = answer(entry);
        assertThat(rows).as("rows of " + entry).isNotEmpty();
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

    @ParameterizedTest
    @MethodSource("views")
    void theKeyOfAViewTellsItsRowsApart(AthenaLibrary.Entry view) throws Exception {
        String statement =
                "SELECT count(*) AS n, count(DISTINCT (%s)) AS keys FROM %s"
                        .formatted(view.key(), view.shortName());
        JsonNode row = query(AthenaLibrary.views().inline(statement)).get(0);
        assertThat(row.path("keys").asLong()).isEqualTo(row.path("n").asLong()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("distinctViews")
    void rowsThatStandTwiceAreSeenOnce(AthenaLibrary.Entry view) throws Exception {
        String table = view.shortName().replace("_distinct", "");
        // The table as an older savepoint leaves it, only more so: all rows are there again.
        String doubled =
                """
                WITH %1$s AS (
                    SELECT * FROM trailwatch.%1$s
                    UNION ALL
                    SELECT * FROM trailwatch.%1$s),
                seen_once AS (%2$s)
                SELECT (SELECT count(*) FROM trailwatch.%1$s) AS in_table,
                       (SELECT count(*) FROM %1$s) AS with_doubles,
                       (SELECT count(*) FROM seen_once) AS in_view,
                       (SELECT count(DISTINCT %3$s) FROM seen_once) AS keys
                """
                        .formatted(
                                table, AthenaLibrary.views().query(view.shortName()), view.key());
        JsonNode row = query(doubled).get(0);
        long rows = row.path("in_table").asLong();
        assertThat(rows).isPositive();
        assertThat(row.path("with_doubles").asLong()).isEqualTo(2 * rows);
        assertThat(row.path("in_view").asLong()).isEqualTo(rows);
        assertThat(row.path("keys").asLong()).isEqualTo(rows);
    }

    /** Attacks that were planted, and the queries an analyst would meet them with. */
    @ParameterizedTest
    @CsvSource({
        "leaked-access-key, failed_calls",
        "leaked-access-key, access_keys_new_countries",
        "console-brute-force, console_guessing",
        "console-brute-force, console_logins_without_mfa",
        "backdoor-administrator, iam_privilege_changes",
        "logging-switched-off, watching_switched_off",
        "logging-switched-off, new_principals",
        "snapshot-shared, copies_shared",
        "bucket-made-public, public_s3_changes",
        "security-group-opened, security_group_openings",
        "secrets-harvested, secrets_read",
        "secrets-harvested, instance_credentials_elsewhere",
        "secrets-harvested, role_drift",
        "credential-stuffing, credential_stuffing",
        "credential-stuffing, account_takeover",
        "credential-stuffing, findings_triage",
        "port-scan-vertical, port_scans",
        "port-scan-horizontal, top_rejected_flows",
        "port-scan-horizontal, findings_by_entity",
    })
    void thePlantedAttackIsInTheAnswer(String attack, String query) throws Exception {
        Label label =
                TrinoFixture.labels().stream()
                        .filter(planted -> planted.attackId().equals(attack))
                        .findFirst()
                        .orElseThrow();
        AthenaLibrary.Entry entry =
                everything().filter(e -> e.shortName().equals(query)).findFirst().orElseThrow();
        assertThat(answer(entry).toString())
                .containsAnyOf(label.entities().toArray(CharSequence[]::new));
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

    private static List<JsonNode> answer(AthenaLibrary.Entry entry) throws Exception {
        List<JsonNode> answer = ANSWERS.get(entry.name());
        if (answer == null) {
            answer = query(entry.statement());
            ANSWERS.put(entry.name(), answer);
        }
        return answer;
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
