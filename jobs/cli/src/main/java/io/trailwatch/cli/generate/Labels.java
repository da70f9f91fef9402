package io.trailwatch.cli.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The file {@code labels.json}: a list of labels under {@code attacks}, times as ISO-8601 text. */
public final class Labels {
    /** Name of the file beside the logs. */
    public static final String FILE = "labels.json";

    private Labels() {}

    public static void write(Path file, List<Label> labels) throws IOException {
        ObjectNode json = Json.object();
        ArrayNode attacks = json.putArray("attacks");
        for (Label label : labels) {
            ObjectNode attack = attacks.addObject();
            attack.put("attack_id", label.attackId()).put("name", label.name());
            put(attack, "techniques", label.techniques());
            attack.put("start", label.start().toString()).put("end", label.end().toString());
            put(attack, "entities", label.entities());
            put(attack, "evidence", label.evidence());
            attack.put("expected_rule_hint", label.expectedRuleHint());
        }
        Files.writeString(file, json.toPrettyString() + "\n");
    }

    /** Reads what {@link #write} wrote. */
    public static List<Label> read(Path file) throws IOException {
        List<Label> labels = new ArrayList<>();
        for (JsonNode attack : Json.MAPPER.readTree(file.toFile()).path("attacks")) {
            labels.add(
                    new Label(
                            attack.path("attack_id").asText(),
                            attack.path("name").asText(),
                            texts(attack, "techniques"),
                            Instant.parse(attack.path("start").asText()),
                            Instant.parse(attack.path("end").asText()),
                            texts(attack, "entities"),
                            texts(attack, "evidence"),
                            attack.path("expected_rule_hint").asText()));
        }
        return List.copyOf(labels);
    }

    private static void put(ObjectNode json, String field, List<String> values) {
        ArrayNode array = json.putArray(field);
        values.forEach(array::add);
    }

    private static List<String> texts(JsonNode json, String field) {
        List<String> texts = new ArrayList<>();
        json.path(field).forEach(value -> texts.add(value.asText()));
        return texts;
    }
}
