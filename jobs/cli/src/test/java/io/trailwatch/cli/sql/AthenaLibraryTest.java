package io.trailwatch.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.trailwatch.table.Column;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every file of the library promises a reader, before it runs. */
class AthenaLibraryTest {
    /** Columns by which the tables are partitioned, see Tables. */
    private static final Map<String, Pattern> PARTITION_FILTERS =
            Map.of(
                    "time_dt",
                    filter("time_dt"),
                    "arrival_time",
                    filter("arrival_time"),
                    "hour",
                    filter("hour"));

    /** What would give another answer tomorrow. */
    private static final Pattern CLOCK =
            Pattern.compile(
                    "\\b(now\\s*\\(|current_(date|time|timestamp)\\b|localtime|random\\s*\\(|rand\\s*\\(|uuid\\s*\\()",
                    Pattern.CASE_INSENSITIVE);

    private static Pattern filter(String column) {
        return Pattern.compile(
                "\\b" + column + "\\s*(>=|>|BETWEEN\\b|=)", Pattern.CASE_INSENSITIVE);
    }

    static Stream<AthenaLibrary.Entry> everything() {
        return AthenaLibrary.all().stream();
    }

    static Stream<AthenaLibrary.Entry> queries() {
        return everything().filter(entry -> !entry.isView());
    }

    @ParameterizedTest
    @MethodSource("everything")
    void theHeadTellsQuestionParametersAndCost(AthenaLibrary.Entry entry) {
        List<String> fields = new ArrayList<>(List.of("Question", "Parameters", "Cost"));
        if (entry.isView()) {
            fields.add("Key");
        }
        assertThat(entry.head().keySet()).containsExactlyElementsOf(fields);
        assertThat(entry.head().values()).allSatisfy(text -> assertThat(text).matches(".*[.?]"));
        assertThat(entry.head().get("Question")).matches("(?s).*[?.].*");
    }

    @ParameterizedTest
    @MethodSource("everything")
    void linesFitTheScreen(AthenaLibrary.Entry entry) {
        assertThat(entry.text().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(111));
        assertThat(entry.text()).endsWith(";\n").doesNotContain("\t");
    }

    /** A query that reads whole tables says so in its Cost, with the words "no partition". */
    @ParameterizedTest
    @MethodSource("queries")
    void aQueryFiltersItsPartitionColumnOrSaysWhyNot(AthenaLibrary.Entry entry) {
        assumeFalse(entry.head().getOrDefault("Cost", "").contains("no partition"));
        assertThat(PARTITION_FILTERS.values())
                .as("condition on time_dt, arrival_time or hour in " + entry)
                .anySatisfy(filter -> assertThat(entry.text()).containsPattern(filter));
    }

    @ParameterizedTest
    @MethodSource("everything")
    void theAnswerDependsOnNoClock(AthenaLibrary.Entry entry) {
        String statement = entry.text().replaceAll("--[^\n]*", "");
        assertThat(statement).doesNotContainPattern(CLOCK);
    }

    @ParameterizedTest
    @MethodSource("queries")
    void rowsComeInAnOrder(AthenaLibrary.Entry entry) {
        assertThat(entry.text()).contains("\nORDER BY ");
    }

    @Test
    void theTableOfTheReadmeNamesEachFileAndItsQuestion() throws Exception {
        Map<String, String> listed = new TreeMap<>();
        Pattern row =
                Pattern.compile("\\| \\[[^]]*]\\(((?:queries|views)/[^)]*)\\.sql\\) \\| (.*) \\|");
        for (String line : Files.readAllLines(AthenaLibrary.FOLDER.resolve("README.md"))) {
            List<MatchResult> cells = row.matcher(line).results().toList();
            cells.forEach(cell -> assertThat(listed.put(cell.group(1), cell.group(2))).isNull());
        }
        assertThat(listed.keySet())
                .isEqualTo(
                        everything()
                                .map(AthenaLibrary.Entry::name)
                                .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(listed.values()).noneMatch(String::isBlank);
    }

    @Test
    void viewsOfDistinctRowsHaveTheColumnsOfTheirTables() {
        AnalystViews views = AthenaLibrary.views();
        List<TableLayout> layouts = new ArrayList<>(Tables.EVENTS);
        layouts.add(Tables.FINDINGS);
        for (TableLayout layout : layouts) {
            String query = views.query(layout.name() + "_distinct");
            List<String> columns = layout.columns().stream().map(Column::name).toList();
            List<String> selects =
                    Pattern.compile("SELECT\\s(.*?)(?=FROM|row_number)", Pattern.DOTALL)
                            .matcher(query)
                            .results()
                            .map(match -> match.group(1))
                            .toList();
            assertThat(selects).as(layout.name()).hasSize(2);
            for (String select : selects) {
                assertThat(select.strip().replace("\"", "").split(",\\s*"))
                        .as(layout.name())
                        .containsExactlyElementsOf(columns);
            }
        }
    }

    @Test
    void namesAreTakenOnce() {
        Set<String> names = new TreeSet<>();
        assertThat(
                        everything()
                                .map(AthenaLibrary.Entry::shortName)
                                .filter(name -> !names.add(name)))
                .isEmpty();
    }
}
