package io.trailwatch.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures {@code ./trailwatch replay} as a whole process over a large CloudTrail corpus, with
 * tables and our own rules on: inflated megabytes (1,000,000 bytes) a second of wall-clock time and
 * of processor time, and the peak of resident memory. Linux only: memory is read from {@code
 * /proc}.
 *
 * <p>Arguments: folder of CloudTrail files, inflated megabytes (500), parallelism (1), share of
 * lines beside them that cannot be read (0); the figures are those of the events that can.
 */
public final class ReplayThroughput {
    private ReplayThroughput() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 1 || args.length > 4) {
            System.err.println("usage: ReplayThroughput FOLDER [MEGABYTES [PARALLELISM [POISON]]]");
            System.exit(2);
        }
        long megabytes = args.length > 1 ? Long.parseLong(args[1]) : 500;
        String parallelism = args.length > 2 ? args[2] : "1";
        double poison = args.length > 3 ? Double.parseDouble(args[3]) : 0;
        Path work = Files.createTempDirectory("trailwatch-throughput");
        try {
            Path logs = work.resolve("logs");
            CloudTrailCorpus.Size size =
                    CloudTrailCorpus.read(Path.of(args[0]))
                            .write(logs, megabytes * 1_000_000, poison);
            measure(size, logs, work.resolve("warehouse"), parallelism);
        } finally {
            delete(work);
        }
    }

    private static void measure(
            CloudTrailCorpus.Size size, Path logs, Path warehouse, String parallelism)
            throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("trailwatch.home", "."));
        Process process =
                new ProcessBuilder(
                                List.of(
                                        home.resolve("trailwatch").toString(),
                                        "replay",
                                        logs.toString(),
                                        "--warehouse",
                                        warehouse.toString(),
                                        "--parallelism",
                                        parallelism,
                                        "--json"))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        long start = System.nanoTime();
        Duration processor = Duration.ZERO;
        long peakKilobytes = 0;
        while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
            processor = process.info().totalCpuDuration().orElse(processor);
            peakKilobytes = Math.max(peakKilobytes, peakKilobytes(process.pid()));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        String summary =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
            throw new IllegalStateException("replay ended with status " + process.exitValue());
        }
        double megabytes = size.inflatedBytes() / 1e6;
        double processorSeconds = processor.toMillis() / 1000.0;
        System.out.print(summary);
        System.out.printf(
                Locale.ROOT,
                "input             %,d events, %.0f MB inflated%n"
                        + "parallelism       %s%n"
                        + "wall clock        %.1f s, %.1f MB/s, %,.0f events/s%n"
                        + "processor time    %.1f s, %.1f MB/s and core, %,.0f events/s and core%n"
                        + "peak memory       %.0f MB resident%n",
                size.events(),
                megabytes,
                parallelism,
                seconds,
                megabytes / seconds,
                size.events() / seconds,
                processorSeconds,
                megabytes / processorSeconds,
                size.events() / processorSeconds,
                peakKilobytes / 1e3);
    }

    private static long peakKilobytes(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            // The process has just ended.
            return 0;
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
