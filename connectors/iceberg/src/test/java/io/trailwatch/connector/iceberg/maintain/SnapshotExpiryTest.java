package io.trailwatch.connector.iceberg.maintain;

import static io.trailwatch.connector.iceberg.maintain.MaintainedTable.JOB;
import static io.trailwatch.connector.iceberg.maintain.MaintainedTable.OPERATOR;
import static io.trailwatch.connector.iceberg.maintain.MaintainedTable.calls;
import static io.trailwatch.connector.iceberg.maintain.MaintainedTable.in;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.iceberg.maintain.MaintenanceReport.Expired;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.sink.SinkUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotExpiryTest {
    private static final MaintenanceSettings EXPIRE =
            MaintenanceSettings.DEFAULTS
                    .withSteps(EnumSet.of(MaintenanceStep.EXPIRE))
                    .withSnapshots(Duration.ofDays(1), 1);
    private static final String OTHER_JOB = "11111111111111111111111111111111";

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
    void theChainToTheLastCommitOfAJobThatStandsStillIsKept() throws Exception {
        for (int checkpoint = 1; checkpoint <= 5; checkpoint++) {
            lake.commit(calls(checkpoint), checkpoint);
        }
        // The job stands still; quarantine replay and compaction go on without it.
        for (int i = 0; i < 4; i++) {
            lake.lake.append(
                    io.trailwatch.connector.iceberg.TestTables.CALLS, calls(100 + i), "mark-" + i);
        }
        assertThat(committed(JOB)).isEqualTo(5);

        MaintenanceReport report = lake.maintain(EXPIRE, in(Duration.ofDays(10)));

        assertThat(committed(JOB)).isEqualTo(5);
        assertThat(report.expired().snapshots()).isEqualTo(4);
        assertThat(report.expired().keptForWriters()).isEqualTo(4);
        assertThat(snapshots()).hasSize(5);
        assertThat(lake.rows())
                .containsExactlyInAnyOrderElementsOf(calls(1, 2, 3, 4, 5, 100, 101, 102, 103));
        assertThat(lake.stored()).isEqualTo(lake.referenced());
    }

    @Test
    void anExpiryByAgeAloneWouldMakeTheCommitterCommitAgain() throws Exception {
        lake.commit(calls(1), 5);
        lake.lake.append(io.trailwatch.connector.iceberg.TestTables.CALLS, calls(100), "mark");
        assertThat(committed(JOB)).isEqualTo(5);

        lake.table().expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();

        assertThat(committed(JOB)).isEqualTo(-1);
    }

    @Test
    void aHoleInTheChainIsAsBadAsALostMark() throws Exception {
        lake.commit(calls(1), 5);
        Snapshot between = lake.commit(List.of(), OTHER_JOB, 1);
        lake.lake.append(io.trailwatch.connector.iceberg.TestTables.CALLS, calls(100), "mark");

        lake.table()
                .expireSnapshots()
                .expireOlderThan(0)
                .expireSnapshotId(between.snapshotId())
                .commit();

        assertThat(committed(JOB)).isEqualTo(-1);
    }

    @Test
    void aBoundedRunOfTheSameOperatorDoesNotHideTheJobThatStandsStill() throws Exception {
        lake.commit(calls(1), 7);
        lake.commitBounded(lake.write(calls(2)), OTHER_JOB, 8);
        lake.commitBounded(lake.write(calls(3)), OTHER_JOB, 9);

        lake.maintain(EXPIRE, in(Duration.ofDays(10)));

        assertThat(committed(JOB)).isEqualTo(7);
    }

    @Test
    void aJobThatAnotherHasFollowedIsForgotten() throws Exception {
        lake.commit(calls(1), 7);
        lake.commit(lake.write(calls(2)), OTHER_JOB, 8);
        lake.commit(lake.write(calls(3)), OTHER_JOB, 9);

        lake.maintain(EXPIRE, in(Duration.ofDays(10)));

        assertThat(committed(JOB)).isEqualTo(-1);
        assertThat(committed(OTHER_JOB)).isEqualTo(9);
        assertThat(snapshots()).hasSize(1);
    }

    @Test
    void aJobThatStartedAnewBesideItIsNotTakenForAFollower() throws Exception {
        lake.commit(calls(1), 7);
        lake.commit(lake.write(calls(2)), OTHER_JOB, 1);
        lake.commit(lake.write(calls(3)), OTHER_JOB, 2);

        lake.maintain(EXPIRE, in(EXPIRE.longestOutage().minusDays(1)));
        assertThat(committed(JOB)).isEqualTo(7);

        lake.maintain(EXPIRE, in(EXPIRE.longestOutage().plusDays(1)));
        assertThat(committed(JOB)).isEqualTo(-1);
        assertThat(committed(OTHER_JOB)).isEqualTo(2);
    }

    @Test
    void theNewestMarkStaysWhateverItsAge() throws Exception {
        lake.commit(calls(1), 7);
        lake.lake.append(io.trailwatch.connector.iceberg.TestTables.CALLS, calls(100), "mark");

        lake.maintain(EXPIRE, in(Duration.ofDays(4000)));

        assertThat(committed(JOB)).isEqualTo(7);
    }

    @Test
    void youngTaggedAndNewestSnapshotsStayAndCanBeRead() {
        Snapshot tagged = lake.commit(calls(1), 1);
        lake.table().manageSnapshots().createTag("audit", tagged.snapshotId()).commit();
        Snapshot gone = lake.commit(calls(2), 2);
        Snapshot second = lake.commit(calls(3), 3);
        Snapshot current = lake.commit(calls(4), 4);

        MaintenanceReport young = lake.maintain(EXPIRE, in(Duration.ofHours(23)));
        assertThat(young.expired().snapshots()).isZero();
        assertThat(snapshots()).hasSize(4);

        MaintenanceReport report =
                lake.maintain(EXPIRE.withSnapshots(Duration.ofDays(1), 2), in(Duration.ofDays(2)));

        assertThat(snapshots())
                .extracting(Snapshot::snapshotId)
                .containsExactlyInAnyOrder(
                        tagged.snapshotId(), second.snapshotId(), current.snapshotId())
                .doesNotContain(gone.snapshotId());
        assertThat(lake.rows(tagged.snapshotId())).containsExactlyInAnyOrderElementsOf(calls(1));
        assertThat(lake.rows(second.snapshotId()))
                .containsExactlyInAnyOrderElementsOf(calls(1, 2, 3));
        assertThat(report.expired().oldest())
                .isEqualTo(java.time.Instant.ofEpochMilli(tagged.timestampMillis()));
    }

    @Test
    void aSnapshotThatWasRolledBackGoesWithItsFilesOnceItIsOld() {
        Snapshot kept = lake.commit(calls(1), 1);
        lake.commit(calls(2), 2);
        lake.table().manageSnapshots().rollbackTo(kept.snapshotId()).commit();

        lake.maintain(EXPIRE, in(Duration.ofHours(1)));
        assertThat(snapshots()).hasSize(2);

        Expired expired = lake.maintain(EXPIRE, in(Duration.ofDays(2))).expired();

        assertThat(expired.snapshots()).isEqualTo(1);
        // Its data file, manifest and manifest list.
        assertThat(expired.filesDeleted()).isEqualTo(3);
        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(calls(1));
        assertThat(lake.stored()).isEqualTo(lake.referenced());
    }

    @Test
    void aDryRunForgetsNothing() {
        for (int checkpoint = 1; checkpoint <= 5; checkpoint++) {
            lake.commit(calls(checkpoint), checkpoint);
        }
        MaintenanceReport report = lake.maintain(EXPIRE.withDryRun(true), in(Duration.ofDays(10)));
        assertThat(report.expired().snapshots()).isEqualTo(4);
        assertThat(snapshots()).hasSize(5);
    }

    private List<Snapshot> snapshots() {
        return StreamSupport.stream(lake.table().snapshots().spliterator(), false).toList();
    }

    /** What Iceberg's own committer finds when it starts from a checkpoint. */
    private long committed(String job) throws Exception {
        Method method =
                SinkUtil.class.getDeclaredMethod(
                        "getMaxCommittedCheckpointId",
                        Table.class,
                        String.class,
                        String.class,
                        String.class);
        method.setAccessible(true);
        return (Long) method.invoke(null, lake.table(), job, OPERATOR, "main");
    }
}
