package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A job brings partition and sort order to a table once per version of its layout, so a change of
 * them without a new version would reach new tables only.
 */
class LayoutVersionTest {
    @Test
    void partitionAndSortOrderOfATableAreThoseOfItsVersion() throws Exception {
        Map<String, String> released =
                lines().stream()
                        .collect(Collectors.toMap(LayoutVersionTest::key, Function.identity()));
        assertThat(Tables.ALL)
                .allSatisfy(
                        layout ->
                                assertThat(line(layout))
                                        .as(
                                                "table %s: raise the version in Tables and add its"
                                                        + " line to layout-versions.txt",
                                                layout.name())
                                        .isEqualTo(released.get(key(line(layout)))));
    }

    private static List<String> lines() throws Exception {
        try (InputStream lines =
                LayoutVersionTest.class.getResourceAsStream("layout-versions.txt")) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    private static String line(TableLayout layout) {
        return "%s %d: %s(%s), by %s"
                .formatted(
                        layout.name(),
                        layout.version(),
                        layout.partition().granularity(),
                        layout.partition().column(),
                        String.join(", ", layout.sortBy()));
    }

    private static String key(String line) {
        return line.substring(0, line.indexOf(':'));
    }
}
