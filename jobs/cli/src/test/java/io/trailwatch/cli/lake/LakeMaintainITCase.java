package io.trailwatch.cli.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.cli.WarehouseFixture;
import io.trailwatch.connector.iceberg.CommitSummary;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.maintain.TableLock;
import io.trailwatch.pipeline.job.JobOptions;
import io.trailwatch.pipeline.job.MaintenanceJob;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lake maintain} and the job for schedulers. */
class LakeMaintainITCase {
    private static final Instant HOUR = Instant.parse("2026-03-01T10:00:00Z");
    private static final int COMMITS = 9;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;
    private LakeSettings settings;

    @BeforeEach
    void writeOneFileForEachOfNineCommits() {
        settings = LakeSettings.local(folder);
        try (Lake lake = Lake.openOrCreate(settings)) {
            Tables.ALL.forEach(lake::create);
            for (long n = 0; n < COMMITS; n++) {
                lake.append(Tables.LEDGER, List.of(row(n)), "mark-" + n);
            }
        }
    }

    @Test
    void smallFilesAreMergedAndTheReportTellsOfThem() throws Exception {
        JsonNode planned = json("--table", "ledger", "--dry-run", "--json").get("ledger");
        assertThat(planned.path("dry_run").asBoolean()).isTrue();
        assertThat(planned.path("files_compacted").asInt()).isEqualTo(COMMITS);
        assertThat(files()).isEqualTo(COMMITS);

        Map<String, JsonNode> reports = json("--json");
        assertThat(reports)
                .containsOnlyKeys(
                        Tables.ALL.stream().map(table -> table.name()).toArray(String[]::new));
        JsonNode ledger = reports.get("ledger");
        assertThat(ledger.path("data_files_before").asInt()).isEqualTo(COMMITS);
        assertThat(ledger.path("data_files_after").asInt()).isEqualTo(1);
        assertThat(ledger.path("rows_compacted").asInt()).isEqualTo(COMMITS);
        assertThat(ledger.path("snapshots_expired").asInt()).isZero();
        assertThat(ledger.path("error").isNull()).isTrue();
        assertThat(files()).isEqualTo(1);
        assertThat(numbers()).containsExactlyInAnyOrderElementsOf(allNumbers());

        CommandLineRun again = run("--table", "ledger");
        assertThat(again.status()).isZero();
        assertThat(again.lines().get(0)).startsWith("TABLE");
        assertThat(again.lines().get(1)).matches("ledger +1 +1 +0 .*");
    }

    @Test
    void theJobForSchedulersDoesTheSame() throws Exception {
        run(Map.of("maintain.tables", "ledger;findings", "maintain.steps", "compact;expire"));
        assertThat(files()).isEqualTo(1);
        assertThat(numbers()).containsExactlyInAnyOrderElementsOf(allNumbers());
    }

    @Test
    void aTableThatAnotherRunHoldsFailsAndTheOthersAreMaintained() throws Exception {
        try (Lake lake = Lake.open(settings);
                TableLock lock =
                        TableLock.acquire(lake.table(Tables.FINDINGS), Clock.systemUTC(), "a test")
                                .orElseThrow()) {
            CommandLineRun run = run("--json");
            assertThat(run.status()).isEqualTo(1);
            assertThat(read(run).get("findings").path("error").asText())
                    .contains("is held by a test/");
            assertThat(read(run).get("ledger").path("data_files_after").asInt()).isEqualTo(1);
            assertThatThrownBy(() -> run(Map.of()))
                    .hasRootCauseMessage("maintenance failed for findings");
        }
    }

    @Test
    void whatABoundedRunCommitsIsToldFromACheckpoint() throws Exception {
        Path other = folder.resolve("bounded");
        WarehouseFixture.write(other, Map.of(Tables.LEDGER, List.of(row(1))));
        try (Lake lake = Lake.open(LakeSettings.local(other))) {
            assertThat(lake.table(Tables.LEDGER).currentSnapshot().summary())
                    .containsEntry(CommitSummary.RUN, CommitSummary.BOUNDED);
        }
    }

    @Test
    void wrongUseIsNamed() {
        assertThat(run("--only", "compact,polish"))
                .satisfies(
                        run -> {
                            assertThat(run.status()).isEqualTo(2);
                            assertThat(run.err())
                                    .contains(
                                            "--only: 'polish' is no step; steps are compact,"
                                                    + " manifests, expire, orphans");
                        });
        assertThat(run("--older-than", "soon").err())
                .contains("--older-than is soon, must be an age such as 36h or 5d");
        assertThat(run("--orphan-age", "5min").err())
                .contains("--orphan-age: orphanAge must be at least PT1H, is PT5M");
    }

    private void run(Map<String, String> options) throws Exception {
        Configuration local = new Configuration();
        local.set(RestOptions.BIND_PORT, "0");
        local.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(1, local);
        Map<String, String> all = new HashMap<>(options);
        all.put("lake.warehouse", folder.toString());
        MaintenanceJob.build(env, JobOptions.configuration(all));
        env.execute();
    }

    private CommandLineRun run(String... args) {
        List<String> all =
                new ArrayList<>(List.of("lake", "maintain", "--warehouse", folder.toString()));
        all.addAll(List.of(args));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    private Map<String, JsonNode> json(String... args) throws Exception {
        CommandLineRun run = run(args);
        assertThat(run.status()).as(run.err()).isZero();
        return read(run);
    }

    private static Map<String, JsonNode> read(CommandLineRun run) throws Exception {
        Map<String, JsonNode> tables = new HashMap<>();
        for (String line : run.lines()) {
            JsonNode table = JSON.readTree(line);
            tables.put(table.path("table").asText(), table);
        }
        return tables;
    }

    private static Row row(long n) {
        return Row.of("numbers", HOUR, 1L, 1L, 0L, 0L, n, 0L, 0L);
    }

    private static List<Object> allNumbers() {
        return LongStream.range(0, COMMITS).<Object>mapToObj(n -> n).toList();
    }

    private List<Object> numbers() throws Exception {
        List<Object> numbers = new ArrayList<>();
        try (Lake lake = Lake.open(settings);
                CloseableIterable<Row> rows =
                        lake.read(Tables.LEDGER, List.of(Tables.LEDGER.columns().get(6).name()))) {
            rows.forEach(row -> numbers.add(row.value(0)));
        }
        return numbers;
    }

    private long files() {
        try (Lake lake = Lake.open(settings)) {
            return lake.tables().stream()
                    .filter(table -> table.table().equals("ledger"))
                    .findFirst()
                    .orElseThrow()
                    .files();
        }
    }
}
