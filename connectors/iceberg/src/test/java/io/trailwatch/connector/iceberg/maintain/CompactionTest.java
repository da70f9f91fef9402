package io.trailwatch.connector.iceberg.maintain;

import static io.trailwatch.connector.iceberg.TestTables.CALLS;
import static io.trailwatch.connector.iceberg.maintain.MaintainedTable.calls;
import static io.trailwatch.connector.iceberg.maintain.MaintainedTable.callsBetween;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.iceberg.maintain.MaintenanceReport.Compacted;
import io.trailwatch.table.Row;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionTest {
    private static final MaintenanceSettings COMPACT =
            MaintenanceSettings.DEFAULTS
                    .withSteps(EnumSet.of(MaintenanceStep.COMPACT))
                    .withFiles(2, 4);

    @TempDir private Path folder;
    private MaintainedTable lake;

    @BeforeEach
    void open() {
        lake = new MaintainedTable(folder);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void smallFilesOfAPartitionBecomeOneThatIsSortedAndHoldsTheSameRows() {
        // Minutes 0 to 119 are two hours and a bit; each commit holds rows of all of them,
        // backwards.
        for (int i = 0; i < 6; i++) {
            List<Row> rows = new ArrayList<>();
            for (int n = 114 + i; n >= 0; n -= 6) {
                rows.add(calls(n).get(0));
            }
            lake.commit(rows, i + 1);
        }

        Compacted compacted = compact(lake.table(), COMPACT, () -> {});

        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(callsBetween(0, 120));
        assertThat(lake.dataFiles()).hasSize(2).allSatisfy(this::isSortedByTime);
        assertThat(compacted)
                .isEqualTo(
                        new Compacted(
                                2,
                                12,
                                2,
                                compacted.bytesRead(),
                                compacted.bytesWritten(),
                                120,
                                List.of()));
        assertThat(lake.dataFiles().stream().mapToLong(DataFile::fileSizeInBytes).sum())
                .isEqualTo(compacted.bytesWritten());
        assertThat(lake.table().currentSnapshot().summary())
                .containsEntry("trailwatch.maintenance", "compact");
    }

    /** Hours of the table begin at 10:00:00.123456, so rows of one file are one hour's. */
    private void isSortedByTime(DataFile file) {
        assertThat(file.sortOrderId()).isEqualTo(lake.table().sortOrder().orderId());
        List<Instant> times = new ArrayList<>();
        ReadFiles.forEachRow(lake.table(), file, row -> times.add(ReadFiles.time(row)));
        assertThat(times).hasSizeGreaterThan(50).isSorted();
    }

    @Test
    void rowsThatDoNotFitIntoMemoryAreSortedAllTheSame() {
        for (int i = 0; i < 4; i++) {
            List<Row> rows = new ArrayList<>();
            for (int n = 0; n < 1500; n++) {
                // All in one hour: the time comes from the remainder, all else from the number.
                int number = i * 1500 + n;
                Row call = calls(number).get(0);
                List<Object> values = new ArrayList<>();
                for (int c = 0; c < CALLS.columns().size(); c++) {
                    values.add(call.value(c));
                }
                values.set(0, calls((number * 7) % 59).get(0).value(0));
                rows.add(Row.of(values.toArray()));
            }
            lake.commit(rows, i + 1);
        }
        List<Row> before = lake.rows();

        compact(lake.table(), COMPACT.withSortBytes(1 << 20), () -> {});

        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(before).hasSize(6000);
        assertThat(lake.dataFiles()).singleElement().satisfies(this::isSortedByTime);
    }

    @Test
    void aFileIsClosedWhenItHasItsTargetSize() {
        lake.table()
                .updateProperties()
                .set(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, "400000")
                .set(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, "100000")
                .set(TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT, "100")
                .commit();
        for (int i = 0; i < 20; i++) {
            List<Row> rows = new ArrayList<>();
            for (int n = 0; n < 250; n++) {
                rows.add(
                        Row.of(
                                calls(n % 59).get(0).value(0),
                                "call-" + (i * 250 + n) * 7919L,
                                (long) n,
                                null,
                                Math.sin(i * 250 + n),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null));
            }
            lake.commit(rows, i + 1);
        }
        List<Row> before = lake.rows();

        compact(lake.table(), COMPACT, () -> {});

        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(lake.dataFiles()).hasSizeBetween(2, 9);
    }

    @Test
    void aPartitionInShapeIsLeftAloneUntilManyLateFilesHaveCome() {
        for (int i = 0; i < 4; i++) {
            lake.commit(calls(i), i + 1);
        }
        MaintenanceSettings eight = COMPACT.withFiles(4, 16);
        compact(lake.table(), eight, () -> {});
        String merged = lake.dataFiles().get(0).location();
        long snapshot = lake.table().currentSnapshot().snapshotId();

        lake.commit(calls(50), 5);
        lake.commit(calls(51), 6);
        assertThat(compact(lake.table(), eight, () -> {})).isEqualTo(Compacted.NONE);
        assertThat(lake.dataFiles()).extracting(DataFile::location).contains(merged).hasSize(3);
        assertThat(lake.table().currentSnapshot().parentId()).isNotEqualTo(snapshot);

        lake.commit(calls(52), 7);
        compact(lake.table(), eight, () -> {});
        assertThat(lake.dataFiles()).hasSize(1);
        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(calls(0, 1, 2, 3, 50, 51, 52));
    }

    @Test
    void rowsThatAWriterAppendsMeanwhileAreThereToo() {
        for (int i = 0; i < 5; i++) {
            lake.commit(calls(i), i + 1);
        }
        boolean[] once = {false};
        compact(
                lake.table(),
                COMPACT,
                () -> {
                    once[0] = true;
                    lake.commit(calls(5, 6), 6);
                });
        assertThat(once[0]).isTrue();
        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(callsBetween(0, 7));
        assertThat(lake.dataFiles()).hasSize(2);
    }

    @Test
    void aPartitionWhoseFilesAnotherCommitHasTakenOutIsSkippedAndNamed() {
        for (int i = 0; i < 5; i++) {
            lake.commit(calls(i, 60 + i), i + 1);
        }
        boolean[] once = {false};
        Compacted compacted =
                compact(
                        lake.table(),
                        COMPACT,
                        () -> {
                            if (!once[0]) {
                                once[0] = true;
                                lake.lake.deleteRows(CALLS, "id", Set.of("call-62"), "mark");
                            }
                        });

        assertThat(compacted.skipped())
                .singleElement()
                .asString()
                .startsWith("time_hour=2026-03-01-11: ");
        assertThat(compacted.partitions()).isEqualTo(1);
        assertThat(lake.rows())
                .containsExactlyInAnyOrderElementsOf(calls(0, 1, 2, 3, 4, 60, 61, 63, 64));
        assertThat(filesByPartition())
                .containsEntry("time_hour=2026-03-01-10", 1)
                .containsEntry("time_hour=2026-03-01-11", 4);
        // What was written for the skipped partition is gone again.
        assertThat(lake.stored()).isEqualTo(lake.referenced());
    }

    private Map<String, Integer> filesByPartition() {
        Map<String, Integer> files = new TreeMap<>();
        Table table = lake.table();
        lake.dataFiles()
                .forEach(
                        file ->
                                files.merge(
                                        table.spec().partitionToPath(file.partition()),
                                        1,
                                        Integer::sum));
        return files;
    }

    @Test
    void aDryRunTellsWhatItWouldDoAndDoesNot() {
        for (int i = 0; i < 5; i++) {
            lake.commit(calls(i), i + 1);
        }
        Snapshot before = lake.table().currentSnapshot();
        Set<String> stored = lake.stored();

        Compacted compacted = compact(lake.table(), COMPACT.withDryRun(true), () -> {});

        assertThat(compacted.filesRead()).isEqualTo(5);
        assertThat(compacted.filesWritten()).isEqualTo(1);
        assertThat(lake.table().currentSnapshot().snapshotId()).isEqualTo(before.snapshotId());
        assertThat(lake.stored()).isEqualTo(stored);
    }

    @Test
    void settingsNameTheFieldThatIsNotAllowed() {
        assertThatThrownBy(() -> COMPACT.withFiles(1, 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minInputFiles must be at least 2, is 1");
        assertThatThrownBy(() -> COMPACT.withFiles(8, 4))
                .hasMessage("maxFiles must be at least 8, is 4");
        assertThatThrownBy(() -> COMPACT.withSortBytes(1000))
                .hasMessage("sortBytes must be at least 1048576, is 1000");
    }

    private static Compacted compact(
            Table table, MaintenanceSettings settings, Runnable beforeCommit) {
        return new Compaction(table, settings, beforeCommit).run();
    }
}
