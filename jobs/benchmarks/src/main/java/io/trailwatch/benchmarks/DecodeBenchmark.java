package io.trailwatch.benchmarks;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.normalise.EventRows;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
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
 * The stages from raw record to row, each alone and together, on one core. One operation is one
 * pass over the corpus; the counters give events and inflated megabytes a second. With the profiler
 * {@code gc}, allocation a pass divided by the events of a pass is the allocation an event.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 5)
@Measurement(iterations = 5, time = 6)
public class DecodeBenchmark {
    private static final Path SHARED_DATA = Path.of(System.getProperty("trailwatch.shared.data"));

    /** What goes in and how it is opened. */
    @State(Scope.Thread)
    public static class Corpus {
        @Param({"cloudtrail-files", "cloudwatch", "vpcflow"})
        String corpus = "";

        DecodeCorpus input = new DecodeCorpus(List.of(), 0);
        List<LogEvent> events = List.of();
        List<DecodedEvent> decoded = List.of();
        final Unwrapper unwrapper = new Unwrapper(UnwrapSettings.DEFAULT);
        final Decoder decoder = new Decoder(DecodeLimits.DEFAULT);

        @Setup
        public void read() {
            input = DecodeCorpus.of(corpus, SHARED_DATA);
            events = input.events();
            decoded = input.decoded();
        }
    }

    /** Per second: events, and inflated megabytes (10^6 bytes). */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Rates {
        public double events;
        public double megabytes;

        @Setup(Level.Iteration)
        public void reset() {
            events = 0;
            megabytes = 0;
        }

        void add(Corpus corpus) {
            events += corpus.events.size();
            megabytes += corpus.input.inflatedBytes() / 1e6;
        }
    }

    @Benchmark
    public void unwrap(Corpus corpus, Rates rates, Blackhole out) {
        Pieces pieces = new Consumed(out, out::consume);
        for (RawRecord raw : corpus.input.records()) {
            corpus.unwrapper.unwrap(raw, pieces);
        }
        rates.add(corpus);
    }

    @Benchmark
    public void decode(Corpus corpus, Rates rates, Blackhole out) {
        for (LogEvent event : corpus.events) {
            out.consume(corpus.decoder.decode(event));
        }
        rates.add(corpus);
    }

    @Benchmark
    public void normalise(Corpus corpus, Rates rates, Blackhole out) {
        for (DecodedEvent event : corpus.decoded) {
            out.consume(row(event));
        }
        rates.add(corpus);
    }

    @Benchmark
    public void together(Corpus corpus, Rates rates, Blackhole out) {
        Pieces pieces = new Consumed(out, event -> toRow(corpus.decoder, event, out));
        for (RawRecord raw : corpus.input.records()) {
            corpus.unwrapper.unwrap(raw, pieces);
        }
        rates.add(corpus);
    }

    private static EventRows.TableRow row(DecodedEvent event) {
        return EventRows.of(event, IpContext.EMPTY, IpContext.EMPTY, OcsfVersion.V1_1_0);
    }

    static void toRow(Decoder decoder, LogEvent event, Blackhole out) {
        decoder.decode(event)
                .route(
                        decoded -> out.consume(row(decoded)),
                        (reason, detail) ->
                                out.consume(
                                        Quarantined.of(
                                                event.origin(),
                                                "decode",
                                                reason,
                                                detail,
                                                event.payload())));
    }

    /** Takes events as told, and all else as it is. */
    record Consumed(Blackhole out, java.util.function.Consumer<LogEvent> events) implements Pieces {
        @Override
        public void event(LogEvent event) {
            events.accept(event);
        }

        @Override
        public void control(Origin origin, String what) {
            out.consume(what);
        }

        @Override
        public void reject(Quarantined rejected) {
            out.consume(rejected);
        }
    }
}
