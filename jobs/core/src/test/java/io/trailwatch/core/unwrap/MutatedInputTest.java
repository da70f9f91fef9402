package io.trailwatch.core.unwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.core.decode.AppEventAvroTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Valid input of every format that is known here, with bits flipped, parts cut out and parts
 * spliced in; and with values of other types in the place of those that belong there.
 */
class MutatedInputTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A record that takes longer would hold up a shard; a machine under load takes its time. */
    private static final Duration MAX_TIME = Duration.ofSeconds(30);

    /** Buffers, which are there whatever the input. */
    private static final long MAX_BYTES = 48L << 20;

    /** A byte is copied from envelope to envelope, and its rejection holds it again. */
    private static final long MAX_BYTES_PER_BYTE = 2_000;

    private static final List<byte[]> VALID = valid();
    private static final List<JsonNode> VALID_JSON = validJson();

    private final Attempt attempt = new Attempt();

    private static List<byte[]> valid() {
        List<byte[]> inputs = new ArrayList<>();
        for (String sample :
                List.of(
                        "cloudtrail-file.json",
                        "subscription.json",
                        "eventbridge.json",
                        "flow-default.log",
                        "flow-header.log",
                        "app-events.jsonl")) {
            inputs.add(Unwrapped.sample(sample));
        }
        inputs.add(Unwrapped.gzip(Unwrapped.sample("cloudtrail-file.json")));
        inputs.add(Unwrapped.gzip(Unwrapped.sample("subscription.json")));
        inputs.add(AppEventAvro.container(AppEventAvroTest.events()));
        inputs.add(AppEventAvro.singleObject(AppEventAvroTest.events().get(0)));
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/golden"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (!file.toString().endsWith(".row.json")) {
                    inputs.add(Files.readAllBytes(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the golden files", e);
        }
        return inputs;
    }

    private static List<JsonNode> validJson() {
        List<JsonNode> objects = new ArrayList<>();
        for (byte[] input : VALID) {
            try {
                JsonNode json = JSON.readTree(new String(input, StandardCharsets.UTF_8));
                if (json != null && json.isContainerNode()) {
                    objects.add(json);
                }
            } catch (JsonProcessingException | IllegalArgumentException noJson) {
                continue;
            }
        }
        return objects;
    }

    @Property(tries = 5_000)
    void bytesOfAnyKindEndAsPiecesInTimeAndWithinBounds(
            @ForAll @IntRange(max = 100_000) int valid,
            @ForAll @IntRange(max = 100_000) int other,
            @ForAll @IntRange(min = 1, max = 6) int mutations,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[] input = VALID.get(valid % VALID.size());
        for (int i = 0; i < mutations; i++) {
            input = mutate(input, VALID.get(other % VALID.size()), random);
        }
        assertHolds(input);
    }

    @Property(tries = 5_000)
    void valuesOfAnyTypeInAnyPlaceEndAsPiecesInTimeAndWithinBounds(
            @ForAll @IntRange(max = 100_000) int valid,
            @ForAll @IntRange(min = 1, max = 4) int mutations,
            @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        JsonNode json = VALID_JSON.get(valid % VALID_JSON.size()).deepCopy();
        for (int i = 0; i < mutations; i++) {
            replaceAValue(json, random);
        }
        assertHolds(JSON.writeValueAsBytes(json));
    }

    private void assertHolds(byte[] input) {
        long allocated = assertTimeoutPreemptively(MAX_TIME, () -> attempt.read(input));

        assertThat(allocated)
                .as("bytes allocated for %d bytes", input.length)
                .isLessThan(MAX_BYTES + MAX_BYTES_PER_BYTE * input.length);
    }

    private static void replaceAValue(JsonNode json, Random random) {
        JsonNode at = json;
        while (at.isContainerNode() && !at.isEmpty()) {
            if (at instanceof ObjectNode object) {
                List<String> names = new ArrayList<>();
                object.fieldNames().forEachRemaining(names::add);
                String name = names.get(random.nextInt(names.size()));
                JsonNode value = object.get(name);
                if (!value.isContainerNode() || value.isEmpty() || random.nextInt(3) == 0) {
                    object.set(name, anyValue(random));
                    return;
                }
                at = value;
            } else if (at instanceof ArrayNode array) {
                int index = random.nextInt(array.size());
                JsonNode value = array.get(index);
                if (!value.isContainerNode() || value.isEmpty() || random.nextInt(3) == 0) {
                    array.set(index, anyValue(random));
                    return;
                }
                at = value;
            }
        }
    }

    private static JsonNode anyValue(Random random) {
        List<Object> values =
                Arrays.asList(
                        null,
                        true,
                        0,
                        -1,
                        Long.MAX_VALUE,
                        1e300,
                        "",
                        " ",
                        "x".repeat(2_000),
                        "\u0000\r\n\u001b[31m",
                        "9999-99-99T99:99:99Z",
                        "99999999999999999999",
                        "%zz%",
                        List.of(),
                        List.of(1, "a", List.of()),
                        java.util.Map.of(),
                        java.util.Map.of("S", 1, "", "x"));
        return JSON.valueToTree(values.get(random.nextInt(values.size())));
    }

    private static byte[] mutate(byte[] input, byte[] other, Random random) {
        if (input.length == 0) {
            return other;
        }
        int at = random.nextInt(input.length);
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] flipped = input.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> Arrays.copyOf(input, at);
            case 2 ->
                    AppEventAvroTest.concat(
                            Arrays.copyOf(input, at),
                            Arrays.copyOfRange(
                                    input, random.nextInt(at, input.length), input.length));
            case 3 ->
                    AppEventAvroTest.concat(
                            Arrays.copyOf(input, at),
                            Arrays.copyOfRange(other, random.nextInt(other.length), other.length),
                            Arrays.copyOfRange(input, at, input.length));
            default -> {
                byte[] replaced = input.clone();
                byte[] special = {'{', '}', '[', ']', '"', '\\', '\n', ',', 0, -1};
                replaced[at] = special[random.nextInt(special.length)];
                yield replaced;
            }
        };
    }
}
