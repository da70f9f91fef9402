package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType.Primitive;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.TableLayout.Granularity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.Table;

/** Several jobs that make and evolve one table at the same moment, each in its own way first. */
final class RacingJobs {
    private RacingJobs() {}

    /** Jobs meet before each version of the layout; none of them may fail. */
    static void evolve(LakeSettings settings, int jobs, int versions) throws Exception {
        Lake.openOrCreate(settings).close();
        CyclicBarrier start = new CyclicBarrier(jobs);
        ExecutorService executor = Executors.newFixedThreadPool(jobs);
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int job = 0; job < jobs; job++) {
                running.add(
                        executor.submit(
                                () -> {
                                    try (Lake lake = Lake.open(settings)) {
                                        for (int version = 1;
                                                version <= versions && failure.get() == null;
                                                version++) {
                                            start.await(1, TimeUnit.MINUTES);
                                            lake.create(layout(version));
                                        }
                                    } catch (RuntimeException e) {
                                        // The others would wait for this one.
                                        failure.compareAndSet(null, e);
                                        start.reset();
                                    }
                                    return null;
                                }));
            }
            for (Future<?> job : running) {
                assertThat(job).as("%s", failure).succeedsWithin(Duration.ofMinutes(2));
            }
        } finally {
            executor.shutdownNow();
        }
        try (Lake lake = Lake.open(settings)) {
            Table table = lake.writable(layout(versions));
            assertThat(table.schema().columns()).hasSize(versions + 1);
            assertThat(table.spec().fields())
                    .singleElement()
                    .satisfies(
                            field ->
                                    assertThat(field.transform())
                                            .hasToString(versions % 2 == 0 ? "hour" : "day"));
            assertThat(table.properties())
                    .containsEntry("trailwatch.layout-version", "" + versions);
        }
    }

    /** Each version has a column more and other partitions than the one before. */
    private static TableLayout layout(int version) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.required("time", Primitive.TIMESTAMP, "When."));
        for (int i = 1; i <= version; i++) {
            columns.add(Column.optional("column_" + i, Primitive.STRING, "One more."));
        }
        return new TableLayout(
                "raced",
                "Raced.",
                columns,
                new TableLayout.Partition(
                        "time", version % 2 == 0 ? Granularity.HOUR : Granularity.DAY),
                List.of("time"),
                List.of(),
                version);
    }
}
