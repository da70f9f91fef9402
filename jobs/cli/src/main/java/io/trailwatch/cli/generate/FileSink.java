package io.trailwatch.cli.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.AppEventAvro;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Writes files as AWS delivers them to S3 (documents "Finding your CloudTrail log files" and "Flow
 * log files"), and application events as gzipped JSON lines; the media service's as Avro object
 * container files. A file's time of last modification is its delivery.
 */
public final class FileSink implements SimulationSink, Closeable {
    private static final Duration AWS_SLOT = Duration.ofMinutes(5);
    private static final Duration APP_SLOT = Duration.ofMinutes(30);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmm'Z'").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final Map<String, Batch> open = new HashMap<>();
    private int files;
    private long bytes;

    /**
     * @param directory where {@code AWSLogs} and {@code app} are made
     */
    public FileSink(Path directory) {
        this.directory = requireNonNull(directory, "directory");
    }

    /** Writes the events of one file. */
    private interface Layout {
        byte[] file(List<JsonNode> events) throws IOException;
    }

    /** A file in the making. */
    private record Batch(Path path, Instant slot, Layout layout, List<JsonNode> events) {}

    @Override
    public void cloudTrail(String account, String region, Instant delivery, ObjectNode record)
            throws IOException {
        Instant slot = slot(delivery, AWS_SLOT);
        String name = "%s_CloudTrail_%s_%s".formatted(account, region, MINUTE.format(slot));
        Path folder =
                directory.resolve(
                        "AWSLogs/%s/CloudTrail/%s/%s".formatted(account, region, DAY.format(slot)));
        String suffix = Organisation.fixed(name).alphanumeric(16);
        Path path = folder.resolve(name + "_" + suffix + ".json.gz");
        add("ct/" + account + region, path, slot, FileSink::cloudTrailFile, record);
    }

    @Override
    public void flow(FlowLog log, Instant delivery, String line) throws IOException {
        Instant slot = slot(delivery, AWS_SLOT);
        String account = Organisation.PROD.id();
        String region = Organisation.REGION;
        String name =
                "%s_vpcflowlogs_%s_%s_%s".formatted(account, region, log.id(), MINUTE.format(slot));
        Path folder =
                directory.resolve(
                        "AWSLogs/%s/vpcflowlogs/%s/%s"
                                .formatted(account, region, DAY.format(slot)));
        Path path = folder.resolve(name + "_" + Organisation.fixed(name).hex(8) + ".log.gz");
        JsonNode text = Json.MAPPER.getNodeFactory().textNode(line);
        add("flow/" + log, path, slot, lines -> lines(log.header(), lines), text);
    }

    @Override
    public void app(Instant delivery, ObjectNode event) throws IOException {
        Instant slot = slot(delivery, APP_SLOT);
        boolean media = event.path("type").asText().startsWith("media.");
        String name =
                "app/%s/%s-events-%s%s"
                        .formatted(
                                DAY.format(slot),
                                media ? "media" : "social",
                                MINUTE.format(slot),
                                media ? ".avro" : ".jsonl.gz");
        add(
                "app/" + media,
                directory.resolve(name),
                slot,
                media ? FileSink::avro : events -> lines(null, events),
                event);
    }

    /** Writes what is not yet written. */
    @Override
    public void close() throws IOException {
        for (Batch batch : open.values()) {
            write(batch);
        }
        open.clear();
    }

    /** Files written so far. */
    public int files() {
        return files;
    }

    /** Their size in bytes. */
    public long bytes() {
        return bytes;
    }

    private void add(String stream, Path path, Instant slot, Layout layout, JsonNode event)
            throws IOException {
        Batch batch = open.get(stream);
        if (batch == null || !batch.slot().equals(slot)) {
            if (batch != null) {
                write(batch);
            }
            batch = new Batch(path, slot, layout, new ArrayList<>());
            open.put(stream, batch);
        }
        batch.events().add(event);
    }

    private void write(Batch batch) throws IOException {
        byte[] file = batch.layout().file(batch.events());
        Files.createDirectories(requireNonNull(batch.path().getParent()));
        Files.write(batch.path(), file);
        Files.setLastModifiedTime(batch.path(), FileTime.from(batch.slot()));
        files++;
        bytes += file.length;
    }

    /** The end of the span in which the delivery falls: a file holds what came before its name. */
    private static Instant slot(Instant delivery, Duration span) {
        Instant minute = delivery.truncatedTo(ChronoUnit.MINUTES);
        long into = minute.getEpochSecond() % span.toSeconds();
        return minute.plusSeconds(span.toSeconds() - into);
    }

    private static byte[] cloudTrailFile(List<JsonNode> records) throws IOException {
        ObjectNode file = Json.object();
        file.putArray("Records").addAll(records);
        return gzip(Json.text(file).getBytes(UTF_8));
    }

    private static byte[] lines(@Nullable String header, List<JsonNode> events) throws IOException {
        StringBuilder text = new StringBuilder();
        if (header != null) {
            text.append(header).append('\n');
        }
        for (JsonNode event : events) {
            text.append(event.isTextual() ? event.textValue() : Json.text(event)).append('\n');
        }
        return gzip(text.toString().getBytes(UTF_8));
    }

    /** Java writes no time into the header, so the same content gives the same bytes. */
    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(content.length / 8 + 64);
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        }
        return compressed.toByteArray();
    }

    private static byte[] avro(List<JsonNode> events) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        // Avro draws the marker between blocks at random unless it is given.
        byte[] marker = new byte[16];
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(AppEventAvro.SCHEMA))
                        .setCodec(CodecFactory.deflateCodec(6))
                        .create(AppEventAvro.SCHEMA, file, marker)) {
            for (JsonNode event : events) {
                writer.append(avroRecord(event));
            }
        }
        return file.toByteArray();
    }

    private static GenericRecord avroRecord(JsonNode event) {
        GenericRecordBuilder record = new GenericRecordBuilder(AppEventAvro.SCHEMA);
        event.fields().forEachRemaining(f -> record.set(f.getKey(), f.getValue().asText()));
        Instant time = Instant.parse(event.path("time").asText());
        Map<String, String> attributes = new HashMap<>();
        event.path("attributes")
                .fields()
                .forEachRemaining(f -> attributes.put(f.getKey(), f.getValue().asText()));
        return record.set("time", ChronoUnit.MICROS.between(Instant.EPOCH, time))
                .set("attributes", attributes)
                .build();
    }
}
