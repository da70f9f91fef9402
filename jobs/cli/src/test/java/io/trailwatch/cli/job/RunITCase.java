package io.trailwatch.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.lake.StoredFindings;
import io.trailwatch.connector.kinesis.KinesisStreams;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.local.KinesisEmulator;
import io.trailwatch.finding.Finding;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run}: a stream into tables, with the process killed while records keep coming. */
class RunITCase {
    private static final Path HOME = Path.of(System.getProperty("trailwatch.home", "."));
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int KILLS = 2;
    private static final int CALLS_PER_PUT = 8;

    @TempDir private Path folder;
    private KinesisEmulator emulator;
    private KinesisStreams streams;
    private @Nullable Process job;

    @BeforeEach
    void startEmulator() {
        emulator =
                KinesisEmulator.start(
                        HOME.resolve("deploy/local"), HOME.resolve(".trailwatch/kinesis-local"));
        streams = KinesisStreams.connect(KinesisConnection.emulator(emulator.endpoint()));
    }

    @AfterEach
    void stop() throws Exception {
        kill();
        streams.close();
        emulator.close();
    }

    @Test
    void killsLoseNothingAndRepeatNothing() throws Exception {
        String stream = streams.createIfAbsent("logs", 2);
        Path warehouse = folder.resolve("warehouse");
        Path config = writeConfig(stream, warehouse);
        Feed feed = new Feed(streams, stream);
        ScheduledExecutorService feeder = Executors.newSingleThreadScheduledExecutor();
        ScheduledFuture<?> feeding =
                feeder.scheduleAtFixedRate(feed::put, 0, 100, TimeUnit.MILLISECONDS);
        try {
            for (int i = 0; i < KILLS; i++) {
                int before = rows(warehouse);
                start(config, i);
                awaitWhileRunning(i, () -> rows(warehouse) > before);
                int sent = feed.sent().size();
                awaitWhileRunning(i, () -> feed.sent().size() > sent + CALLS_PER_PUT);
                assertThat(feeding.isDone()).as("puts have ended").isFalse();
                kill();
            }
            start(config, KILLS);
            int before = rows(warehouse);
            awaitWhileRunning(KILLS, () -> rows(warehouse) > before);
        } finally {
            feeding.cancel(false);
            feeder.shutdown();
            assertThat(feeder.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(feeding.isCancelled()).as("puts have failed").isTrue();

        List<SampleLogs.Call> sent = feed.sent();
        long stops = sent.stream().filter(call -> call.json().contains("StopLogging")).count();
        awaitWhileRunning(KILLS, () -> ledger(warehouse, "written") >= sent.size());
        awaitWhileRunning(KILLS, () -> StoredFindings.read(warehouse).size() >= stops);
        assertThat(Files.readString(log(KILLS)))
                .containsPattern("[0-9,]+ ms behind latest; [0-9,]+ events");
        kill();

        assertThat(LakeRows.column(warehouse, Tables.CLOUD_TRAIL, "event_key"))
                .isEqualTo(sent.stream().map(SampleLogs.Call::key).sorted().toList());
        assertThat(StoredFindings.read(warehouse))
                .extracting(Finding::id)
                .doesNotHaveDuplicates()
                .hasSize((int) stops);
        assertThat(LakeRows.of(warehouse, Tables.QUARANTINE, "id")).isEmpty();
        assertThat(ledger(warehouse, "written")).isEqualTo(sent.size());
        assertThat(ledger(warehouse, "received"))
                .isEqualTo(sent.size() + ledger(warehouse, "deduplicated"));
        assertThat(Files.readString(log(0))).contains("Starting without a checkpoint.");
        for (int i = 1; i <= KILLS; i++) {
            assertThat(Files.readString(log(i))).contains("Going on from checkpoint ");
        }
    }

    private Path writeConfig(String stream, Path warehouse) throws IOException {
        return Files.writeString(
                folder.resolve("run.json"),
                """
                [{"PropertyGroupId": "trailwatch", "PropertyMap": {
                  "source.stream.arn": "%s",
                  "source.init.position": "TRIM_HORIZON",
                  "aws.endpoint": "%s",
                  "aws.credentials.provider": "EMULATOR",
                  "lake.warehouse": "%s"}}]
                """
                        .formatted(stream, emulator.endpoint(), warehouse));
    }

    private void start(Path config, int run) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(
                List.of(
                        "-Xmx1g",
                        "-Dtrailwatch.home=" + HOME,
                        "-Dtrailwatch.log.folder=" + folder.resolve("logs"),
                        // As on a terminal, where progress is shown.
                        "-Dtrailwatch.terminal=err",
                        "-Dtrailwatch.columns=60",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Trailwatch.class.getName(),
                        "run",
                        "--config",
                        config.toString(),
                        "--checkpoint-interval",
                        "1",
                        "--parallelism",
                        "2"));
        job =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log(run).toFile())
                        .start();
    }

    private Path log(int run) {
        return folder.resolve("run-" + run + ".log");
    }

    private void kill() throws InterruptedException {
        if (job != null) {
            job.destroyForcibly().waitFor();
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private void awaitWhileRunning(int run, Condition condition) {
        Process running = job;
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsMatching(e -> running.isAlive())
                .failFast("the job has ended, see " + log(run), () -> !running.isAlive())
                .until(condition::holds);
    }

    /** Rows committed; none before the first run has made the table. */
    private static int rows(Path warehouse) throws IOException {
        return Files.exists(warehouse)
                ? LakeRows.of(warehouse, Tables.CLOUD_TRAIL, "event_key").size()
                : 0;
    }

    private static long ledger(Path warehouse, String column) throws IOException {
        long sum = 0;
        for (Row row : LakeRows.of(warehouse, Tables.LEDGER, column)) {
            sum += ((Number) row.value(0)).longValue();
        }
        return sum;
    }

    /** Puts calls, half of them in subscription envelopes and half as they are; no two the same. */
    private static final class Feed {
        private final KinesisStreams streams;
        private final String stream;
        private final List<SampleLogs.Call> sent = new ArrayList<>();
        private int puts;

        Feed(KinesisStreams streams, String stream) {
            this.streams = streams;
            this.stream = stream;
        }

        void put() {
            List<SampleLogs.Call> calls = new ArrayList<>();
            for (int i = 0; i < CALLS_PER_PUT; i++) {
                boolean stop = puts % 10 == 0 && i == 0;
                calls.add(
                        SampleLogs.call(
                                "put-" + puts + "-" + i,
                                puts,
                                stop ? "cloudtrail" : "ec2",
                                stop ? "StopLogging" : "DescribeInstances"));
            }
            int half = CALLS_PER_PUT / 2;
            List<KinesisStreams.Entry> entries = new ArrayList<>();
            entries.add(
                    new KinesisStreams.Entry(
                            "envelope-" + puts, SampleLogs.subscription(calls.subList(0, half))));
            for (SampleLogs.Call call : calls.subList(half, CALLS_PER_PUT)) {
                entries.add(new KinesisStreams.Entry(call.id(), call.json().getBytes(UTF_8)));
            }
            try {
                streams.put(stream, entries);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while putting", e);
            }
            puts++;
            synchronized (sent) {
                sent.addAll(calls);
            }
        }

        List<SampleLogs.Call> sent() {
            synchronized (sent) {
                return List.copyOf(sent);
            }
        }
    }
}
