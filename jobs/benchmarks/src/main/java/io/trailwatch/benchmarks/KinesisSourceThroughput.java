package io.trailwatch.benchmarks;

import io.trailwatch.benchmarks.Stopwatch.Lap;
import io.trailwatch.benchmarks.Stopwatch.Processor;
import io.trailwatch.connector.kinesis.config.ConsumerLifecycle;
import io.trailwatch.connector.kinesis.config.InitialPosition;
import io.trailwatch.connector.kinesis.config.KinesisSourceOptions;
import io.trailwatch.connector.kinesis.config.ReaderType;
import io.trailwatch.connector.kinesis.config.StopPosition;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Measures the Kinesis source: one subtask in a mini-cluster reads four shards from their oldest
 * record up to a stop and throws the records away. Polled without pauses and pushed; records of
 * 1,000 and of 100,000 bytes; from Kinesis in memory and from the emulator. Prints a table in
 * Markdown. A row is the median, by processor time, of three jobs behind two that warm up.
 *
 * <p>In memory no payload is sent, copied or looked at beyond its first bytes: measured are the
 * source and Flink, and bytes a second would mean nothing. With the emulator, a slow process of its
 * own, the client of the SDK is measured too, HTTP and CBOR included, while the wall clock is the
 * emulator's.
 */
public final class KinesisSourceThroughput {
    private static final int KILOBYTE = 1_000;
    private static final int WARM_UP_JOBS = 2;
    private static final int JOBS = 3;

    private final List<String> rows = new ArrayList<>();
    private int jobs;

    private KinesisSourceThroughput() {}

    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            System.err.println("usage: KinesisSourceThroughput");
            System.exit(2);
        }
        double loadBefore = load();
        KinesisSourceThroughput measurement = new KinesisSourceThroughput();
        measurement.measure("memory", KinesisUnderTest.InMemory::new, 2_000_000, KILOBYTE);
        measurement.measure("memory", KinesisUnderTest.InMemory::new, 400_000, 100 * KILOBYTE);
        Path home = Path.of(System.getProperty("trailwatch.home", "."));
        Supplier<KinesisUnderTest> emulated = () -> new KinesisUnderTest.Emulated(home);
        measurement.measure("emulator", emulated, 2_000, KILOBYTE);
        measurement.measure("emulator", emulated, 40, 100 * KILOBYTE);
        measurement.print(loadBefore);
    }

    private void measure(
            String name, Supplier<KinesisUnderTest> start, int records, int recordBytes)
            throws Exception {
        try (KinesisUnderTest kinesis = start.get()) {
            FilledStream stream = FilledStream.fill(kinesis, "benchmark", records, recordBytes);
            for (ReaderType reader : ReaderType.values()) {
                String label = name + " | " + reader + " | " + recordBytes / KILOBYTE + " KB";
                List<Lap> laps = new ArrayList<>();
                for (int i = 0; i < WARM_UP_JOBS + JOBS; i++) {
                    Lap lap = read(kinesis, stream, reader);
                    System.err.println(row(label, kinesis, lap));
                    if (i >= WARM_UP_JOBS) {
                        laps.add(lap);
                    }
                }
                laps.sort(Comparator.comparingDouble(lap -> lap.processor().reading()));
                rows.add(row(label, kinesis, laps.get(JOBS / 2)));
            }
        }
    }

    private Lap read(KinesisUnderTest kinesis, FilledStream stream, ReaderType reader)
            throws Exception {
        jobs++;
        Configuration options =
                new Configuration()
                        .set(KinesisSourceOptions.INITIAL_POSITION, InitialPosition.TRIM_HORIZON)
                        .set(KinesisSourceOptions.STOP_POSITION, StopPosition.AT_TIMESTAMP)
                        .set(KinesisSourceOptions.STOP_TIMESTAMP, stream.stop().toString())
                        .set(KinesisSourceOptions.READER_TYPE, reader)
                        // For 5 s a shard does not take the same consumer again: one for each job.
                        .set(KinesisSourceOptions.EFO_CONSUMER_NAME, "benchmark-" + jobs)
                        .set(KinesisSourceOptions.EFO_LIFECYCLE, ConsumerLifecycle.JOB_MANAGED)
                        .set(KinesisSourceOptions.GET_RECORDS_INTERVAL, Duration.ZERO)
                        .set(
                                KinesisSourceOptions.EMPTY_RECORDS_FETCH_INTERVAL,
                                Duration.ofMillis(1));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(1);
        // As the detection job does; otherwise Flink copies every payload on its way to the sink.
        environment.getConfig().enableObjectReuse();
        environment
                .fromSource(
                        kinesis.source(stream.arn(), options),
                        WatermarkStrategy.noWatermarks(),
                        "Kinesis stream")
                .process(new Stopwatch(stream.records()))
                .sinkTo(new DiscardingSink<>());
        environment.execute("kinesis-source-throughput");
        return Stopwatch.take(stream.records());
    }

    private static String row(String label, KinesisUnderTest kinesis, Lap lap) {
        Processor processor = lap.processor();
        double reading = processor.reading();
        boolean real = kinesis.movesBytes();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %,.0f | %s | %,.0f | %.0f / %.0f / %.0f %% |",
                label,
                real ? "the emulator's" : "%,.0f".formatted(lap.records() / lap.wallSeconds()),
                lap.records() / reading,
                real ? "%,.0f".formatted(lap.bytes() / 1e6 / reading) : "by reference",
                lap.records() / processor.process(),
                100 * processor.fetching() / reading,
                100 * processor.task() / reading,
                100 * processor.client() / reading);
    }

    private void print(double loadBefore) throws IOException {
        int processors = Runtime.getRuntime().availableProcessors();
        System.out.println(
                "| Kinesis | Reader | Record | Records/s | Records/s and core, reading threads |"
                        + " MB/s and core, reading threads | Records/s and core, whole process |"
                        + " Fetching / task / client |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        rows.forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "%n%d processors of %s, JDK %s, %s; load average %.1f at the start, %.1f at the"
                        + " end%s.%n",
                processors,
                processorName(),
                System.getProperty("java.version"),
                Instant.now().truncatedTo(ChronoUnit.MINUTES),
                loadBefore,
                load(),
                loadBefore > processors / 2.0 ? ": other work ran on the machine" : "");
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String processorName() throws IOException {
        Path description = Path.of("/proc/cpuinfo");
        if (!Files.exists(description)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(description)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }
}
