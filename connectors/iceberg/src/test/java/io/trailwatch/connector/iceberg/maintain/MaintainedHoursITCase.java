package io.trailwatch.connector.iceberg.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.iceberg.TestTables;
import io.trailwatch.table.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An hour and a half of a table at a checkpoint a minute, a tenth of the rows up to 24 hours late,
 * maintained every 30 minutes. The whole week is {@code jobs/benchmarks/lake-week.sh}.
 */
class MaintainedHoursITCase {
    private static final int MINUTES = 90;
    private static final int MINUTES_BETWEEN_RUNS = 30;
    private static final int ROWS_PER_CHECKPOINT = 20;
    private static final int MINUTES_LATE = 24 * 60;
    private static final int MAX_FILES = 16;
    private static final int SNAPSHOTS_KEPT = 40;

    @TempDir private Path folder;
    private final Random random = new Random(20261121);
    private final List<Row> committed = new ArrayList<>();
    private final Map<Long, List<Row>> byCheckpoint = new HashMap<>();

    @Test
    void filesSnapshotsAndMetadataStayFewAndEverySnapshotThatIsLeftIsExact() {
        try (MaintainedTable lake = new MaintainedTable(folder)) {
            for (int minute = 0; minute < MINUTES; minute++) {
                List<Row> rows = rows(minute);
                if (minute == MINUTES / 3) {
                    // A writer that died.
                    lake.write(rows);
                }
                lake.commit(rows, minute + 1);
                committed.addAll(rows);
                byCheckpoint.put(minute + 1L, List.copyOf(committed));
                if ((minute + 1) % MINUTES_BETWEEN_RUNS == 0) {
                    maintain(lake, minute);
                }
            }
            Table table = lake.table();
            int read = 0;
            for (Snapshot snapshot : table.snapshots()) {
                // Each tenth: to read all takes longer than to write them.
                String checkpoint = snapshot.summary().get("flink.max-committed-checkpoint-id");
                if (checkpoint != null && Long.parseLong(checkpoint) % 10 == 0) {
                    assertThat(lake.rows(snapshot.snapshotId()))
                            .containsExactlyInAnyOrderElementsOf(
                                    byCheckpoint.get(Long.parseLong(checkpoint)));
                    read++;
                }
            }
            assertThat(read).isGreaterThan(2);
            lake.stored().forEach(file -> MaintainedTable.age(file, Duration.ofDays(4)));
            assertThat(
                            OrphanRemoval.run(
                                            table,
                                            MaintenanceSettings.DEFAULTS,
                                            Instant.now(),
                                            () -> {})
                                    .filesDeleted())
                    .isPositive();
            assertThat(lake.stored()).isEqualTo(lake.referenced());
            assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(committed);
        }
    }

    private void maintain(MaintainedTable lake, int minute) {
        // All that was made before now is older than a retention of nothing.
        MaintenanceReport report =
                lake.maintain(
                        MaintenanceSettings.DEFAULTS
                                .withSteps(
                                        EnumSet.complementOf(EnumSet.of(MaintenanceStep.ORPHANS)))
                                .withSnapshots(Duration.ZERO, SNAPSHOTS_KEPT),
                        MaintainedTable.in(Duration.ofMinutes(1)));
        Map<StructLike, Integer> files = new HashMap<>();
        lake.dataFiles().forEach(file -> files.merge(file.partition(), 1, Integer::sum));
        assertThat(files.values())
                .as("files of each partition after minute %d", minute)
                .allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(MAX_FILES));
        assertThat(report.snapshotsAfter()).isLessThanOrEqualTo(SNAPSHOTS_KEPT);
        assertThat(lake.stored().stream().filter(file -> file.endsWith(".metadata.json")).count())
                .isLessThanOrEqualTo(51);
    }

    /** Numbers are minutes; those of the day before are late. */
    private List<Row> rows(int minute) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS_PER_CHECKPOINT; i++) {
            int late = random.nextInt(10) == 0 ? random.nextInt(MINUTES_LATE) : 0;
            rows.add(TestTables.call(MINUTES_LATE + minute - late));
        }
        return rows;
    }
}
