package io.trailwatch.cli.lake;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.pipeline.job.LakeSinks;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lake rollback} and {@code lake snapshots} over what the job's own sinks have written. */
class LakeRollbackITCase {
    private static final int ROWS = 200;
    private static final int ROWS_PER_CHECKPOINT = 20;
    private static final Instant HOUR = Instant.parse("2026-03-01T10:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;
    private LakeSettings settings;

    @BeforeEach
    void nameLake() {
        settings = LakeSettings.local(folder.resolve("lake"));
    }

    @Test
    void anOlderSavepointIsRestoredExactlyAfterARollback() throws Exception {
        JobClient job = start(null);
        await().atMost(Duration.ofSeconds(90)).until(() -> rows() >= 2 * ROWS_PER_CHECKPOINT);
        String savepoint =
                job.triggerSavepoint(
                                folder.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get();
        job.getJobExecutionResult().get();
        assertThat(numbers()).containsExactlyElementsOf(LongStream.range(0, ROWS).boxed().toList());

        List<JsonNode> commits = json("lake", "snapshots", "--table", "ledger", "--json");
        assertThat(commits).hasSizeGreaterThan(3);
        assertThat(commits)
                .allSatisfy(
                        commit -> {
                            assertThat(commit.path("job").asText())
                                    .isEqualTo(job.getJobID().toString());
                            assertThat(commit.path("sink").asText()).isEqualTo("sink-ledger");
                            assertThat(commit.path("counters").path("written").asLong())
                                    .isEqualTo(commit.path("added").asLong());
                        });
        assertThat(commits.get(0).path("state").asText()).isEqualTo("current");
        assertThat(commits)
                .extracting(commit -> commit.path("checkpoint").asLong())
                .isSortedAccordingTo((a, b) -> Long.compare(b, a));

        long before = currentSnapshot();
        CommandLineRun onAPipe = run("lake", "rollback", "--to-savepoint", savepoint);
        assertThat(onAPipe.status()).as(onAPipe.err()).isEqualTo(1);
        assertThat(onAPipe.err())
                .contains("nothing was changed; --yes does it")
                .contains("The newest commit of a job is ");
        assertThat(onAPipe.lines().get(0))
                .matches(
                        "Checkpoint [0-9]+ of job %s: 1 of %d tables have newer commits\\."
                                .formatted(job.getJobID(), Tables.ALL.size()));
        JsonNode planned =
                json("lake", "rollback", "--to-savepoint", savepoint, "--dry-run", "--json")
                        .stream()
                        .filter(table -> table.path("table").asText().equals("ledger"))
                        .findFirst()
                        .orElseThrow();
        assertThat(planned.path("action").asText()).isEqualTo("would_roll_back");
        assertThat(planned.path("rows_before").asLong()).isEqualTo(ROWS);
        assertThat(planned.path("from_snapshot").asLong()).isEqualTo(before);
        assertThat(currentSnapshot()).isEqualTo(before);

        long byHand = appendByHand();
        CommandLineRun refused = run("lake", "rollback", "--to-savepoint", savepoint, "--yes");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err())
                .contains("table ledger: append of snapshot " + byHand)
                .contains("Nothing was changed. --force gives these commits up.");
        assertThat(currentSnapshot()).isEqualTo(byHand);

        List<JsonNode> done =
                json(
                        "lake",
                        "rollback",
                        "--to-checkpoint",
                        planned.path("checkpoint").asText(),
                        "--job",
                        job.getJobID().toString().substring(0, 6),
                        "--yes",
                        "--force",
                        "--json");
        assertThat(done)
                .extracting(table -> table.path("action").asText())
                .containsOnlyOnce("rolled_back")
                .contains("unchanged");
        List<Long> lost = new ArrayList<>();
        done.forEach(table -> table.path("lost").forEach(id -> lost.add(id.asLong())));
        assertThat(lost).containsExactly(byHand);
        assertThat(currentSnapshot()).isEqualTo(planned.path("to_snapshot").asLong());
        assertThat((long) numbers().size()).isEqualTo(planned.path("rows_after").asLong());

        CommandLineRun again = run("lake", "rollback", "--to-savepoint", savepoint, "--yes");
        assertThat(again.status()).isZero();
        assertThat(again.out()).contains(": 0 of ");
        assertThat(run("lake", "snapshots", "--table", "ledger").out()).contains("rolled back");
        assertThat(
                        json(
                                "lake",
                                "snapshots",
                                "--checkpoint",
                                planned.path("checkpoint").asText(),
                                "--table",
                                "ledger",
                                "--table",
                                "findings",
                                "--json"))
                .extracting(table -> table.path("snapshot").asLong())
                .containsExactly(currentSnapshot(), 0L);

        start(savepoint).getJobExecutionResult().get();
        assertThat(numbers()).containsExactlyElementsOf(LongStream.range(0, ROWS).boxed().toList());
    }

    @Test
    void wrongUseIsToldByOption() {
        LakeSinks.prepare(settings);
        assertThat(run("lake", "rollback").err())
                .contains("--to-checkpoint")
                .contains("--to-savepoint");
        CommandLineRun noTable =
                run("lake", "rollback", "--to-checkpoint", "3", "--table", "calls");
        assertThat(noTable.status()).isEqualTo(2);
        assertThat(noTable.err()).contains("--table is calls, must be one of cloud_trail, ");
        CommandLineRun noSavepoint =
                run("lake", "rollback", "--to-savepoint", folder.resolve("none").toString());
        assertThat(noSavepoint.status()).isEqualTo(2);
        assertThat(noSavepoint.err())
                .contains("--to-savepoint: cannot read " + folder.resolve("none/_metadata"));
        CommandLineRun noJob =
                run("lake", "rollback", "--to-checkpoint", "3", "--job", "abc", "--yes");
        assertThat(noJob.status()).isEqualTo(1);
        assertThat(noJob.err()).contains("no job whose id begins with abc");
        CommandLineRun nothing = run("lake", "rollback", "--to-checkpoint", "3");
        assertThat(nothing.status()).as(nothing.err()).isZero();
        assertThat(nothing.out()).contains("Checkpoint 3: 0 of ");
        assertThat(run("lake", "snapshots").out()).isEqualTo("No snapshots.\n");
        CommandLineRun noCheckpoint = run("lake", "snapshots", "--checkpoint", "3");
        assertThat(noCheckpoint.status()).isEqualTo(1);
        assertThat(noCheckpoint.err()).contains("so they have no checkpoint 3");
    }

    private CommandLineRun run(String... args) {
        return CommandLineRun.of(
                Stream.concat(
                                Stream.of(args),
                                Stream.of("--warehouse", folder.resolve("lake").toString()))
                        .toArray(String[]::new));
    }

    private List<JsonNode> json(String... args) throws Exception {
        CommandLineRun run = run(args);
        assertThat(run.status()).as(run.err()).isZero();
        List<JsonNode> objects = new ArrayList<>();
        for (String line : run.lines()) {
            objects.add(JSON.readTree(line));
        }
        return objects;
    }

    /** Writes numbers as rows of the ledger, {@value #ROWS_PER_CHECKPOINT} between checkpoints. */
    private JobClient start(@Nullable String savepoint) throws Exception {
        Configuration options = new Configuration();
        options.set(RestOptions.BIND_PORT, "0");
        options.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        options.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(32));
        options.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(32));
        if (savepoint != null) {
            options.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(1, options);
        env.enableCheckpointing(100);
        LakeSinks sinks = LakeSinks.prepare(settings);
        sinks.append(
                Tables.LEDGER,
                env.fromSource(
                                new DataGeneratorSource<Long>(
                                        n -> n,
                                        ROWS,
                                        RateLimiterStrategy.perCheckpoint(ROWS_PER_CHECKPOINT),
                                        Types.LONG),
                                WatermarkStrategy.noWatermarks(),
                                "numbers")
                        .uid("numbers")
                        .map(n -> RowDatas.view(Tables.LEDGER, entry(n)))
                        .returns(RowDatas.typeOf(Tables.LEDGER))
                        .uid("view"));
        return env.executeAsync();
    }

    /** The number is told by a counter that no sum needs. */
    private static Row entry(long number) {
        return Row.of("numbers", HOUR, 1L, 1L, 0L, 0L, 0L, number, 0L);
    }

    private long appendByHand() {
        try (Lake lake = Lake.open(settings)) {
            lake.append(Tables.LEDGER, List.of(entry(-1)), "hand");
        }
        return currentSnapshot();
    }

    private long currentSnapshot() {
        try (Lake lake = Lake.open(settings)) {
            return lake.snapshot(Tables.LEDGER).orElseThrow();
        }
    }

    private int rows() throws IOException {
        return numbers().size();
    }

    private List<Long> numbers() throws IOException {
        List<Long> numbers = new ArrayList<>();
        try (Lake lake = Lake.open(settings);
                CloseableIterable<Row> rows = lake.read(Tables.LEDGER, List.of("late"))) {
            rows.forEach(row -> numbers.add((Long) requireNonNull(row.value(0))));
        }
        return numbers.stream().sorted().toList();
    }
}
