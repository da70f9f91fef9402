package io.trailwatch.benchmarks;

import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How long sets of rules take to load and compile, and how much heap they keep. */
public final class RuleLoadCost {
    private static final int RUNS = 5;

    private RuleLoadCost() {}

    /** Tells the last of several runs, when the JVM is warm. */
    public static void main(String[] arguments) {
        Path sharedData = Path.of(System.getProperty("trailwatch.shared.data"));
        for (String name : List.of("aws", "pack", "generated-300", "generated-3000")) {
            for (int run = 1; run <= RUNS; run++) {
                long before = usedBytes();
                long start = System.nanoTime();
                RuleCollection collection = RuleCorpus.of(name, sharedData);
                long loaded = System.nanoTime();
                RuleSet rules = RuleSet.compile(collection);
                long compiled = System.nanoTime();
                long kept = usedBytes() - before;
                if (run == RUNS) {
                    System.out.printf(
                            "%s: %d rules, loaded in %d ms, compiled in %d ms, %.1f MB of heap%n",
                            name,
                            rules.rules().size(),
                            Duration.ofNanos(loaded - start).toMillis(),
                            Duration.ofNanos(compiled - loaded).toMillis(),
                            kept / 1e6);
                }
            }
        }
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
