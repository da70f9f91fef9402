package io.trailwatch.benchmarks;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.rule.RuleMatcher;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.enrich.IpContext;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Matching of decoded events with sets of rules, on one core. One operation is one pass over the
 * events of the corpus, or over those of them that match nothing; the counter gives events a
 * second. With the profiler {@code gc}, allocation a pass divided by the events of a pass is the
 * allocation an event.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 4)
@Measurement(iterations = 5, time = 4)
public class RuleBenchmark {
    private static final Path SHARED_DATA =
            Path.of(System.getProperty("trailwatch.shared.data", "absent"));

    /** What is matched with what. */
    @State(Scope.Thread)
    public static class Corpus {
        @Param({"cloudtrail-files", "vpcflow"})
        String corpus = "";

        @Param({"aws", "pack", "generated-300", "generated-3000"})
        String rules = "";

        RuleMatcher matcher = new RuleMatcher(RuleSet.compile(List.of()));
        List<DecodedEvent> events = List.of();
        List<DecodedEvent> withoutMatch = List.of();

        @Setup
        public void read() {
            matcher = new RuleMatcher(RuleSet.compile(RuleCorpus.of(rules, SHARED_DATA)));
            events = DecodeCorpus.of(corpus, SHARED_DATA).decoded();
            withoutMatch =
                    events.stream()
                            .filter(event -> matcher.match(event, IpContext.EMPTY).isEmpty())
                            .toList();
            System.out.printf(
                    "%n%d events, %d of them match nothing%n", events.size(), withoutMatch.size());
        }
    }

    /** Events per second. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Rates {
        public double events;

        @Setup(Level.Iteration)
        public void reset() {
            events = 0;
        }
    }

    @Benchmark
    public void all(Corpus corpus, Rates rates, Blackhole out) {
        for (DecodedEvent event : corpus.events) {
            out.consume(corpus.matcher.match(event, IpContext.EMPTY));
        }
        rates.events += corpus.events.size();
    }

    @Benchmark
    public void withoutMatch(Corpus corpus, Rates rates, Blackhole out) {
        for (int i = 0; i < corpus.withoutMatch.size(); i++) {
            out.consume(corpus.matcher.match(corpus.withoutMatch.get(i), IpContext.EMPTY));
        }
        rates.events += corpus.withoutMatch.size();
    }
}
