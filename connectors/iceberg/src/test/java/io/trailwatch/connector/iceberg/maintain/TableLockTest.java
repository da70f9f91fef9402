package io.trailwatch.connector.iceberg.maintain;

import static io.trailwatch.connector.iceberg.maintain.MaintainedTable.calls;
import static io.trailwatch.connector.iceberg.maintain.MaintainedTable.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableLockTest {
    private static final Clock NOW = in(Duration.ZERO);

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
    void aTableThatOneHoldsIsRefusedToAnotherWithNameAndTime() {
        try (TableLock lock = TableLock.acquire(lake.table(), NOW, "first host").orElseThrow()) {
            assertThat(TableLock.acquire(lake.table(), NOW, "second")).isEmpty();
            assertThatThrownBy(() -> lake.maintain(MaintenanceSettings.DEFAULTS, NOW))
                    .isInstanceOf(MaintenanceException.class)
                    .hasMessageMatching(
                            "table trailwatch.trailwatch.calls is held by first host/\\S+ until"
                                    + " \\S+");
            lock.renew();
        }
        assertThat(TableLock.holder(lake.table(), NOW)).isEmpty();
        assertThat(lake.table().properties()).doesNotContainKey(TableLock.PROPERTY);
    }

    @Test
    void oneWhoseTimeIsOverIsTakenOverAndItsOldOwnerLearnsSo() {
        TableLock dead = TableLock.acquire(lake.table(), NOW, "dead").orElseThrow();
        Clock later = in(TableLock.LEASE.plusSeconds(1));

        TableLock heir = TableLock.acquire(lake.table(), later, "heir").orElseThrow();

        // The old owner has come back to life, and its clock runs on.
        assertThatThrownBy(() -> renewAfter(dead))
                .isInstanceOf(MaintenanceException.class)
                .hasMessageContaining("taken over");
        dead.close();
        assertThat(TableLock.holder(lake.table(), later).map(TableLock.Holder::owner))
                .hasValueSatisfying(owner -> assertThat(owner).startsWith("heir/"));
        heir.close();
        assertThat(TableLock.holder(lake.table(), later)).isEmpty();
    }

    /** The lock asks its clock only when half its time is over; here it never has any left. */
    private static void renewAfter(TableLock lock) {
        lock.renewNow();
    }

    @Test
    void ofManyThatComeAtOnceOneGetsIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Optional<TableLock>>> all =
                    IntStream.range(0, 8)
                            .<Callable<Optional<TableLock>>>mapToObj(
                                    i -> () -> TableLock.acquire(lake.table(), NOW, "run " + i))
                            .toList();
            int held = 0;
            for (Future<Optional<TableLock>> lock : threads.invokeAll(all)) {
                held += lock.get().isPresent() ? 1 : 0;
            }
            assertThat(held).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aWriterDoesNotCareAboutTheLock() {
        try (TableLock lock = TableLock.acquire(lake.table(), NOW, "run").orElseThrow()) {
            lake.commit(calls(1), 1);
            lock.renew();
        }
        lake.commit(calls(2), 2);
        assertThat(lake.rows()).containsExactlyInAnyOrderElementsOf(calls(1, 2));
    }

    @Test
    void aLockThatNobodyCanReadDoesNotStandForEver() {
        lake.table()
                .updateProperties()
                .set(TableLock.PROPERTY, "somebody until the cows come home")
                .commit();
        assertThat(TableLock.acquire(lake.table(), NOW, "run")).isPresent();
    }
}
