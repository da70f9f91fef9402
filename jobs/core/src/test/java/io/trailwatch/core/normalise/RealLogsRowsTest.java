package io.trailwatch.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.normalise.EventRows.TableRow;
import io.trailwatch.core.unwrap.SourceHint;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows of public logs are valid OCSF, in every version; read where the system property {@code
 * trailwatch.shared.data} names their place.
 */
class RealLogsRowsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "aws-event-envelopes",
                "cloudtrail-aws-docs",
                "cloudtrail-invictus-2023",
                "cloudtrail-otrf-s3-exfil",
                "cloudtrail-stratus-detonations",
                "vpcflow-aws-docs"
            })
    void areValid(String name) throws IOException {
        OcsfSchemas.assumePresent();
        Path folder = Path.of(System.getProperty("trailwatch.shared.data"), name);
        assumeThat(folder).as("public logs").isDirectory();

        Decoder decoder = new Decoder(DecodeLimits.DEFAULT);
        Map<String, String> problems = new TreeMap<>();
        int rows = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(RealLogsRowsTest::isLog).sorted().toList()) {
                Unwrapped pieces = new Unwrapped();
                new Unwrapper(settings(file))
                        .unwrap(Unwrapped.record(Files.readAllBytes(file)), pieces);
                for (LogEvent event : pieces.events) {
                    if (decoder.decode(event) instanceof Decoded.Accepted<DecodedEvent> accepted) {
                        rows++;
                        check(accepted.value(), problems);
                    }
                }
            }
        }

        assertThat(problems).as("problems, each with the event of one").isEmpty();
        assertThat(rows).isPositive();
    }

    /** Of these folders each log stands within a test case; many logs are made by hand. */
    @ParameterizedTest
    @CsvSource({"cloudtrail-panther-tests,log", "cloudtrail-streamalert-tests,data"})
    void areValidWhenTakenOutOfTestCases(String name, String field) throws IOException {
        OcsfSchemas.assumePresent();
        Path folder = Path.of(System.getProperty("trailwatch.shared.data"), name);
        assumeThat(folder).as("public logs").isDirectory();

        ObjectMapper json = new ObjectMapper();
        Decoder decoder = new Decoder(DecodeLimits.DEFAULT);
        Map<String, String> problems = new TreeMap<>();
        int rows = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(RealLogsRowsTest::isLog).sorted().toList()) {
                for (JsonNode testCase : testCases(json, file)) {
                    Unwrapped pieces = Unwrapped.of(json.writeValueAsBytes(testCase.path(field)));
                    for (LogEvent event : pieces.events) {
                        if (decoder.decode(event)
                                instanceof Decoded.Accepted<DecodedEvent> accepted) {
                            rows++;
                            check(accepted.value(), problems);
                        }
                    }
                }
            }
        }

        assertThat(problems).as("problems, each with the event of one").isEmpty();
        assertThat(rows).isGreaterThan(40);
    }

    /** A list of test cases, or one a line. */
    private static List<JsonNode> testCases(ObjectMapper json, Path file) throws IOException {
        List<JsonNode> cases = new ArrayList<>();
        try (InputStream in =
                        file.toString().endsWith(".gz")
                                ? new GZIPInputStream(Files.newInputStream(file))
                                : Files.newInputStream(file);
                MappingIterator<JsonNode> values = json.readerFor(JsonNode.class).readValues(in)) {
            while (values.hasNext()) {
                JsonNode value = values.next();
                if (value.isArray()) {
                    value.forEach(cases::add);
                } else {
                    cases.add(value);
                }
            }
        }
        return cases;
    }

    private static void check(DecodedEvent event, Map<String, String> problems) {
        for (OcsfVersion version : OcsfVersion.values()) {
            TableRow made = EventRows.of(event, IpContext.EMPTY, IpContext.EMPTY, version);
            Map<String, Object> row = RowReading.nested(made.table(), made.row());
            if (row.containsKey("class_uid")) {
                OcsfSchemas.problems(version, made.table().name(), row)
                        .forEach(problem -> problems.put(problem, event.event().key()));
            }
        }
    }

    /** The format of flow records stands beside them. */
    private static UnwrapSettings settings(Path file) throws IOException {
        String name = file.toString();
        Path fields = Path.of(name.substring(0, name.lastIndexOf('.')) + ".fields");
        return new UnwrapSettings(
                SourceHint.AUTO,
                Files.exists(fields) ? Files.readString(fields).strip() : null,
                DecodeLimits.DEFAULT);
    }

    private static boolean isLog(Path file) {
        String name = file.toString();
        return Stream.of(".json", ".jsonl", ".gz", ".log", ".bin").anyMatch(name::endsWith);
    }
}
