package io.trailwatch.connector.iceberg.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.iceberg.TestTables;
import io.trailwatch.table.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Whatever comes in whatever order, writers and maintenance beside each other: the rows are those
 * that were committed, in each snapshot that can still be read; every file that is referred to is
 * there; once all is old, nothing else is.
 */
class MaintenancePropertiesTest {
    /** What may happen. */
    enum Kind {
        /** A checkpoint is committed with rows of now. */
        APPEND,
        /** A checkpoint is committed with rows of many hours before. */
        APPEND_LATE,
        /** A checkpoint's files are written; their commit comes later. */
        WRITE_AHEAD,
        /** The oldest such checkpoint is committed, by a job that may have stood still for days. */
        COMMIT_WRITTEN,
        /** A writer dies and leaves its files. */
        DIE,
        COMPACT,
        MANIFESTS,
        EXPIRE,
        ORPHANS
    }

    /**
     * One of them.
     *
     * @param size of what is done, or days that have gone by
     * @param meanwhile whether a checkpoint is committed just before the commit of maintenance
     */
    record Action(Kind kind, int size, boolean meanwhile) {}

    @Provide
    Arbitrary<List<Action>> actions() {
        return Combinators.combine(
                        Arbitraries.of(Kind.class),
                        Arbitraries.integers().between(1, 9),
                        Arbitraries.of(true, false))
                .as(Action::new)
                .list()
                .ofMinSize(6)
                .ofMaxSize(24);
    }

    @Property(tries = 8, shrinking = ShrinkingMode.OFF)
    void rowsStayAndFilesAreThoseThatAreReferredTo(@ForAll("actions") List<Action> actions)
            throws IOException {
        Path folder = Files.createTempDirectory("maintenance-properties");
        try (MaintainedTable lake = new MaintainedTable(folder)) {
            Run run = new Run(lake);
            for (Action action : actions) {
                run.act(action);
                run.checkCurrent();
            }
            run.checkEverySnapshot();
            run.checkNothingElseIsLeft();
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static final class Run {
        private static final MaintenanceSettings SETTINGS =
                MaintenanceSettings.DEFAULTS
                        .withFiles(2, 4)
                        .withSnapshots(Duration.ofDays(3), 2)
                        .withSortBytes(1 << 20);

        private final MaintainedTable lake;
        private final List<Row> committed = new ArrayList<>();
        private final Deque<Written> ahead = new ArrayDeque<>();

        /** Rows by the newest checkpoint of a snapshot's history. */
        private final Map<Long, List<Row>> expected = new HashMap<>();

        private long checkpoint;
        private int next;

        private record Written(List<DataFile> files, List<Row> rows) {}

        Run(MaintainedTable lake) {
            this.lake = lake;
            append(3, 60);
        }

        void act(Action action) {
            Runnable meanwhile = action.meanwhile() ? () -> append(2, 90) : () -> {};
            Instant now = Instant.now().plus(Duration.ofDays(action.size()));
            Table table = lake.table();
            switch (action.kind()) {
                case APPEND -> append(action.size(), 60);
                case APPEND_LATE -> append(action.size(), 600);
                case WRITE_AHEAD -> {
                    List<Row> rows = rows(action.size(), 300);
                    ahead.add(new Written(lake.write(rows), rows));
                }
                case COMMIT_WRITTEN -> {
                    if (!ahead.isEmpty()) {
                        Written written = ahead.remove();
                        commit(written.files(), written.rows());
                    }
                }
                case DIE -> lake.write(rows(action.size(), 60));
                case COMPACT -> new Compaction(table, SETTINGS, once(meanwhile)).run();
                case MANIFESTS -> ManifestTidying.run(table, SETTINGS, once(meanwhile));
                case EXPIRE -> SnapshotExpiry.run(table, SETTINGS, now, once(meanwhile));
                case ORPHANS -> OrphanRemoval.run(table, SETTINGS, now, once(meanwhile));
            }
        }

        private static Runnable once(Runnable action) {
            boolean[] done = {false};
            return () -> {
                if (!done[0]) {
                    done[0] = true;
                    action.run();
                }
            };
        }

        /** Numbers are minutes, so these are spread over the hours of that many. */
        private List<Row> rows(int count, int overMinutes) {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                rows.add(TestTables.call((next * 37 + i * 11) % overMinutes));
                next++;
            }
            return rows;
        }

        private void append(int count, int overMinutes) {
            List<Row> rows = rows(count, overMinutes);
            commit(lake.write(rows), rows);
        }

        private void commit(List<DataFile> files, List<Row> rows) {
            checkpoint++;
            lake.commit(files, MaintainedTable.JOB, checkpoint);
            committed.addAll(rows);
            expected.put(checkpoint, List.copyOf(committed));
        }

        void checkCurrent() {
            assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(committed);
            assertThat(lake.stored()).containsAll(lake.referenced());
        }

        void checkEverySnapshot() {
            Table table = lake.table();
            for (Snapshot snapshot : table.snapshots()) {
                Snapshot at = snapshot;
                while (at != null
                        && !at.summary().containsKey("flink.max-committed-checkpoint-id")) {
                    at = at.parentId() == null ? null : table.snapshot(at.parentId());
                }
                if (at != null) {
                    long of = Long.parseLong(at.summary().get("flink.max-committed-checkpoint-id"));
                    assertThat(lake.rows(snapshot.snapshotId()))
                            .containsExactlyInAnyOrderElementsOf(expected.get(of));
                }
            }
        }

        void checkNothingElseIsLeft() {
            lake.stored().forEach(file -> MaintainedTable.age(file, Duration.ofDays(4)));
            OrphanRemoval.run(lake.table(), SETTINGS, Instant.now(), () -> {});
            assertThat(lake.stored()).isEqualTo(new TreeSet<>(lake.referenced()));
            assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(committed);
        }
    }
}
