package io.trailwatch.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.connector.kinesis.KinesisStreams;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.local.KinesisEmulator;
import io.trailwatch.connector.registry.Compression;
import io.trailwatch.connector.registry.GlueConnection;
import io.trailwatch.connector.registry.RegistryEncoder;
import io.trailwatch.connector.registry.local.RegistryEmulator;
import io.trailwatch.connector.registry.local.RegistryEmulator.Answer;
import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.pipeline.job.DetectionJob;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.glue.GlueClient;

/**
 * Application events from producers with the serializers of the Glue Schema Registry: from a stream
 * into {@code app_events}, also while the registry is down.
 */
class SchemaRegistryITCase {
    private static final Path HOME = Path.of(System.getProperty("trailwatch.home", "."));
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final UUID UNKNOWN = UUID.fromString("00000000-1111-2222-3333-444444444444");

    private static final Schema ORDER =
            new Schema.Parser()
                    .parse(
                            """
                            {"type":"record","name":"Order","namespace":"shop","fields":[
                             {"name":"order","type":"string"},
                             {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
                             {"name":"customer","type":["null","string"],"default":null}]}\
                            """);

    private static final String MAPPINGS =
            """
            mappings:
              - name: shop
                match: {schema: order_placed}
                event:
                  event_id: order
                  time: at
                  type: {literal: shop.order}
                  user: customer
            """;

    @TempDir private Path folder;
    private KinesisEmulator kinesis;
    private KinesisStreams streams;
    private RegistryEmulator registry;
    private GlueClient glue;
    private volatile boolean down;
    private final AtomicInteger failed = new AtomicInteger();
    private @Nullable JobClient job;

    @BeforeEach
    void start() throws IOException {
        kinesis =
                KinesisEmulator.start(
                        HOME.resolve("deploy/local"), HOME.resolve(".trailwatch/kinesis-local"));
        streams = KinesisStreams.connect(KinesisConnection.emulator(kinesis.endpoint()));
        registry =
                RegistryEmulator.start(
                        0,
                        real ->
                                (operation, request) -> {
                                    if (down && operation.equals("GetSchemaVersion")) {
                                        failed.incrementAndGet();
                                        return Answer.failure(503, "ServiceUnavailable", "down");
                                    }
                                    return real.answer(operation, request);
                                });
        glue = new GlueConnection("us-east-1", registry.url()).open();
    }

    @AfterEach
    void stop() throws Exception {
        stopJob();
        glue.close();
        registry.close();
        streams.close();
        kinesis.close();
    }

    private void stopJob() throws Exception {
        if (job != null) {
            job.cancel().get(60, TimeUnit.SECONDS);
            // The cluster ends with its job, and with it all that could be asked.
            job.getJobExecutionResult()
                    .handle((result, cancelled) -> null)
                    .get(60, TimeUnit.SECONDS);
            job = null;
        }
    }

    private UUID register(String schema, String format, String definition) {
        return UUID.fromString(
                glue.createSchema(
                                r ->
                                        r.registryId(id -> id.registryName("trailwatch"))
                                                .schemaName(schema)
                                                .dataFormat(format)
                                                .compatibility("BACKWARD")
                                                .schemaDefinition(definition))
                        .schemaVersionId());
    }

    private static byte[] own(UUID version, Compression compression, String id) {
        byte[] datum =
                AppEventAvro.singleObject(
                        new AppEvent(
                                id,
                                Instant.parse("2026-11-20T08:00:00Z"),
                                "auth.sign_in",
                                "kim",
                                null,
                                "203.0.113.9",
                                null,
                                "failure",
                                Map.of(),
                                ""));
        return RegistryEncoder.frame(
                version,
                compression,
                Arrays.copyOfRange(datum, AppEventAvro.HEADER_BYTES, datum.length));
    }

    private static byte[] order(UUID version, String id) {
        return RegistryEncoder.avro(
                version,
                Compression.ZLIB,
                new GenericRecordBuilder(ORDER)
                        .set("order", id)
                        .set("at", Instant.parse("2026-11-20T08:00:01Z").toEpochMilli())
                        .set("customer", "ada")
                        .build());
    }

    private static byte[] json(@Nullable UUID version, String id) {
        byte[] text =
                "{\"event_id\":\"%s\",\"time\":\"2026-11-20T08:00:02Z\",\"type\":\"a.b\"}"
                        .formatted(id)
                        .getBytes(UTF_8);
        return version == null ? text : RegistryEncoder.frame(version, Compression.NONE, text);
    }

    private void put(String stream, byte[]... records) throws InterruptedException {
        List<KinesisStreams.Entry> entries = new ArrayList<>();
        for (int i = 0; i < records.length; i++) {
            entries.add(new KinesisStreams.Entry("key-" + i, records[i]));
        }
        streams.put(stream, entries);
    }

    private void startJob(String stream, Path warehouse, Path mappings) throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("run.json"),
                        """
                        [{"PropertyGroupId": "trailwatch", "PropertyMap": {
                          "source.stream.arn": "%s",
                          "source.init.position": "TRIM_HORIZON",
                          "aws.endpoint": "%s",
                          "aws.credentials.provider": "EMULATOR",
                          "decode.registry.enabled": "true",
                          "decode.registry.endpoint": "%s",
                          "decode.registry.name": "trailwatch",
                          "decode.registry.attempts": "2",
                          "decode.registry.outage-pause": "500 ms",
                          "decode.app-mappings.file": "%s",
                          "lake.warehouse": "%s"}}]
                        """
                                .formatted(
                                        stream,
                                        kinesis.endpoint(),
                                        registry.url(),
                                        mappings,
                                        warehouse));
        StreamExecutionEnvironment env =
                LocalCluster.streaming(
                        2, folder.resolve("checkpoints"), Duration.ofSeconds(1), Optional.empty());
        DetectionJob.build(env, DetectionJob.read(config.toString()));
        job = env.executeAsync("registry");
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private void awaitWhileRunning(Condition condition) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .failFast(
                        "the job does not run", () -> job.getJobStatus().get() == JobStatus.FAILED)
                .until(condition::holds);
    }

    /** Key of each row, and the schema that it names. */
    private static Map<String, String> rows(Path warehouse) throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (Row row :
                LakeRows.of(
                        warehouse,
                        Tables.APP_EVENTS,
                        "event_key",
                        "schema_name",
                        "schema_version_id",
                        "user")) {
            String schema = "%s %s %s".formatted(row.value(1), row.value(2), row.value(3));
            assertThat(rows.put(String.valueOf(row.value(0)), schema)).isNull();
        }
        return rows;
    }

    private static List<String> column(Path warehouse, TableLayout table, String name)
            throws IOException {
        return LakeRows.column(warehouse, table, name);
    }

    private static boolean hold(Path warehouse, int events, int quarantined) throws IOException {
        return column(warehouse, Tables.APP_EVENTS, "event_key").size() == events
                && column(warehouse, Tables.QUARANTINE, "id").size() == quarantined;
    }

    @Test
    void eventsOfEverySchemaArriveAndNoneIsLostWhileTheRegistryIsDown() throws Exception {
        UUID own = register("app_event", "AVRO", AppEventAvro.SCHEMA.toString());
        UUID order = register("order_placed", "AVRO", ORDER.toString());
        UUID json = register("login", "JSON", "{\"type\":\"object\",\"required\":[\"event_id\"]}");
        UUID late = register("late", "JSON", "{\"type\":\"object\"}");
        String stream = streams.createIfAbsent("apps", 2);
        Path warehouse = folder.resolve("warehouse");
        Path mappings = Files.writeString(folder.resolve("mappings.yml"), MAPPINGS);
        byte[] twice = own(own, Compression.ZLIB, "own-zlib");
        put(
                stream,
                own(own, Compression.NONE, "own-plain"),
                twice,
                twice,
                json(null, "own-plain"), // the same event without a registry
                order(order, "o-1"),
                json(json, "json-1"),
                own(UNKNOWN, Compression.NONE, "nobody-knows"));
        startJob(stream, warehouse, mappings);
        awaitWhileRunning(() -> Files.exists(warehouse) && hold(warehouse, 4, 1));

        down = true;
        put(stream, json(late, "late-1"), own(own, Compression.NONE, "own-2"));
        awaitWhileRunning(() -> hold(warehouse, 5, 2));
        assertThat(failed.get()).as("calls while it was down").isGreaterThanOrEqualTo(2);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);

        down = false;
        // Until its pause is over, what comes with the schema that is not known goes the same way.
        AtomicInteger next = new AtomicInteger(2);
        awaitWhileRunning(
                () -> {
                    put(stream, json(late, "late-" + next.getAndIncrement()));
                    return column(warehouse, Tables.APP_EVENTS, "schema_name").contains("late");
                });
        int sent = next.get() - 1;
        awaitWhileRunning(
                () ->
                        column(warehouse, Tables.APP_EVENTS, "event_key").size()
                                        + column(warehouse, Tables.QUARANTINE, "id").size()
                                == 6 + sent);
        stopJob();

        assertThat(column(warehouse, Tables.QUARANTINE, "reason").stream().distinct())
                .containsExactlyInAnyOrder("REGISTRY_UNAVAILABLE", "UNKNOWN_SCHEMA");
        JsonNode moved = replayed(warehouse, mappings).get("REGISTRY_UNAVAILABLE");
        assertThat(moved.path("rejected").asInt()).as(moved.toString()).isZero();
        assertThat(moved.path("moved").asInt()).isPositive();

        Map<String, String> expected = new TreeMap<>();
        expected.put("app/own-plain", "app_event " + own + " kim");
        expected.put("app/own-zlib", "app_event " + own + " kim");
        expected.put("app/own-2", "app_event " + own + " kim");
        expected.put("map/shop/o-1", "order_placed " + order + " ada");
        expected.put("app/json-1", "login " + json + " null");
        for (int i = 1; i <= sent; i++) {
            expected.put("app/late-" + i, "late " + late + " null");
        }
        assertThat(rows(warehouse)).isEqualTo(expected);
        assertThat(column(warehouse, Tables.QUARANTINE, "reason"))
                .containsExactly("UNKNOWN_SCHEMA");
        assertThat(column(warehouse, Tables.QUARANTINE, "detail").get(0))
                .contains(UNKNOWN.toString());
    }

    private Map<String, JsonNode> replayed(Path warehouse, Path mappings) throws Exception {
        CommandLineRun run =
                CommandLineRun.of(
                        "quarantine",
                        "replay",
                        "--json",
                        "--warehouse",
                        warehouse.toString(),
                        "--app-mappings",
                        mappings.toString(),
                        "--registry-endpoint",
                        registry.url().toString());
        assertThat(run.status()).as(run.err()).isZero();
        Map<String, JsonNode> byReason = new LinkedHashMap<>();
        for (String line : run.lines()) {
            JsonNode object = new ObjectMapper().readTree(line);
            byReason.put(object.path("reason").asText(), object);
        }
        return byReason;
    }
}
