package io.trailwatch.cli.sql;

import io.trailwatch.cli.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The views of deploy/athena/views, usable without being made anywhere: a local warehouse is only
 * read, so a query that names a view gets its text as a common table expression.
 */
final class AnalystViews {
    private static final Pattern CREATE =
            Pattern.compile(
                    "CREATE\\s+OR\\s+REPLACE\\s+VIEW\\s+([a-z][a-z0-9_]*)\\s+AS\\s+(.*)",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern WITH = Pattern.compile("WITH(?!\\w)", Pattern.CASE_INSENSITIVE);
    private static final Pattern SELECT =
            Pattern.compile("SELECT(?!\\w)", Pattern.CASE_INSENSITIVE);

    /** Words that may name a view; texts, quoted names and comments are passed over. */
    private static final Pattern WORD =
            Pattern.compile(
                    "'(?:[^']|'')*'|\"[^\"]*\"|--[^\\n]*|/\\*.*?\\*/|[\\w.]+", Pattern.DOTALL);

    private static final Pattern COMMENTS = Pattern.compile("(?:\\s|--[^\\n]*(?:\\n|$))*");

    /** Text of each view's query, by name. */
    private final Map<String, String> queries;

    private AnalystViews(Map<String, String> queries) {
        this.queries = queries;
    }

    /**
     * Reads the views of a folder; there are none where there is no folder.
     *
     * @throws CommandException if a file holds something else than one view of its own name
     */
    static AnalystViews of(Path folder) {
        Map<String, String> queries = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".sql")).sorted().toList()) {
                    String name = file.getFileName().toString().replaceFirst("\\.sql$", "");
                    queries.put(name, query(name, file));
                }
            } catch (IOException e) {
                throw CommandException.failure("cannot read " + folder, e);
            }
        }
        return new AnalystViews(queries);
    }

    private static String query(String name, Path file) throws IOException {
        String text = SqlText.statement(Files.readString(file));
        Matcher create = CREATE.matcher(text.substring(commentEnd(text)));
        if (!create.matches() || !create.group(1).equals(name)) {
            throw CommandException.failure(
                    "%s does not begin with CREATE OR REPLACE VIEW %s AS".formatted(file, name));
        }
        return create.group(2);
    }

    /** Names of the views, in alphabetical order. */
    Set<String> names() {
        return queries.keySet();
    }

    /**
     * The query of a view.
     *
     * @throws IllegalArgumentException if there is no such view
     */
    String query(String view) {
        String query = queries.get(view);
        if (query == null) {
            throw new IllegalArgumentException("no view " + view);
        }
        return query;
    }

    /**
     * The statement with the views it names put before it. Lines keep their numbers but for the
     * first, so that a message about a place still helps. A statement that is no query, or names no
     * view, stays as it is.
     */
    String inline(String statement) {
        Map<String, String> named = new LinkedHashMap<>();
        collect(statement, named, new LinkedHashSet<>());
        if (named.isEmpty()) {
            return statement;
        }
        int start = commentEnd(statement);
        String head = statement.substring(0, start);
        String body = statement.substring(start);
        String with =
                named.entrySet().stream()
                        .map(view -> view.getKey() + " AS (" + oneLine(view.getValue()) + ")")
                        .collect(Collectors.joining(", ", "WITH ", ""));
        if (SELECT.matcher(body).lookingAt()) {
            return head + with + " " + body;
        }
        Matcher theirs = WITH.matcher(body);
        if (theirs.lookingAt()) {
            return head + with + "," + body.substring(theirs.end());
        }
        return statement;
    }

    /** Views a text names, each behind those it needs itself. */
    private void collect(String text, Map<String, String> named, Set<String> within) {
        for (String word : words(text)) {
            String query = queries.get(word);
            if (query != null
                    && !named.containsKey(word)
                    && !isDefined(word, text)
                    && within.add(word)) {
                collect(query, named, within);
                named.put(word, query);
            }
        }
    }

    /** Whether a text defines the name itself, as a common table expression. */
    private static boolean isDefined(String name, String text) {
        return Pattern.compile("\\b" + name + "\\s+AS\\s*\\(", Pattern.CASE_INSENSITIVE)
                .matcher(text)
                .find();
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            words.add(word.group());
        }
        return words;
    }

    private static String oneLine(String query) {
        StringBuilder line = new StringBuilder();
        Matcher word = WORD.matcher(query);
        int end = 0;
        while (word.find()) {
            line.append(query, end, word.start());
            if (!word.group().startsWith("--")) {
                line.append(word.group());
            }
            end = word.end();
        }
        return line.append(query, end, query.length()).toString().replaceAll("\\s+", " ").strip();
    }

    private static int commentEnd(String text) {
        Matcher comments = COMMENTS.matcher(text);
        return comments.lookingAt() ? comments.end() : 0;
    }
}
