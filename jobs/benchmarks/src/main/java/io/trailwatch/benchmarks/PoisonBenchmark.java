package io.trailwatch.benchmarks;

import io.trailwatch.benchmarks.DecodeBenchmark.Consumed;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.RawRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * What records that cannot be read cost the others. Every pass holds the same readable events, so
 * that passes a second compare how fast these get through, whatever lies between them.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 5)
@Measurement(iterations = 5, time = 6)
@State(Scope.Thread)
public class PoisonBenchmark {
    private static final Path SHARED_DATA = Path.of(System.getProperty("trailwatch.shared.data"));

    @Param({"0", "0.01", "0.5"})
    double poison;

    private List<RawRecord> records = List.of();
    private final Unwrapper unwrapper = new Unwrapper(UnwrapSettings.DEFAULT);
    private final Decoder decoder = new Decoder(DecodeLimits.DEFAULT);

    @Setup
    public void read() {
        records = DecodeCorpus.poisoned(SHARED_DATA, poison).records();
    }

    @Benchmark
    public void pass(Blackhole out) {
        Pieces pieces = new Consumed(out, event -> DecodeBenchmark.toRow(decoder, event, out));
        for (RawRecord raw : records) {
            unwrapper.unwrap(raw, pieces);
        }
    }
}
