package io.trailwatch.connector.iceberg;

import static io.trailwatch.connector.iceberg.FaultLake.rows;
import static io.trailwatch.connector.iceberg.FaultProxy.operation;
import static io.trailwatch.connector.iceberg.FaultProxy.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.trailwatch.connector.iceberg.FaultProxy.Rule;
import io.trailwatch.table.Row;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job is killed by the operating system, each time at another point of a commit that is seen on
 * the wire, and begins again in a new process from the newest checkpoint that the old ones left.
 */
class LakeKillsITCase {
    private static final int ROWS = 10 * KilledJob.ROWS_PER_CHECKPOINT;
    private static final long PATIENCE_SECONDS = 120;

    @TempDir private Path folder;
    private FaultLake lake;
    private volatile Process job;

    @BeforeEach
    void start() throws IOException {
        lake = new FaultLake();
    }

    @AfterEach
    void stop() {
        if (job != null) {
            job.destroyForcibly();
        }
        lake.close();
    }

    @Test
    void everyRowIsThereOnceWhereverTheJobIsKilled() throws Exception {
        Set<String> uploaded = new HashSet<>();
        Rule afterUpload =
                lake.s3Proxy.strike(
                        put(".parquet"),
                        6,
                        1,
                        exchange -> {
                            exchange.handOn();
                            kill();
                            uploaded.add(exchange.request().path());
                        });
        runUntilKilled(afterUpload);
        // Its last file is there, and belongs to no checkpoint: it stays an orphan.
        assertThat(lake.s3.objects("lake", "").keySet())
                .extracting(key -> "/lake/" + key)
                .containsAll(uploaded);
        assertThat(uploaded).hasSize(1);
        assertThat(committed()).isBetween(1L, newestCheckpoint());
        holdsNoRowTwice();

        Rule beforeCommit =
                lake.glueProxy.strike(operation("UpdateTable"), 1, 1, exchange -> kill());
        runUntilKilled(beforeCommit);
        // A checkpoint that is complete has not been committed.
        assertThat(committed()).isLessThan(newestCheckpoint());
        holdsNoRowTwice();

        Rule afterCommit =
                lake.glueProxy.strike(
                        operation("UpdateTable"),
                        3,
                        1,
                        exchange -> {
                            exchange.handOn();
                            kill();
                        });
        runUntilKilled(afterCommit);
        // The job has never learned that its checkpoint was committed.
        assertThat(committed()).isEqualTo(newestCheckpoint());
        holdsNoRowTwice();
        assertThat(lake.read()).hasSizeLessThan(ROWS);

        begin();
        assertThat(job.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(job.exitValue()).as(output()).isZero();
        lake.holdsExactly(rows(0, ROWS));
    }

    private void runUntilKilled(Rule rule) throws Exception {
        begin();
        if (!job.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            fail("the job still runs: " + output());
        }
        assertThat(rule.struck()).as(output()).isEqualTo(1);
        // 128 + SIGKILL: nothing in the process could clean up.
        assertThat(job.exitValue()).as(output()).isEqualTo(137);
    }

    private void begin() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        command.add("-Daws.accessKeyId=test");
        command.add("-Daws.secretAccessKey=test");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledJob.class.getName(),
                        lake.glueProxy.url(),
                        lake.s3Proxy.url(),
                        checkpoints().toString(),
                        "" + ROWS));
        newest().ifPresent(checkpoint -> command.add(checkpoint.toString()));
        job =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("output").toFile())
                        .start();
    }

    private void kill() throws InterruptedException {
        job.destroyForcibly().waitFor();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    /** Folder of the newest checkpoint that is complete, whichever of the jobs has made it. */
    private Optional<Path> newest() throws IOException {
        if (!Files.exists(checkpoints())) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(checkpoints())) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .map(Path::getParent)
                    .max(Comparator.comparing(LakeKillsITCase::number));
        }
    }

    private static long number(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
    }

    private long newestCheckpoint() throws IOException {
        return number(newest().orElseThrow());
    }

    /** The newest checkpoint that is in the table; 0 if there is none. */
    private long committed() {
        try (Lake open = Lake.open(lake.sound())) {
            Table table = open.table(TestTables.CALLS);
            Snapshot current = table.currentSnapshot();
            return current == null
                    ? 0
                    : CheckpointMark.of(current.summary()).orElseThrow().checkpoint();
        }
    }

    private void holdsNoRowTwice() throws IOException {
        assertThat(lake.read())
                .extracting((Row row) -> row.value(TestTables.CALLS.indexOf("sequence")))
                .doesNotHaveDuplicates();
    }
}
