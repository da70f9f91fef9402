package io.trailwatch.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Real logs as raw records in memory, in the envelopes in which they come.
 *
 * @param records as a source delivers them
 * @param inflatedBytes of the records, once they are decompressed
 */
record DecodeCorpus(List<RawRecord> records, long inflatedBytes) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MESSAGES = 50;
    private static final int FLOW_LINES = 20_000;

    /** The corpus of a name: {@code cloudtrail-files}, {@code cloudwatch}, {@code vpcflow}. */
    static DecodeCorpus of(String name, Path sharedData) {
        try {
            return switch (name) {
                case "cloudtrail-files" -> files(cloudTrail(sharedData));
                case "cloudwatch" -> subscription(cloudTrail(sharedData));
                case "vpcflow" -> flows(sharedData);
                default -> throw new IllegalArgumentException("no corpus " + name);
            };
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read below " + sharedData, e);
        }
    }

    /**
     * CloudTrail events as lines of JSON, among them others that cannot be read: cut off, of
     * another kind, garbage, with a wrong time. They are as large as events are.
     *
     * @param poison share of the lines that cannot be read, from 0 to below 1
     */
    static DecodeCorpus poisoned(Path sharedData, double poison) {
        List<LogEvent> good = files(cloudTrail(sharedData)).events();
        Random random = new Random(7);
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        List<RawRecord> records = new ArrayList<>();
        long bytes = 0;
        for (LogEvent event : good) {
            while (random.nextDouble() < poison) {
                LogEvent victim = good.get(random.nextInt(good.size()));
                lines.writeBytes(
                        spoil(new String(victim.payload(), StandardCharsets.UTF_8), random));
                lines.write('\n');
            }
            lines.writeBytes(event.payload());
            lines.write('\n');
            if (lines.size() > 1 << 20) {
                bytes += lines.size();
                records.add(record(records.size(), lines.toByteArray()));
                lines.reset();
            }
        }
        bytes += lines.size();
        records.add(record(records.size(), lines.toByteArray()));
        return new DecodeCorpus(records, bytes);
    }

    /** An event that cannot be read any more, in one of four ways. */
    static byte[] spoil(String event, Random random) {
        String spoiled =
                switch (random.nextInt(4)) {
                    case 0 -> event.substring(0, 1 + random.nextInt(event.length() - 1));
                    case 1 -> event.replace("\"event", "\"other").replace("\"userId", "\"x");
                    case 2 -> event.replace('"', '~').replace('{', '(');
                    default -> event.replace("\"eventTime\":\"2", "\"eventTime\":\"x");
                };
        return spoiled.getBytes(StandardCharsets.UTF_8);
    }

    /** The log events cut out of the records; what is rejected is left out. */
    List<LogEvent> events() {
        List<LogEvent> events = new ArrayList<>();
        Unwrapper unwrapper = new Unwrapper(UnwrapSettings.DEFAULT);
        Pieces pieces =
                new Pieces() {
                    @Override
                    public void event(LogEvent event) {
                        events.add(event);
                    }

                    @Override
                    public void control(Origin origin, String what) {}

                    @Override
                    public void reject(Quarantined rejected) {}
                };
        records.forEach(raw -> unwrapper.unwrap(raw, pieces));
        return events;
    }

    /** The events decoded; what is rejected is left out. */
    List<DecodedEvent> decoded() {
        List<DecodedEvent> decoded = new ArrayList<>();
        Decoder decoder = new Decoder(DecodeLimits.DEFAULT);
        events().forEach(
                        event -> decoder.decode(event).route(decoded::add, (reason, detail) -> {}));
        return decoded;
    }

    private static DecodeCorpus files(List<byte[]> files) {
        List<RawRecord> records = new ArrayList<>();
        long bytes = 0;
        for (byte[] file : files) {
            records.add(record(records.size(), file));
            bytes += inflate(file).length;
        }
        return new DecodeCorpus(records, bytes);
    }

    /** The same events as a CloudWatch Logs subscription delivers them. */
    private static DecodeCorpus subscription(List<byte[]> files) throws IOException {
        List<LogEvent> events = files(files).events();
        List<RawRecord> records = new ArrayList<>();
        long bytes = 0;
        for (int from = 0; from < events.size(); from += MESSAGES) {
            ObjectNode envelope = JSON.createObjectNode();
            envelope.put("messageType", "DATA_MESSAGE").put("owner", "111122223333");
            envelope.put("logGroup", "trail").put("logStream", "stream");
            ArrayNode logEvents = envelope.putArray("logEvents");
            for (LogEvent event : events.subList(from, Math.min(events.size(), from + MESSAGES))) {
                logEvents
                        .addObject()
                        .put("id", Integer.toString(from))
                        .put("timestamp", 1_795_161_600_000L)
                        .put("message", new String(event.payload(), StandardCharsets.UTF_8));
            }
            byte[] json = JSON.writeValueAsBytes(envelope);
            bytes += json.length;
            records.add(record(records.size(), gzip(json)));
        }
        return new DecodeCorpus(records, bytes);
    }

    /** Lines of the default format, repeated with their interface moved on. */
    private static DecodeCorpus flows(Path sharedData) throws IOException {
        List<String> lines =
                Files.readAllLines(sharedData.resolve("vpcflow-aws-docs/default-v2.log")).stream()
                        .filter(line -> line.startsWith("2 "))
                        .toList();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < FLOW_LINES; i++) {
            text.append(lines.get(i % lines.size()).replace("eni-", "eni-" + i)).append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        return new DecodeCorpus(List.of(record(0, gzip(bytes))), bytes.length);
    }

    private static List<byte[]> cloudTrail(Path sharedData) {
        Path folder = sharedData.resolve("cloudtrail-invictus-2023");
        try (Stream<Path> walk = Files.walk(folder)) {
            List<byte[]> files = new ArrayList<>();
            for (Path path :
                    walk.filter(file -> file.toString().endsWith(".json.gz")).sorted().toList()) {
                files.add(Files.readAllBytes(path));
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
    }

    private static RawRecord record(int number, byte[] payload) {
        return RawRecord.of("corpus", "", Integer.toString(number), Instant.EPOCH, payload);
    }

    private static byte[] inflate(byte[] gzip) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot inflate", e);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
