package io.trailwatch.cli.sql;

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
    /** Unit tests know no installation: they run in the folder of their module. */
    static final Path FOLDER =
            Path.of(System.getProperty("trailwatch.home", "../.."))
                    .toAbsolutePath()
                    .normalize()
                    .resolve("deploy/athena");

    /** Rows of a view that are kept as its golden answer. */
    private static final int VIEW_ROWS = 10;

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

        /** What Trino is asked: the query itself, of a view its first rows by its key. */
        String statement() {
            return views().inline(isView() ? viewStatement() : SqlText.statement(text));
        }

        private String viewStatement() {
            return "SELECT * FROM %s ORDER BY %s LIMIT %d".formatted(shortName(), key(), VIEW_ROWS);
        }

        /** Columns of a view by which its rows differ, separated by commas. */
        String key() {
            String key = head().get("Key");
            if (key == null) {
                throw new IllegalStateException(
                        name
                                + ": the head of a view names its key, as '-- Key:       "
                                + " event_key.'");
            }
            return key.replaceFirst("\\.$", "");
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
