package io.trailwatch.connector.iceberg.maintain;

import static io.trailwatch.connector.iceberg.maintain.MaintainedTable.JOB;
import static io.trailwatch.connector.iceberg.maintain.MaintainedTable.calls;
import static io.trailwatch.connector.iceberg.maintain.MaintainedTable.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.iceberg.maintain.MaintenanceReport.Orphans;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanRemovalTest {
    private static final MaintenanceSettings ORPHANS =
            MaintenanceSettings.DEFAULTS.withSteps(EnumSet.of(MaintenanceStep.ORPHANS));

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
    void anOldFileThatNoSnapshotKnowsGoesAndAYoungOneStays() {
        String old = only(lake.write(calls(1)));
        String young = only(lake.write(calls(2)));
        lake.commit(calls(3), 1);
        MaintainedTable.age(old, Duration.ofDays(4));
        long bytes = size(old);

        Orphans orphans = lake.maintain(ORPHANS, in(Duration.ZERO)).orphans();

        assertThat(orphans.filesDeleted()).isEqualTo(1);
        assertThat(orphans.bytesDeleted()).isEqualTo(bytes);
        assertThat(orphans.filesTooYoung()).isEqualTo(1);
        assertThat(lake.stored())
                .contains(OrphanRemoval.normal(young))
                .doesNotContain(OrphanRemoval.normal(old))
                .containsAll(lake.referenced());
        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(calls(3));
    }

    @Test
    void everyKindOfFileThatASnapshotKnowsStaysHoweverOld() {
        lake.commit(calls(1), 1);
        lake.commit(calls(2), 2);
        lake.lake.deleteRows(
                io.trailwatch.connector.iceberg.TestTables.CALLS,
                "id",
                java.util.Set.of("call-1"),
                "mark");
        lake.stored().forEach(file -> MaintainedTable.age(file, Duration.ofDays(4000)));

        lake.maintain(ORPHANS, in(Duration.ZERO));

        assertThat(lake.stored()).containsAll(lake.referenced());
        lake.table()
                .snapshots()
                .forEach(snapshot -> assertThat(lake.rows(snapshot.snapshotId())).isNotEmpty());
        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(calls(2));
    }

    @Test
    void whileAJobStandsStillTheFilesOfItsCheckpointDoNotGrowOld() {
        lake.commit(calls(1), 1);
        // Written for checkpoint 2, which was completed; the job fell before its commit.
        List<DataFile> inFlight = lake.write(calls(2));

        // Nine days later, within the longest outage, it is still down.
        Orphans orphans = lake.maintain(ORPHANS, in(Duration.ofDays(9))).orphans();

        assertThat(orphans.filesDeleted()).isZero();
        assertThat(orphans.filesTooYoung()).isEqualTo(1);
        lake.commit(inFlight, JOB, 2);
        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(calls(1, 2));
    }

    @Test
    void aReplayIntoTheTableDoesNotMakeThemGrowOldEither() {
        lake.commit(calls(1), 1);
        List<DataFile> inFlight = lake.write(calls(2));
        lake.commit(lake.write(calls(3)), "22222222222222222222222222222222", Long.MAX_VALUE);

        lake.maintain(ORPHANS, in(Duration.ofDays(9)));

        lake.commit(inFlight, JOB, 2);
        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(calls(1, 2, 3));
    }

    @Test
    void aFileThatIsCommittedAfterTheListingIsNotTakenForAnOrphan() {
        lake.commit(calls(1), 1);
        List<DataFile> late = lake.write(calls(2));
        MaintainedTable.age(only(late), Duration.ofDays(30));
        lake.commit(late, JOB, 2);

        Orphans orphans = lake.maintain(ORPHANS, in(Duration.ZERO)).orphans();

        assertThat(orphans.filesDeleted()).isZero();
        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(calls(1, 2));
    }

    @Test
    void aDryRunDeletesNothing() {
        String old = only(lake.write(calls(1)));
        lake.commit(calls(3), 1);
        MaintainedTable.age(old, Duration.ofDays(4));

        Orphans orphans = lake.maintain(ORPHANS.withDryRun(true), in(Duration.ZERO)).orphans();

        assertThat(orphans.filesDeleted()).isEqualTo(1);
        assertThat(lake.stored()).contains(OrphanRemoval.normal(old));
    }

    @Test
    void anAgeThatARunningWriterMayNeedIsRefused() {
        assertThatThrownBy(() -> ORPHANS.withOrphanAge(Duration.ofMinutes(59)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("orphanAge must be at least PT1H, is PT59M");
    }

    private static String only(List<DataFile> files) {
        assertThat(files).hasSize(1);
        return files.get(0).location();
    }

    private static long size(String file) {
        try {
            return Files.size(Path.of(OrphanRemoval.normal(file)));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("no size of " + file, e);
        }
    }
}
