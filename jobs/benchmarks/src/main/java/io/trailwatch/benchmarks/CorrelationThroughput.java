package io.trailwatch.benchmarks;

import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.correlation.CorrelationHit;
import io.trailwatch.core.detect.correlation.CorrelationHits;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleFindings;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.finding.Finding;
import io.trailwatch.pipeline.function.CorrelationFunction;
import io.trailwatch.pipeline.function.WindowFunction.Arrival;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/**
 * How many hits one core correlates, and what a hit costs when a window holds ever more different
 * values. One operator in Flink's test harness, on one thread: state, timers and watermarks are
 * real, there is no network. Every hit enters the window and, once it is full, pushes one out. What
 * counts is processor time of that thread, so that a busy machine does not show; garbage collection
 * and the compaction of RocksDB are beside it.
 */
public final class CorrelationThroughput {
    private static final long T0 = Instant.parse("2026-11-20T08:00:00Z").toEpochMilli();
    private static final int GROUPS = 1_000;
    private static final int WATERMARK_EVERY = 100;
    private static final int ROUNDS = 3;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private CorrelationThroughput() {}

    private enum Backend {
        HEAP,
        ROCKSDB;

        StateBackend create() {
            if (this == HEAP) {
                return new HashMapStateBackend();
            }
            // The harness would give it so little that a few thousand hits go to disk.
            Configuration memory = new Configuration();
            memory.set(RocksDBOptions.FIX_PER_SLOT_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
            return new EmbeddedRocksDBStateBackend()
                    .configure(memory, CorrelationThroughput.class.getClassLoader());
        }
    }

    /**
     * @param arguments hits of each measurement; 200000 when absent
     */
    public static void main(String... arguments) throws Exception {
        int hits = arguments.length == 0 ? 200_000 : Integer.parseInt(arguments[0]);
        for (Backend backend : Backend.values()) {
            for (String type :
                    List.of(
                            "event_count",
                            "value_count",
                            "temporal",
                            "temporal_ordered",
                            "value_sum",
                            "value_median")) {
                // Twenty hits of each of the groups in a window.
                double nanos = measure(backend, type, GROUPS, 20_000, 10_000, hits);
                print(backend, type, "%,.0f hits/s".formatted(1e9 / nanos));
            }
            for (String type : List.of("value_count", "value_median")) {
                for (int distinct : List.of(100, 1_000, 10_000, 100_000)) {
                    double nanos = measure(backend, type, 1, distinct, distinct, hits);
                    print(
                            backend,
                            type + " of " + distinct + " values",
                            "%,.0f ns/hit".formatted(nanos));
                }
            }
        }
    }

    private static void print(Backend backend, String what, String result) {
        System.out.printf("%-8s %-30s %s%n", backend.name().toLowerCase(Locale.ROOT), what, result);
    }

    /** Processor nanoseconds a hit in a full window; the best of the rounds. */
    private static double measure(
            Backend backend, String type, int groups, int window, int values, int hits)
            throws Exception {
        // No timespan is shorter than a second.
        long step = Math.max(1, 1_000 / window);
        List<CorrelationHit> templates = templates(type, groups, window * step / 1_000);
        double best = Double.MAX_VALUE;
        try (var harness =
                new KeyedOneInputStreamOperatorTestHarness<String, CorrelationHit, Finding>(
                        new KeyedProcessOperator<>(
                                new CorrelationFunction(
                                        new CorrelationLimits(200_000, 1_000_000),
                                        Arrival.BY_WATERMARK)),
                        CorrelationHit::detectKey,
                        Types.STRING)) {
            harness.setStateBackend(backend.create());
            harness.setup();
            harness.open();
            int sent = 0;
            // As many for small windows as for large: RocksDB slows down as its buffer fills.
            sent = send(harness, templates, type, values, step, sent, Math.max(2 * window, hits));
            for (int round = 0; round < ROUNDS; round++) {
                long begin = THREADS.getCurrentThreadCpuTime();
                sent = send(harness, templates, type, values, step, sent, hits);
                best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - begin) / (double) hits);
            }
        }
        return best;
    }

    private static int send(
            KeyedOneInputStreamOperatorTestHarness<String, CorrelationHit, Finding> harness,
            List<CorrelationHit> templates,
            String type,
            int values,
            long stepMillis,
            int from,
            int hits)
            throws Exception {
        for (int i = from; i < from + hits; i++) {
            CorrelationHit template = templates.get(i % templates.size());
            long time = T0 + (long) i * stepMillis;
            String item =
                    type.startsWith("temporal")
                            ? Integer.toString(i / templates.size() % 2)
                            : Integer.toString((int) (i * 7919L % values));
            CorrelationHit hit =
                    new CorrelationHit(
                            template.detectKey(),
                            template.level(),
                            template.definition(),
                            time,
                            "app/event-" + i,
                            type.equals("event_count") ? List.of() : List.of(item),
                            List.of(),
                            "111122223333",
                            "eu-west-1",
                            time,
                            time);
            harness.processElement(hit, time);
            if (i % WATERMARK_EVERY == 0) {
                harness.processWatermark(time - 1);
            }
        }
        return from + hits;
    }

    /** One hit of each group, as matching makes it. */
    private static List<CorrelationHit> templates(String type, int groups, long spanSeconds) {
        boolean temporal = type.startsWith("temporal");
        boolean valued = type.startsWith("value");
        String condition =
                temporal
                        ? ""
                        : "    condition:\n        gt: 1000000000\n"
                                + (valued ? "        field: attributes.value\n" : "");
        RuleCollection rules =
                RuleLoader.parse(
                                "benchmark.yml",
                                rule("first")
                                        + rule("second")
                                        + correlation(type, spanSeconds, condition))
                        .orThrow();
        CorrelationHits hitsOf = new CorrelationHits(rules);
        List<CorrelationHit> templates = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            DecodedEvent event = event("user-" + group);
            Finding match = RuleFindings.finding(rules.rules().get(0), event);
            templates.addAll(hitsOf.of(event, IpContext.EMPTY, List.of(match)).hits());
        }
        if (templates.size() != groups) {
            throw new IllegalStateException(
                    "made %d hits of %d".formatted(templates.size(), groups));
        }
        return templates;
    }

    private static String rule(String id) {
        return """
        title: Rule %1$s
        id: %1$s
        status: test
        description: Events of type %1$s.
        author: Trailwatch
        date: 2026-11-21
        logsource:
            category: application
        detection:
            selection:
                type: %1$s
            condition: selection
        level: low
        ---
        """
                .formatted(id);
    }

    private static String correlation(String type, long spanSeconds, String condition) {
        return """
        title: Correlation
        id: correlation
        status: test
        description: What is measured.
        author: Trailwatch
        date: 2026-11-21
        correlation:
            type: %s
            rules: [first, second]
            group-by: [user]
            timespan: %ds
        %slevel: high
        """
                .formatted(type, spanSeconds, condition);
    }

    private static DecodedEvent event(String user) {
        LogEvent event =
                new LogEvent(
                        LogKind.APP_EVENT,
                        "app/template",
                        0,
                        "json",
                        new Origin("file", "", "0", 0, 0, Instant.ofEpochMilli(T0)),
                        Provenance.NONE,
                        false,
                        new byte[0]);
        return new DecodedEvent(
                event,
                new AppEvent(
                        "mapping:benchmark",
                        "template",
                        Instant.ofEpochMilli(T0),
                        "first",
                        user,
                        null,
                        null,
                        null,
                        null,
                        Map.of("value", "1"),
                        ""));
    }
}
