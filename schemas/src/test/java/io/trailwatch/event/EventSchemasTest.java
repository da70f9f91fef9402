package io.trailwatch.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What was released stays as it is, and what comes after it can read it. */
class EventSchemasTest {
    private static final Path FOLDER = Path.of("src/main/avro");
    private static final Path VERSIONS = FOLDER.resolve("versions");

    private static List<String> names() {
        return EventSchemas.names();
    }

    private static Schema parse(String definition) {
        return new Schema.Parser().parse(definition);
    }

    /** Pairs of versions of which the later cannot read what the earlier wrote. */
    private static List<String> incompatible(List<Schema> versions) {
        List<String> incompatible = new ArrayList<>();
        for (int later = 1; later < versions.size(); later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                var check =
                        SchemaCompatibility.checkReaderWriterCompatibility(
                                versions.get(later), versions.get(earlier));
                if (check.getType() != SchemaCompatibilityType.COMPATIBLE) {
                    incompatible.add(
                            "version %d cannot read version %d: %s"
                                    .formatted(
                                            later + 1,
                                            earlier + 1,
                                            check.getResult().getIncompatibilities()));
                }
            }
        }
        return incompatible;
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everySchemaOfTheFolderIsKnown() throws IOException {
        assertThat(files(FOLDER))
                .isEqualTo(names().stream().map(n -> n + ".avsc").sorted().toList());
        List<String> versions = new ArrayList<>(List.of("SHA256SUMS"));
        for (String name : names()) {
            for (int i = 1; i <= EventSchemas.versions(name).size(); i++) {
                versions.add("%s-%d.avsc".formatted(name, i));
            }
        }
        assertThat(files(VERSIONS)).containsExactlyInAnyOrderElementsOf(versions);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aChangedSchemaIsAVersionOfItsOwn(String name) throws IOException {
        List<String> versions = EventSchemas.versions(name);

        assertThat(Files.readString(FOLDER.resolve(name + ".avsc")))
                .as(
                        "%s.avsc has changed: copy it to versions/%s-%d.avsc and add its sum to"
                                + " SHA256SUMS",
                        name, name, versions.size() + 1)
                .isEqualTo(versions.get(versions.size() - 1));
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachVersionReadsWhatAllBeforeItWrote(String name) {
        assertThat(
                        incompatible(
                                EventSchemas.versions(name).stream()
                                        .map(EventSchemasTest::parse)
                                        .toList()))
                .isEmpty();
    }

    @Test
    void releasedVersionsAreNotEdited() throws IOException, NoSuchAlgorithmException {
        List<String> sums = new ArrayList<>();
        for (String file : files(VERSIONS)) {
            if (file.endsWith(".avsc")) {
                byte[] digest =
                        MessageDigest.getInstance("SHA-256")
                                .digest(Files.readAllBytes(VERSIONS.resolve(file)));
                sums.add(HexFormat.of().formatHex(digest) + "  " + file);
            }
        }
        assertThat(Files.readAllLines(VERSIONS.resolve("SHA256SUMS"))).isEqualTo(sums);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"c\",\"type\":\"string\",\"default\":\"\"}|true",
                "{\"name\":\"c\",\"type\":\"string\"}|false",
                "{\"name\":\"b\",\"type\":\"long\"}|true",
                "{\"name\":\"b\",\"type\":\"string\"}|false"
            })
    void theCheckTellsWhatMayChange(String field, boolean allowed) {
        String record = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[%s]}";
        String a = "{\"name\":\"a\",\"type\":\"string\"}";
        String b = "{\"name\":\"b\",\"type\":\"int\"}";
        String changed =
                field.contains("\"b\"")
                        ? record.formatted(a + "," + field)
                        : record.formatted(a + "," + b + "," + field);

        assertThat(
                        incompatible(List.of(parse(record.formatted(a + "," + b)), parse(changed)))
                                .isEmpty())
                .isEqualTo(allowed);
    }

    @Test
    void anUnknownSchemaIsNamedBesideTheKnown() {
        assertThatThrownBy(() -> EventSchemas.versions("other"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("schema is 'other', must be one of [app_event]");
    }
}
