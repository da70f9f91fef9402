package io.trailwatch.cli.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trailwatch.core.decode.AppEventAvro;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
    private static final SimulationOptions QUIET_DAY = SimulationOptions.ofSeed(7).withRate(0.1);

    @TempDir private Path folder;

    @Test
    void sameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
        Map<String, String> first = write(QUIET_DAY, folder.resolve("first"));
        Map<String, String> second = write(QUIET_DAY, folder.resolve("second"));
        Map<String, String> other =
                write(SimulationOptions.ofSeed(8).withRate(0.1), folder.resolve("other"));
        assertThat(second).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void filesAreNamedAsInS3AndHoldAllThatWasDelivered() throws IOException {
        Map<String, String> written = write(QUIET_DAY, folder);
        RecordingSink told = RecordingSink.of(QUIET_DAY);
        String day = "\\d{4}/\\d{2}/\\d{2}/";
        String minute = "\\d{8}T\\d{4}Z";
        long records = 0;
        long lines = 0;
        long events = 0;
        for (String path : written.keySet()) {
            if (path.contains("/CloudTrail/")) {
                assertThat(path)
                        .matches(
                                "AWSLogs/(\\d{12})/CloudTrail/([a-z0-9-]+)/"
                                        + day
                                        + "\\1_CloudTrail_\\2_"
                                        + minute
                                        + "_[A-Za-z0-9]{16}\\.json\\.gz");
                records += Json.MAPPER.readTree(unzipped(path)).path("Records").size();
            } else if (path.contains("/vpcflowlogs/")) {
                assertThat(path)
                        .matches(
                                "AWSLogs/(\\d{12})/vpcflowlogs/([a-z0-9-]+)/"
                                        + day
                                        + "\\1_vpcflowlogs_\\2_fl-[0-9a-f]{17}_"
                                        + minute
                                        + "_[0-9a-f]{8}\\.log\\.gz");
                List<String> content = unzipped(path).lines().toList();
                assertThat(content.get(0)).startsWith("version ").endsWith(" log-status");
                lines += content.size() - 1;
            } else if (path.endsWith(".jsonl.gz")) {
                events += unzipped(path).lines().count();
            } else if (path.endsWith(".avro")) {
                events += avro(path).size();
            } else {
                assertThat(path).isEqualTo(Labels.FILE);
            }
        }
        assertThat(records).isEqualTo(told.trail.size());
        assertThat(lines).isEqualTo(told.flows.size());
        assertThat(events).isEqualTo(told.app.size());
    }

    @Test
    void avroFilesHoldTheMediaServicesEvents() throws IOException {
        Map<String, String> written = write(QUIET_DAY, folder);
        Map<String, JsonNode> uploads = new HashMap<>();
        for (JsonNode event : RecordingSink.of(QUIET_DAY).app) {
            if (event.path("type").asText().equals("media.upload")) {
                uploads.put(event.path("event_id").asText(), event);
            }
        }
        for (String path : written.keySet().stream().filter(p -> p.endsWith(".avro")).toList()) {
            for (GenericRecord record : avro(path)) {
                JsonNode event = uploads.remove(record.get("event_id").toString());
                Instant time = Instant.parse(event.path("time").asText());
                assertThat(record.get("time")).isEqualTo(time.toEpochMilli() * 1000);
                assertThat(record.get("user")).hasToString(event.path("user").asText());
                assertThat(record.get("attributes"))
                        .hasToString(
                                "{bytes=%s}".formatted(event.at("/attributes/bytes").asText()));
            }
        }
        assertThat(uploads).isEmpty();
    }

    @Test
    void labelsAreReadAsTheyWereWritten() throws IOException {
        List<Label> labels = RecordingSink.of(QUIET_DAY).outcome().labels();
        Path file = folder.resolve(Labels.FILE);
        Labels.write(file, labels);
        assertThat(Labels.read(file)).isEqualTo(labels).isNotEmpty();
    }

    /** Path and content of every file below the folder. */
    private static Map<String, String> write(SimulationOptions options, Path folder)
            throws IOException {
        Files.createDirectories(folder);
        try (FileSink sink = new FileSink(folder)) {
            Labels.write(folder.resolve(Labels.FILE), new Simulation(options).run(sink).labels());
        }
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(path).toString(), hex(path));
            }
        }
        return files;
    }

    private static String hex(Path path) throws IOException {
        return HexFormat.of().formatHex(Files.readAllBytes(path));
    }

    private String unzipped(String path) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve(path)))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private List<GenericRecord> avro(String path) throws IOException {
        try (DataFileReader<GenericRecord> reader =
                new DataFileReader<>(
                        folder.resolve(path).toFile(),
                        new GenericDatumReader<>(AppEventAvro.SCHEMA))) {
            List<GenericRecord> records = new ArrayList<>();
            reader.forEach(records::add);
            return records;
        }
    }
}
