package io.trailwatch.core.unwrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Inputs that fuzzing once found to break something. */
class FuzzFindingsTest {
    private static final Path FINDINGS = Path.of("src/test/resources/fuzz");

    static List<Named<Path>> findings() throws IOException {
        try (Stream<Path> files = Files.list(FINDINGS)) {
            return files.sorted()
                    .map(file -> Named.of(file.getFileName().toString(), file))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("findings")
    void breakNothingAnyMore(Path finding) throws IOException {
        new Attempt().read(Files.readAllBytes(finding));
    }
}
