package io.trailwatch.connector.iceberg.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.trailwatch.connector.iceberg.CommitSummary;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeException;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.maintain.TableLock;
import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType.Primitive;
import io.trailwatch.table.TableLayout;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables whose files are names only: which commits stay is told by the files a scan would read. */
class RollbackTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-03-01T10:00:00Z"), ZoneOffset.UTC);
    private static final TableLayout EVENTS = layout("events");
    private static final TableLayout RARE = layout("rare");

    @TempDir private Path folder;
    private Lake lake;

    private static TableLayout layout(String name) {
        return new TableLayout(
                name,
                "One event a row.",
                List.of(Column.required("time", Primitive.TIMESTAMP, "When.")),
                new TableLayout.Partition("time", TableLayout.Granularity.HOUR),
                List.of("time"),
                List.of());
    }

    @BeforeEach
    void makeTables() {
        lake = Lake.openOrCreate(LakeSettings.local(folder));
        lake.create(EVENTS);
        lake.create(RARE);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void goesBackToTheNewestCommitThatIsNotAfterTheCheckpoint() throws Exception {
        Job a = new Job("a", null);
        for (int checkpoint = 1; checkpoint <= 5; checkpoint++) {
            a.commit(EVENTS, checkpoint);
        }
        a.commit(RARE, 1);
        a.commit(RARE, 4);

        rollBack(3, null);

        assertThat(files(EVENTS)).containsExactlyInAnyOrder("a-1", "a-2", "a-3");
        assertThat(files(RARE)).containsExactly("a-1");
    }

    @Test
    void leavesATableAloneThatHasNothingNewer() throws Exception {
        Job a = new Job("a", null);
        a.commit(EVENTS, 2);
        a.commit(EVENTS, 4);
        a.commit(RARE, 2);
        long before = lake.snapshot(RARE).orElseThrow();

        List<TableRollback> plan = rollBack(3, null);

        assertThat(plan).extracting(TableRollback::changes).containsExactly(true, false);
        assertThat(lake.snapshot(RARE)).contains(before);
        assertThat(files(EVENTS)).containsExactly("a-2");
        assertThat(history().plan(history().checkpoint(3, null)))
                .extracting(TableRollback::changes)
                .as("a second time there is nothing left to do")
                .containsExactly(false, false);
    }

    @Test
    void emptiesATableWhoseFirstCommitIsNewer() throws Exception {
        Job a = new Job("a", null);
        a.commit(EVENTS, 2);
        a.commit(RARE, 7);

        rollBack(2, null);

        assertThat(lake.snapshot(RARE)).isEmpty();
        assertThat(files(RARE)).isEmpty();
        assertThat(history().tables().get("rare").aside())
                .as("what was dropped can still be read")
                .extracting(TableCommit::checkpoint)
                .containsExactly(7L);
        new Job("b", 2L).commit(RARE, 3);
        assertThat(files(RARE)).containsExactly("b-3");
    }

    @Test
    void followsSavepointsFromJobToJob() throws Exception {
        Job a = new Job("a", null);
        a.commit(EVENTS, 3);
        a.commit(EVENTS, 5);
        a.commit(RARE, 5);
        Job b = new Job("b", 5L);
        b.commit(EVENTS, 6);
        b.commit(EVENTS, 8);
        Job c = new Job("c", 8L);
        c.commit(EVENTS, 9);
        c.commit(RARE, 9);

        assertThat(history().checkpoint(7, null).run()).extracting(JobRun::job).isEqualTo("b");
        rollBack(7, null);
        assertThat(files(EVENTS)).containsExactlyInAnyOrder("a-3", "a-5", "b-6");
        assertThat(files(RARE)).containsExactly("a-5");

        rollBack(5, null);
        assertThat(files(EVENTS)).containsExactlyInAnyOrder("a-3", "a-5");
        rollBack(4, null);
        assertThat(files(EVENTS)).containsExactly("a-3");
        assertThat(files(RARE)).isEmpty();
    }

    @Test
    void undoesARestoreWithoutRollback() throws Exception {
        Job a = new Job("a", null);
        for (int checkpoint = 1; checkpoint <= 10; checkpoint++) {
            a.commit(EVENTS, checkpoint);
        }
        Job b = new Job("b", 5L);
        b.commit(EVENTS, 6);
        b.commit(EVENTS, 9);
        b.commit(RARE, 7);

        assertThatThrownBy(() -> history().checkpoint(8, null))
                .isInstanceOf(LakeException.class)
                .hasMessageContaining("several jobs have taken a checkpoint 8: b (checkpoints 6 to")
                .hasMessageContaining("a (checkpoints 1 to 10");
        assertThat(files(plan(8, "b"))).containsExactly("b-9");
        // The rare table has no commit of a, yet what b wrote was after a's checkpoint.
        assertThat(plan(8, "a"))
                .flatExtracting(TableRollback::dropped)
                .extracting(TableCommit::job, TableCommit::checkpoint)
                .containsExactly(
                        tuple("b", 9L),
                        tuple("b", 6L),
                        tuple("a", 10L),
                        tuple("a", 9L),
                        tuple("b", 7L));

        rollBack(5, null);
        assertThat(files(EVENTS)).containsExactlyInAnyOrder("a-1", "a-2", "a-3", "a-4", "a-5");
        assertThat(files(RARE)).isEmpty();
    }

    @Test
    void takesAJobThatBeganWithoutStateForAnotherOne() throws Exception {
        Job a = new Job("a", null);
        a.commit(EVENTS, 20);
        a.commit(EVENTS, 40);
        Job b = new Job("b", null);
        b.commit(EVENTS, 6);
        b.commit(EVENTS, 9);

        assertThatThrownBy(() -> history().checkpoint(30, null))
                .hasMessageContaining("several jobs");
        rollBack(7, "b");
        assertThat(files(EVENTS)).containsExactlyInAnyOrder("a-20", "a-40", "b-6");

        List<TableRollback> plan = plan(30, "a");
        assertThatThrownBy(() -> Rollback.check(plan, false))
                .isInstanceOf(LakeException.class)
                .hasMessageContaining("table events: append of snapshot")
                .hasMessageContaining("is of another job, b, at checkpoint 6 and would be lost");
    }

    @Test
    void refusesToLoseWhatOthersHaveCommitted() throws Exception {
        Job a = new Job("a", null);
        a.commit(EVENTS, 1);
        append(EVENTS, "before", Map.of());
        a.commit(EVENTS, 2);
        long bounded =
                append(
                        EVENTS,
                        "replayed",
                        Map.of(
                                TableCommit.JOB_ID, "r",
                                TableCommit.CHECKPOINT_ID, "1",
                                CommitSummary.RUN, CommitSummary.BOUNDED));
        a.commit(EVENTS, 3);
        long hand = append(EVENTS, "hand", Map.of());

        List<TableRollback> plan = plan(1, null);
        assertThatThrownBy(() -> Rollback.check(plan, false))
                .isInstanceOf(LakeException.class)
                .hasMessageContaining("snapshot " + bounded)
                .hasMessageContaining("is of a bounded run, job r and would be lost")
                .hasMessageContaining("snapshot " + hand)
                .hasMessageContaining("is of no streaming job and would be lost");

        Rollback.check(plan, true);
        Rollback.apply(lake, EVENTS, plan.get(0), CLOCK);
        assertThat(files(EVENTS))
                .as("what others committed before the first commit that goes stays")
                .containsExactlyInAnyOrder("a-1", "before");
    }

    @Test
    void givesUpACompactionAndAMarkerWithoutRowsWithoutAsking() throws Exception {
        Job a = new Job("a", null);
        a.commit(EVENTS, 1);
        a.commit(EVENTS, 2);
        Table table = lake.table(EVENTS);
        table.newRewrite()
                .rewriteFiles(
                        Set.of(file(EVENTS, "a-1"), file(EVENTS, "a-2")),
                        Set.of(file(EVENTS, "compacted", 2)))
                .commit();
        properties(table.newAppend(), Map.of(TableCommit.JOB_ID, "z")).commit();
        assertThat(files(EVENTS)).containsExactly("compacted");

        rollBack(1, null);
        assertThat(files(EVENTS)).containsExactly("a-1");
    }

    @Test
    void refusesWhenTheSnapshotHasExpired() throws Exception {
        Job a = new Job("a", null);
        a.commit(EVENTS, 1);
        a.commit(EVENTS, 2);
        a.commit(EVENTS, 3);
        a.commit(EVENTS, 4);
        lake.table(EVENTS)
                .expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .retainLast(2)
                .cleanExpiredFiles(false)
                .commit();

        assertThat(files(plan(3, null))).containsExactly("a-4");
        List<TableRollback> plan = plan(2, null);
        assertThatThrownBy(() -> Rollback.check(plan, true))
                .isInstanceOf(LakeException.class)
                .hasMessageContaining("table events: the snapshot of checkpoint 2 has expired")
                .hasMessageContaining("is of checkpoint 3");
        assertThatThrownBy(() -> history().snapshotAt("events", history().checkpoint(2, null)))
                .hasMessageContaining("has expired");
    }

    @Test
    void refusesATableThatHasChangedSinceItWasLookedAt() throws Exception {
        Job a = new Job("a", null);
        a.commit(EVENTS, 1);
        a.commit(EVENTS, 2);
        TableRollback plan = plan(1, null).get(0);
        a.commit(EVENTS, 3);

        assertThatThrownBy(() -> Rollback.apply(lake, EVENTS, plan, CLOCK))
                .isInstanceOf(LakeException.class)
                .hasMessageContaining("table events has changed since snapshot " + plan.current());
        assertThat(files(EVENTS)).containsExactlyInAnyOrder("a-1", "a-2", "a-3");
    }

    @Test
    void waitsForMaintenanceToEnd() throws Exception {
        Job a = new Job("a", null);
        a.commit(EVENTS, 1);
        a.commit(EVENTS, 2);
        TableRollback plan = plan(1, null).get(0);
        assertThat(TableLock.acquire(lake.table(EVENTS), CLOCK, "scheduler")).isPresent();

        assertThatThrownBy(() -> Rollback.apply(lake, EVENTS, plan, CLOCK))
                .isInstanceOf(LakeException.class)
                .hasMessageContaining("table events is being maintained by scheduler/");
        Clock later = Clock.offset(CLOCK, Duration.ofDays(1));
        Rollback.apply(lake, EVENTS, plan, later);
        assertThat(files(EVENTS)).containsExactly("a-1");
    }

    @Test
    void findsTheSnapshotOfACheckpointInEveryTable() throws Exception {
        Job a = new Job("a", null);
        long first = a.commit(EVENTS, 1);
        a.commit(EVENTS, 3);
        a.commit(RARE, 2);

        LakeHistory history = history();
        LakeHistory.Checkpoint checkpoint = history.checkpoint(1, null);
        assertThat(history.snapshotAt("events", checkpoint)).contains(first);
        assertThat(history.snapshotAt("rare", checkpoint)).isEmpty();
        assertThatThrownBy(() -> history.snapshotAt("other", checkpoint))
                .hasMessage("no table other");
    }

    @Test
    void takesTheFilesOfASavepointForThoseOfTheJobThatMadeThem() throws Exception {
        Job a = new Job("a", null);
        // Taken by a, which died before it could commit: the job restored from it committed.
        append(
                EVENTS,
                "a-5",
                Map.of(
                        TableCommit.JOB_ID, "a",
                        TableCommit.CHECKPOINT_ID, "5",
                        CommitSummary.RESTORED, "5"));
        new Job("b", 5L).commit(EVENTS, 6);

        assertThat(history().checkpoint(5, null).run()).extracting(JobRun::job).isEqualTo("a");
        rollBack(5, null);
        assertThat(files(EVENTS)).containsExactly("a-5");
        a.commit(EVENTS, 6);
    }

    @Test
    void setsTheMarkOfRowsAppendedByHandBackWithThem() throws Exception {
        Job a = new Job("a", null);
        a.commit(EVENTS, 1);
        appendMarked("one");
        a.commit(EVENTS, 2);
        appendMarked("two");
        assertThat(lake.lastMark(EVENTS)).contains("two");

        List<TableRollback> plan = plan(1, null);
        Rollback.check(plan, true);
        Rollback.apply(lake, EVENTS, plan.get(0), CLOCK);

        assertThat(files(EVENTS)).containsExactlyInAnyOrder("a-1", "one");
        assertThat(lake.lastMark(EVENTS)).contains("one");
    }

    @Test
    void saysThatNoJobHasCommitted() {
        assertThatThrownBy(() -> history().checkpoint(3, "ab"))
                .hasMessage(
                        "no job whose id begins with ab has committed to these tables; jobs that"
                                + " have: none");
        assertThatThrownBy(() -> history().checkpoint(0, null))
                .hasMessage("checkpoint is 0, must be at least 1");
        assertThat(plan(3, null)).extracting(TableRollback::changes).containsExactly(false, false);
    }

    /**
     * A streaming job.
     *
     * @param restored savepoint it began with; null for none
     */
    private final class Job {
        private final String id;
        private final @Nullable Long restored;

        Job(String id, @Nullable Long restored) {
            this.id = id;
            this.restored = restored;
        }

        long commit(TableLayout layout, long checkpoint) {
            return append(
                    layout,
                    id + "-" + checkpoint,
                    Map.of(
                            TableCommit.JOB_ID,
                            id,
                            TableCommit.CHECKPOINT_ID,
                            "" + checkpoint,
                            CommitSummary.RUN,
                            CommitSummary.STREAMING,
                            CommitSummary.RESTORED,
                            restored == null ? CommitSummary.NONE : "" + restored));
        }
    }

    private long append(TableLayout layout, String file, Map<String, String> summary) {
        Table table = lake.table(layout);
        properties(table.newAppend().appendFile(file(layout, file)), summary).commit();
        Snapshot current = table.currentSnapshot();
        return current.snapshotId();
    }

    private void appendMarked(String mark) {
        append(EVENTS, mark, Map.of(CommitSummary.APPEND_MARK, mark));
        lake.table(EVENTS).updateProperties().set(CommitSummary.MARK, mark).commit();
    }

    private static SnapshotUpdate<?> properties(
            AppendFiles append, Map<String, String> properties) {
        properties.forEach(append::set);
        return append;
    }

    private DataFile file(TableLayout layout, String name) {
        return file(layout, name, 1);
    }

    private DataFile file(TableLayout layout, String name, int rows) {
        Table table = lake.table(layout);
        return DataFiles.builder(table.spec())
                .withPath(table.location() + "/data/" + name)
                .withPartitionPath("time_hour=492346")
                .withFormat("parquet")
                .withFileSizeInBytes(100)
                .withRecordCount(rows)
                .build();
    }

    private LakeHistory history() {
        return LakeHistory.of(lake, List.of(EVENTS, RARE));
    }

    private List<TableRollback> plan(long checkpoint, @Nullable String job) {
        LakeHistory history = history();
        return history.plan(history.checkpoint(checkpoint, job));
    }

    /** Files of the commits that would be dropped from the table of events. */
    private static List<String> files(List<TableRollback> plan) {
        return plan.get(0).dropped().stream()
                .map(commit -> commit.job() + "-" + commit.checkpoint())
                .toList();
    }

    private List<TableRollback> rollBack(long checkpoint, @Nullable String job) {
        List<TableRollback> plan = plan(checkpoint, job);
        Rollback.check(plan, false);
        Rollback.apply(lake, EVENTS, plan.get(0), CLOCK);
        Rollback.apply(lake, RARE, plan.get(1), CLOCK);
        return plan;
    }

    private List<String> files(TableLayout layout) throws Exception {
        List<String> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = lake.table(layout).newScan().planFiles()) {
            tasks.forEach(
                    task -> {
                        String path = task.file().location();
                        files.add(path.substring(path.lastIndexOf('/') + 1));
                    });
        }
        return files;
    }
}
