package io.trailwatch.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.core.decode.AppMappings;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.normalise.EventRows.TableRow;
import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.SourceHint;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of {@code src/test/resources/golden} through unwrapping, decoding and normalising, and
 * what comes out against the file beside it, {@code <case>.row.json}. {@code -Dgolden.update=true}
 * writes those files anew: read what changed before you believe it.
 *
 * <p>A {@code <case>.fields} names the fields of flow records, as given to a flow log; a {@code
 * <case>.formats} those of several, {@code KEY=FIELDS} a line; a {@code <case>.mappings} is a file
 * of mappings to application events. Of addresses it is known what {@link #context} says. Where
 * {@code raw_data} is the event as it was cut out, {@code <payload>} stands for it. Values of
 * timestamp columns are written in ISO 8601, and bytes in base64.
 */
class GoldenRowsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String EXPECTED = ".row.json";
    private static final Instant ARRIVAL = Instant.parse("2026-11-20T09:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Named<Path>> cases() throws IOException {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(EXPECTED))
                    .filter(file -> !file.toString().endsWith(".fields"))
                    .filter(file -> !file.toString().endsWith(".formats"))
                    .filter(file -> !file.toString().endsWith(".mappings"))
                    .sorted()
                    .map(file -> Named.of(GOLDEN.relativize(file).toString(), file))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesTheRowsThatStandBesideIt(Path file) throws IOException {
        String made = print(outcomes(file, OcsfVersion.V1_1_0));
        Path expected = beside(file, EXPECTED);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(expected, made);
        }
        assertThat(expected).as("-Dgolden.update=true writes it").exists();
        assertThat(made).isEqualTo(Files.readString(expected));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesRowsThatAreValid(Path file) throws IOException {
        OcsfSchemas.assumePresent();
        for (OcsfVersion version : OcsfVersion.values()) {
            List<String> problems = new ArrayList<>();
            for (Map<String, Object> outcome : outcomes(file, version)) {
                if (outcome.get("row") instanceof Map<?, ?> row && row.containsKey("class_uid")) {
                    problems.addAll(
                            OcsfSchemas.problems(
                                    version,
                                    String.valueOf(outcome.get("table")),
                                    OcsfSchemas.row(row)));
                }
            }
            assertThat(problems).as("OCSF %s", version.label()).isEmpty();
        }
    }

    @Test
    void thereIsNoExpectationWithoutItsCase() throws IOException {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            assertThat(files.filter(file -> file.toString().endsWith(EXPECTED)))
                    .allMatch(
                            file ->
                                    Stream.of(".json", ".log", ".txt", ".gz", ".avro")
                                            .anyMatch(
                                                    end ->
                                                            Files.exists(
                                                                    Path.of(
                                                                            stem(file, EXPECTED)
                                                                                    + end))));
        }
    }

    /** What becomes of the pieces of a file, in their order. */
    private static List<Map<String, Object>> outcomes(Path file, OcsfVersion version)
            throws IOException {
        Path fields = beside(file, ".fields");
        Path mappings = beside(file, ".mappings");
        UnwrapSettings settings =
                new UnwrapSettings(
                                SourceHint.AUTO,
                                Files.exists(fields) ? Files.readString(fields).strip() : null,
                                formats(beside(file, ".formats")),
                                DecodeLimits.DEFAULT)
                        .withMappings(
                                Files.exists(mappings) ? AppMappings.read(mappings) : List.of());
        List<Map<String, Object>> outcomes = new ArrayList<>();
        Decoder decoder = new Decoder(settings.formats(), DecodeLimits.DEFAULT);
        new Unwrapper(settings)
                .unwrap(
                        RawRecord.of(
                                file.getFileName().toString(),
                                "",
                                "0",
                                ARRIVAL,
                                Files.readAllBytes(file)),
                        new Pieces() {
                            @Override
                            public void event(LogEvent event) {
                                outcomes.add(outcome(decoder.decode(event), version));
                            }

                            @Override
                            public void control(Origin origin, String what) {
                                outcomes.add(Map.of("control", what));
                            }

                            @Override
                            public void reject(Quarantined rejected) {
                                outcomes.add(rejection(rejected.reason(), rejected.detail()));
                            }
                        });
        return outcomes;
    }

    private static Map<String, String> formats(Path file) throws IOException {
        Map<String, String> formats = new LinkedHashMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                formats.put(line.split("=", 2)[0], line.split("=", 2)[1]);
            }
        }
        return formats;
    }

    private static Map<String, Object> outcome(Decoded<DecodedEvent> decoded, OcsfVersion version) {
        if (decoded instanceof Decoded.Rejected<DecodedEvent> rejected) {
            return rejection(rejected.reason(), rejected.detail());
        }
        DecodedEvent event = ((Decoded.Accepted<DecodedEvent>) decoded).value();
        TableRow made =
                EventRows.of(
                        event,
                        context(event.body().sourceAddress()),
                        context(event.body().destinationAddress()),
                        version);
        Map<String, Object> row = new LinkedHashMap<>(RowReading.nested(made.table(), made.row()));
        row.replace(
                "raw_data",
                new String(event.event().payload(), StandardCharsets.UTF_8),
                "<payload>");
        Map<String, Object> outcome = new LinkedHashMap<>();
        outcome.put("table", made.table().name());
        outcome.put("row", row);
        return outcome;
    }

    private static Map<String, Object> rejection(RejectReason reason, String detail) {
        Map<String, Object> outcome = new LinkedHashMap<>();
        outcome.put("rejected", reason.name());
        outcome.put("detail", detail);
        return outcome;
    }

    /** Of TEST-NET-2 (RFC 5737) the place is known, and its last address is on a threat list. */
    private static IpContext context(@Nullable String address) {
        return address != null && address.startsWith("198.51.100.")
                ? new IpContext(
                        "NZ",
                        "Wellington",
                        64500L,
                        "Example Net",
                        address.equals("198.51.100.255") ? List.of("known-bad") : List.of())
                : IpContext.EMPTY;
    }

    private static String print(List<Map<String, Object>> outcomes) {
        try {
            JsonNode tree = JSON.valueToTree(plain(outcomes));
            DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
            printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
            return JSON.writer(printer).writeValueAsString(tree) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object plain(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> plain = new LinkedHashMap<>();
            map.forEach((key, v) -> plain.put(String.valueOf(key), plain(v)));
            return plain;
        }
        if (value instanceof List<?> list) {
            return list.stream().map((Function<Object, Object>) GoldenRowsTest::plain).toList();
        }
        if (value instanceof Instant) {
            return value.toString();
        }
        return value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value;
    }

    private static Path beside(Path file, String ending) {
        String name = file.toString();
        return Path.of(name.substring(0, name.lastIndexOf('.')) + ending);
    }

    private static String stem(Path file, String ending) {
        String name = file.toString();
        return name.substring(0, name.length() - ending.length());
    }
}
