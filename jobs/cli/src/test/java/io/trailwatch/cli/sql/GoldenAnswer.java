package io.trailwatch.cli.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The rows a query should give, as a file that can be read and compared: how many rows, one a line.
 * Of an answer that is long only the first rows are kept, and a hash of all.
 *
 * <p>A file may name columns under {@code unstable}: sizes of files and times of commits differ
 * from run to run. Of such a column only the kind of each value is compared; the list is kept when
 * the file is written anew.
 */
record GoldenAnswer(List<String> unstable, List<JsonNode> rows) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_ROWS = 40;
    private static final int MAX_BYTES = 24_000;

    /** Columns that a golden file calls unstable; none where there is no file yet. */
    static List<String> unstable(Path file) throws IOException {
        List<String> columns = new ArrayList<>();
        if (Files.exists(file)) {
            JSON.readTree(file.toFile()).path("unstable").forEach(c -> columns.add(c.asText()));
        }
        return columns;
    }

    /** The file as it should be. */
    String text() throws JsonProcessingException {
        List<String> lines = new ArrayList<>();
        for (JsonNode row : rows) {
            lines.add(JSON.writeValueAsString(masked(row)));
        }
        int shown = 0;
        for (int bytes = 0; shown < lines.size() && shown < MAX_ROWS; shown++) {
            bytes += lines.get(shown).length();
            if (bytes > MAX_BYTES && shown > 0) {
                break;
            }
        }
        StringBuilder text = new StringBuilder("{\n  \"count\": " + rows.size() + ",\n");
        if (!unstable.isEmpty()) {
            text.append("  \"unstable\": ").append(JSON.writeValueAsString(unstable)).append(",\n");
        }
        if (shown < lines.size()) {
            text.append("  \"sha256\": \"").append(sha256(lines)).append("\",\n");
        }
        text.append("  \"rows\": [");
        for (int i = 0; i < shown; i++) {
            text.append(i == 0 ? "\n    " : ",\n    ").append(lines.get(i));
        }
        return text.append("\n  ]\n}\n").toString();
    }

    private JsonNode masked(JsonNode row) {
        ObjectNode masked = row.deepCopy();
        for (String column : unstable) {
            masked.set(column, TextNode.valueOf("any " + row.path(column).getNodeType()));
        }
        return masked;
    }

    private static String sha256(List<String> lines) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            lines.forEach(line -> digest.update((line + "\n").getBytes(UTF_8)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
