package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeOpeningTest {
    private static final int OPENERS = 4;
    private static final int ROUNDS = 10;

    @TempDir private Path folder;

    @Test
    void aNewCatalogMayBeOpenedBySeveralAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(OPENERS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                LakeSettings settings = LakeSettings.local(folder.resolve("lake-" + round));
                CyclicBarrier start = new CyclicBarrier(OPENERS);
                List<Future<Integer>> opened = new ArrayList<>();
                for (int i = 0; i < OPENERS; i++) {
                    opened.add(
                            threads.submit(
                                    () -> {
                                        start.await();
                                        try (Lake lake = Lake.openOrCreate(settings)) {
                                            return lake.tables().size();
                                        }
                                    }));
                }
                for (Future<Integer> each : opened) {
                    assertThat(each.get()).isZero();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
