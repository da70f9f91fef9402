package io.trailwatch.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.connector.iceberg.EmulatorCredentials;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.LakeSink;
import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.connector.iceberg.local.GlueEmulator;
import io.trailwatch.connector.iceberg.local.S3Emulator;
import io.trailwatch.connector.kinesis.KinesisStreams;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.local.KinesisEmulator;
import io.trailwatch.pipeline.job.DetectionJob;
import io.trailwatch.pipeline.job.JobSettings;
import io.trailwatch.pipeline.job.LakeSinks;
import io.trailwatch.pipeline.topology.Sinks;
import io.trailwatch.table.Column;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.utils.ProjectedRowData;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The whole way as it is on AWS, by the APIs of its services: the job reads Kinesis, writes tables
 * in Glue and S3, and takes rules from S3; Trino asks the same Glue catalog. The job is replaced
 * midway by one whose event tables have one column more.
 */
class AwsLakeITCase {
    private static final Path HOME = Path.of(System.getProperty("trailwatch.home", "."));
    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final int MAX_ENTRIES = 100;
    private static final String TRIED = "b0a6cb2e-5c52-4d8e-9d3c-3f1f1a0d5a11";

    @TempDir private Path folder;
    private KinesisEmulator kinesis;
    private KinesisStreams streams;
    private S3Emulator s3;
    private GlueEmulator glue;
    private @Nullable JobClient running;

    @BeforeEach
    void startServices() {
        kinesis =
                KinesisEmulator.start(
                        HOME.resolve("deploy/local"), HOME.resolve(".trailwatch/kinesis-local"));
        streams = KinesisStreams.connect(KinesisConnection.emulator(kinesis.endpoint()));
        s3 = S3Emulator.inMemory(0);
        s3.createBucket("lake");
        glue = GlueEmulator.inMemory(0);
    }

    @AfterEach
    void stopServices() throws Exception {
        if (running != null) {
            running.cancel().get();
        }
        glue.close();
        s3.close();
        streams.close();
        kinesis.close();
    }

    @Test
    void answersAreThoseOfTheLocalLakeWhileTheTablesGrow() throws Exception {
        LakeSettings local = LakeSettings.local(TrinoFixture.folder().resolve("warehouse"));
        List<Path> files = files(TrinoFixture.folder().resolve("logs"));
        String stream = streams.createIfAbsent("trail", 2);
        putRule();
        Path config = writeConfig(stream);
        Configuration options = DetectionJob.read(config.toString());
        LakeSettings lake = JobSettings.lake(options);

        put(stream, files.subList(0, files.size() / 8));
        JobClient before = start(options, OlderSinks.prepare(lake), null);
        awaitWhileRunning(before, () -> !rows(lake, Tables.CLOUD_TRAIL, "event_key").isEmpty());
        String savepoint = stop(before, false);
        List<Row> early = rows(lake, Tables.CLOUD_TRAIL, "event_key");
        assertThat(columns(lake, "cloud_trail")).doesNotContain("source_log").contains("raw_data");

        put(stream, files.subList(files.size() / 8, files.size()));
        JobClient after = start(options, LakeSinks.prepare(lake), savepoint);
        long received = sum(local, "received");
        awaitWhileRunning(after, () -> sum(lake, "received") >= received);
        // Draining tells the windows that no event will follow, as the end of the files did.
        stop(after, true);

        for (TableLayout table : Tables.EVENTS) {
            String[] old = older(table).columns().stream().map(Column::name).toArray(String[]::new);
            assertThat(rows(lake, table, old))
                    .as(table.name())
                    .containsExactlyInAnyOrderElementsOf(rows(local, table, old));
        }
        for (Row row : rows(lake, Tables.CLOUD_TRAIL, "event_key", "source_log")) {
            boolean written = row.value(1) != null;
            assertThat(written).isEqualTo(!early.contains(Row.of(row.value(0))));
        }
        assertThat(sum(lake, "received")).isEqualTo(received);
        for (String outcome : List.of("written", "quarantined", "deduplicated", "control")) {
            assertThat(sum(lake, outcome)).as(outcome).isEqualTo(sum(local, outcome));
        }
        assertThat(rows(lake, Tables.FINDINGS_DRY_RUN, "rule_id"))
                .isNotEmpty()
                .containsOnly(Row.of(TRIED));
        askTrino(lake, config);
    }

    private void askTrino(LakeSettings lake, Path config) throws Exception {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Installation installation = Installation.current();
        try (TrinoServer server =
                TrinoServer.start(
                        TrinoDistribution.of(installation),
                        TrinoDistribution.java(),
                        lake,
                        installation,
                        Console.plain(nowhere, nowhere))) {
            int asked = 0;
            for (AthenaLibrary.Entry entry : AthenaLibrary.all()) {
                // The others tell of files, commits and times of arrival, which are its own.
                if (entry.name().startsWith("queries/findings/")
                        || entry.name().startsWith("queries/network/")) {
                    String statement = entry.statement();
                    if (!statement.contains("findings_dry_run")) {
                        assertThat(query(server.port(), statement))
                                .as(entry.name())
                                .isEqualTo(query(TrinoFixture.port(), statement));
                        asked++;
                    }
                }
            }
            assertThat(asked).isGreaterThanOrEqualTo(3);
        }
        CommandLineRun tables =
                CommandLineRun.of("tables", "--config", config.toString(), "--json");
        assertThat(tables.status()).as(tables.err()).isZero();
        assertThat(tables.lines()).hasSize(Tables.ALL.size());
        assertThat(CommandLineRun.of("ledger", "--config", config.toString()).out())
                .contains("holds: ");
    }

    private static List<JsonNode> query(int port, String statement) throws Exception {
        StringWriter out = new StringWriter();
        new SqlClient(port).json(statement, new JsonLines(new PrintWriter(out)));
        List<JsonNode> rows = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            rows.add(new ObjectMapper().readTree(line));
        }
        return rows;
    }

    private Path writeConfig(String stream) throws Exception {
        return Files.writeString(
                folder.resolve("run.json"),
                """
                [{"PropertyGroupId": "trailwatch", "PropertyMap": {
                  "source.stream.arn": "%s",
                  "source.init.position": "TRIM_HORIZON",
                  "aws.region": "us-east-1",
                  "aws.endpoint": "%s",
                  "aws.credentials.provider": "EMULATOR",
                  "lake.warehouse": "s3://lake/warehouse",
                  "lake.glue.endpoint": "%s",
                  "lake.s3.endpoint": "%s",
                  "rules.folder": "s3://lake/rules",
                  "rules.pack": "true",
                  "detect.lateness": "30 d",
                  "enrich.geoip.files": "%s"}}]
                """
                        .formatted(
                                stream,
                                kinesis.endpoint(),
                                glue.url(),
                                s3.url(),
                                TrinoFixture.folder().resolve("places.mmdb")));
    }

    /** A rule on trial, so that the findings in earnest are those of our pack. */
    private void putRule() {
        try (S3Client client =
                S3Client.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .endpointOverride(URI.create(s3.url()))
                        .forcePathStyle(true)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(EmulatorCredentials.create())
                        .build()) {
            client.putObject(
                    request -> request.bucket("lake").key("rules/trial.yml"),
                    RequestBody.fromString(
                            """
                            title: Logging stopped
                            id: %s
                            status: test
                            description: A trail was stopped.
                            author: Trailwatch
                            date: 2026-11-21
                            logsource:
                                product: aws
                                service: cloudtrail
                            detection:
                                selection:
                                    eventName: StopLogging
                                condition: selection
                            level: high
                            ---
                            trailwatch:
                                settings:
                                    - rules: ['%s']
                                      mode: dry-run
                                      reason: being tried
                            """
                                    .formatted(TRIED, TRIED)));
        }
    }

    private void put(String stream, List<Path> files) throws Exception {
        for (int from = 0; from < files.size(); from += MAX_ENTRIES) {
            List<KinesisStreams.Entry> entries = new ArrayList<>();
            for (Path file : files.subList(from, Math.min(files.size(), from + MAX_ENTRIES))) {
                entries.add(
                        new KinesisStreams.Entry(
                                Integer.toHexString(file.hashCode()), Files.readAllBytes(file)));
            }
            streams.put(stream, entries);
        }
    }

    /** In the order of their arrival, as a stream would have them. */
    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .sorted(
                            Comparator.comparing(AwsLakeITCase::arrival)
                                    .thenComparing(file -> file))
                    .toList();
        }
    }

    private static FileTime arrival(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JobClient start(Configuration options, Sinks sinks, @Nullable String savepoint)
            throws Exception {
        Configuration cluster = new Configuration();
        cluster.set(RestOptions.BIND_PORT, "0");
        cluster.set(TaskManagerOptions.NUM_TASK_SLOTS, 2);
        cluster.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        cluster.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        cluster.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        cluster.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(2));
        cluster.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri("checkpoints"));
        if (savepoint != null) {
            cluster.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(2, cluster);
        DetectionJob.build(env, options, () -> sinks);
        running = env.executeAsync("aws lake");
        return running;
    }

    private String stop(JobClient job, boolean drain) throws Exception {
        String savepoint =
                job.stopWithSavepoint(drain, uri("savepoints"), SavepointFormatType.CANONICAL)
                        .get();
        running = null;
        return savepoint;
    }

    private String uri(String name) {
        return folder.resolve(name).toUri().toString();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void awaitWhileRunning(JobClient job, Condition condition) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .failFast("the job has ended", () -> job.getJobStatus().get() == JobStatus.FAILED)
                .until(condition::holds);
    }

    private static List<Row> rows(LakeSettings settings, TableLayout table, String... columns)
            throws IOException {
        List<Row> rows = new ArrayList<>();
        try (Lake lake = Lake.open(settings);
                CloseableIterable<Row> read = lake.read(table, List.of(columns))) {
            read.forEach(rows::add);
        }
        return rows;
    }

    private static long sum(LakeSettings settings, String counter) throws IOException {
        return rows(settings, Tables.LEDGER, counter).stream()
                .mapToLong(row -> ((Number) row.value(0)).longValue())
                .sum();
    }

    private static List<String> columns(LakeSettings settings, String table) {
        TableLayout layout =
                Tables.ALL.stream().filter(t -> t.name().equals(table)).findFirst().orElseThrow();
        try (Lake lake = Lake.open(settings)) {
            return lake.table(layout).schema().columns().stream().map(c -> c.name()).toList();
        }
    }

    /** An event table as it was before its newest column. */
    private static TableLayout older(TableLayout table) {
        if (!Tables.EVENTS.contains(table)) {
            return table;
        }
        int last = table.columns().size() - 1;
        assertThat(table.columns().get(last).name()).isEqualTo("source_log");
        return new TableLayout(
                table.name(),
                table.doc(),
                table.columns().subList(0, last),
                table.partition(),
                table.sortBy(),
                table.bloomFilters(),
                table.version());
    }

    /** The sinks of a job whose event tables have no {@code source_log} yet. */
    private record OlderSinks(LakeSettings settings) implements Sinks {
        static OlderSinks prepare(LakeSettings settings) {
            try (Lake lake = Lake.openOrCreate(settings)) {
                Tables.ALL.forEach(table -> lake.create(older(table)));
            }
            return new OlderSinks(settings);
        }

        @Override
        public void append(TableLayout table, DataStream<RowData> rows) {
            TableLayout older = older(table);
            boolean event = Tables.EVENTS.contains(table);
            LakeSink.append(
                    event
                            ? rows.map(new WithoutLast(older.columns().size()))
                                    .returns(RowDatas.typeOf(older))
                            : rows,
                    settings,
                    older,
                    "sink-" + table.name().replace('_', '-'),
                    event ? rows.getExecutionEnvironment().getParallelism() : 1);
        }
    }

    private static final class WithoutLast implements MapFunction<RowData, RowData> {
        private static final long serialVersionUID = 1L;

        private final int columns;

        WithoutLast(int columns) {
            this.columns = columns;
        }

        @Override
        public RowData map(RowData row) {
            return ProjectedRowData.from(IntStream.range(0, columns).toArray()).replaceRow(row);
        }
    }
}
