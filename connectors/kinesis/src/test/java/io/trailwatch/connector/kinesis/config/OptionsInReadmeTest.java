package io.trailwatch.connector.kinesis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.junit.jupiter.api.Test;

/** The table of options in the module's README. */
class OptionsInReadmeTest {
    private final Map<String, List<String>> rows = rows();

    @Test
    void listsEveryOptionInOrder() {
        assertThat(rows.keySet())
                .containsExactlyElementsOf(
                        KinesisSourceOptions.all().stream().map(ConfigOption::key).toList());
    }

    @Test
    void givesTheDefaultThatHolds() {
        for (ConfigOption<?> option : KinesisSourceOptions.all()) {
            if (option.hasDefaultValue() && !option.defaultValue().equals(Map.of())) {
                String written = cell(option, 1).replace("`", "");
                assertThat(
                                (Object)
                                        Configuration.fromMap(Map.of(option.key(), written))
                                                .get(option))
                        .as(option.key())
                        .isEqualTo(option.defaultValue());
            } else {
                assertThat(cell(option, 1)).as(option.key()).doesNotContain("`");
            }
        }
    }

    @Test
    void callsThoseOwnThatTheOptionsCallOwn() {
        for (ConfigOption<?> option : KinesisSourceOptions.all()) {
            boolean own = new HtmlFormatter().format(option.description()).contains("(own)");
            assertThat(cell(option, 2)).as(option.key()).startsWith(own ? "own" : "official");
        }
    }

    private String cell(ConfigOption<?> option, int column) {
        return rows.getOrDefault(option.key(), List.of("", "", "")).get(column);
    }

    private static Map<String, List<String>> rows() {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(Path.of("README.md"))) {
                if (line.startsWith("| `source.") || line.startsWith("| `aws.")) {
                    List<String> cells =
                            List.of(line.substring(1).split("\\|")).stream()
                                    .map(String::strip)
                                    .toList();
                    rows.put(cells.get(0).replace("`", ""), cells);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("README.md of the module", e);
        }
        return rows;
    }
}
