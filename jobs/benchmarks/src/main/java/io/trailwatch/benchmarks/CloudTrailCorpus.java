package io.trailwatch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A folder of CloudTrail files made large: repeated with event times moved on and with event ids of
 * their own.
 */
final class CloudTrailCorpus {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Copies lie one after the other in event time. */
    private static final Duration STEP = Duration.ofHours(1);

    private final Map<String, JsonNode> files = new LinkedHashMap<>();

    /** Reads all {@code .json.gz} files of a folder that hold {@code Records}. */
    static CloudTrailCorpus read(Path folder) throws IOException {
        CloudTrailCorpus corpus = new CloudTrailCorpus();
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.filter(path -> path.toString().endsWith(".json.gz")).sorted().toList();
        }
        for (Path path : paths) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(path))) {
                corpus.files.put(path.getFileName().toString(), JSON.readTree(in));
            }
        }
        if (corpus.files.isEmpty()) {
            throw new IllegalArgumentException("no .json.gz file below " + folder);
        }
        return corpus;
    }

    /**
     * Writes copies until {@code inflatedBytes} are reached.
     *
     * @param poison share of lines that cannot be read, from 0 to below 1, in files of their own
     *     beside each file
     * @return events and inflated bytes written, without the poison
     */
    Size write(Path folder, long inflatedBytes, double poison) throws IOException {
        Random random = new Random(7);
        long events = 0;
        long bytes = 0;
        for (int copy = 0; bytes < inflatedBytes; copy++) {
            Path ofCopy = Files.createDirectories(folder.resolve("copy-%04d".formatted(copy)));
            for (Map.Entry<String, JsonNode> file : files.entrySet()) {
                for (JsonNode record : file.getValue().path("Records")) {
                    move((ObjectNode) record, copy);
                    events++;
                }
                byte[] inflated = JSON.writeValueAsBytes(file.getValue());
                bytes += inflated.length;
                try (OutputStream out =
                        new GZIPOutputStream(
                                Files.newOutputStream(ofCopy.resolve(file.getKey())))) {
                    out.write(inflated);
                }
                if (poison > 0) {
                    writePoison(
                            ofCopy.resolve("poison-" + file.getKey()),
                            file.getValue().path("Records"),
                            poison,
                            random);
                }
            }
        }
        return new Size(events, bytes);
    }

    private static void writePoison(Path file, JsonNode records, double poison, Random random)
            throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < records.size(); i++) {
                while (random.nextDouble() < poison) {
                    JsonNode victim = records.get(random.nextInt(records.size()));
                    out.write(DecodeCorpus.spoil(victim.toString(), random));
                    out.write('\n');
                }
            }
        }
    }

    private static void move(ObjectNode event, int copy) {
        if (copy == 0) {
            return;
        }
        Instant time = Instant.parse(event.path("eventTime").asText());
        event.put("eventTime", time.plus(STEP).toString());
        String id = event.path("eventID").asText();
        event.put("eventID", "%08x".formatted(copy) + id.substring(8));
    }

    /** How much was written. */
    record Size(long events, long inflatedBytes) {}
}
