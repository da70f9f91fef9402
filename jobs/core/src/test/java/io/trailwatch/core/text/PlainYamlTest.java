package io.trailwatch.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.core.text.YamlNode.Entry;
import io.trailwatch.core.text.YamlNode.Mapping;
import io.trailwatch.core.text.YamlNode.Scalar;
import io.trailwatch.core.text.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainYamlTest {
    private final List<YamlNode> documents = new ArrayList<>();

    private void read(String text) {
        PlainYaml.documents(text, 5, 1_000, documents::add);
    }

    @Test
    void everyValueKnowsItsLineAndStaysAsWritten() {
        read("a: no\nb:\n  - 012\n  - ~\n  - 'null'\n---\n\n2026-11-21\n");
        assertThat(documents)
                .containsExactly(
                        new Mapping(
                                1,
                                List.of(
                                        new Entry(1, "a", new Scalar(1, "no")),
                                        new Entry(
                                                2,
                                                "b",
                                                new Sequence(
                                                        3,
                                                        List.of(
                                                                new Scalar(3, "012"),
                                                                new Scalar(4, null),
                                                                new Scalar(5, "null")))))),
                        new Scalar(8, "2026-11-21"));
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    `b: 1\\nb: 2`              | 4 | found duplicate key b
                    `[a, b]: 1`                | 3 | found a key that is no text
                    `~: 1`                     | 3 | found a key that is no text
                    `b: &x [1]\\nc: *x`        | 0 | Number of aliases for non-scalar nodes
                    `b: !!java.lang.Object {}` | 3 | Global tag is not allowed
                    `b: !!int 5`               | 3 | tag tag:yaml.org,2002:int is not allowed
                    `b: [[[[[1]]]]]`           | 0 | Nesting Depth exceeded
                    `b: [`                     | 4 | expected the node content
                    """)
    void aMistakeIsNamedWithItsLineAndWhatStandsBeforeItIsRead(
            String text, int line, String message) {
        assertThatThrownBy(() -> read("a: 1\n---\n" + text.replace("\\n", "\n") + "\n"))
                .isInstanceOfSatisfying(
                        YamlTextException.class,
                        e -> {
                            assertThat(e).hasMessageContaining(message);
                            assertThat(e.line()).isEqualTo(line);
                        });
        assertThat(documents).hasSize(1);
    }

    @Test
    void aTextBeyondTheLimitIsRefused() {
        assertThatThrownBy(() -> read("a: " + "x".repeat(1_000)))
                .isInstanceOf(YamlTextException.class)
                .hasMessageContaining("exceeds the limit");
    }
}
