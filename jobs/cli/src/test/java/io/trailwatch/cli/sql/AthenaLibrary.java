package io.trailwatch.cli.sql;

import io.trailwatch.cli.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The queries and views of deploy/athena, as they lie there. */
final class AthenaLibrary {
    static final Path FOLDER = Installation.current().home().resolve("deploy/athena");

    private AthenaLibrary() {}

    /**
     * One file of the library.
     *
     * @param name path below deploy/athena without its ending, such as {@code
     *     queries/findings/findings_triage}
     */
    record Entry(String name, String text) {
        boolean isView() {
            return name.startsWith("views/");
        }

        /** Last part of the name. */
        String shortName() {
            return name.substring(name.lastIndexOf('/') + 1);
        }

        /** What the head says, by the word before the colon; empty without a head. */
        Map<String, String> head() {
            Map<String, StringBuilder> fields = new LinkedHashMap<>();
            StringBuilder field = new StringBuilder();
            for (String line : text.lines().takeWhile(l -> l.startsWith("--")).toList()) {
                String content = line.substring(2);
                if (content.matches(" [A-Z][a-z]+:\\s+.*")) {
                    int colon = content.indexOf(':');
                    field = new StringBuilder();
                    fields.put(content.substring(1, colon), field);
                    content = content.substring(colon + 1);
                }
                field.append(' ').append(content.strip());
            }
            Map<String, String> head = new LinkedHashMap<>();
            fields.forEach((name, value) -> head.put(name, value.toString().strip()));
            return head;
        }

        /** What Trino is asked: the query itself, of a view all its rows. */
        String statement() {
            String statement = isView() ? "SELECT * FROM " + shortName() : SqlText.statement(text);
            return views().inline(statement);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static AnalystViews views() {
        return AnalystViews.of(FOLDER.resolve("views"));
    }

    /** Everything, in alphabetical order. */
    static List<Entry> all() {
        return Stream.concat(below("queries").stream(), below("views").stream()).toList();
    }

    private static List<Entry> below(String folder) {
        try (Stream<Path> files = Files.walk(FOLDER.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".sql"))
                    .sorted()
                    .map(AthenaLibrary::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    private static Entry read(Path file) {
        try {
            String name = FOLDER.relativize(file).toString().replaceFirst("\\.sql$", "");
            return new Entry(name, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
