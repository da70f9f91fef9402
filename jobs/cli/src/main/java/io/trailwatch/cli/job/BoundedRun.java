package io.trailwatch.cli.job;

import io.trailwatch.cli.Console;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.event.RawRecord;
import io.trailwatch.pipeline.function.RunCounters;
import io.trailwatch.pipeline.job.LakeSinks;
import io.trailwatch.pipeline.job.StoredKeys;
import io.trailwatch.pipeline.topology.DetectionSettings;
import io.trailwatch.pipeline.topology.DetectionTopology;
import io.trailwatch.pipeline.topology.Sinks;
import io.trailwatch.pipeline.topology.Sources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The detection topology over files, to the end, in this process. Whatever the order of the files
 * and the parallelism, the rows and the findings are the same; what the warehouse already holds is
 * not added again.
 */
public final class BoundedRun {
    private final List<Path> files;
    private final LakeSettings lake;
    private final DetectionSettings settings;
    private final int parallelism;

    private BoundedRun(
            List<Path> files, LakeSettings lake, DetectionSettings settings, int parallelism) {
        this.files = files;
        this.lake = lake;
        this.settings = settings;
        this.parallelism = parallelism;
    }

    /**
     * A run over files, and over all files below folders; hidden files and folders are left out.
     *
     * @throws IllegalArgumentException if a path cannot be read, or there is no file below the
     *     paths
     */
    static BoundedRun over(
            List<Path> paths, LakeSettings lake, DetectionSettings settings, int parallelism) {
        for (Path path : paths) {
            if (!Files.isReadable(path)) {
                throw new IllegalArgumentException("cannot read " + path);
            }
        }
        List<Path> files =
                paths.stream()
                        .flatMap(path -> filesBelow(path).stream())
                        .map(path -> path.toAbsolutePath().normalize())
                        .distinct()
                        .toList();
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no file below " + paths);
        }
        return new BoundedRun(files, lake, settings, parallelism);
    }

    /**
     * Runs to the end and tells what was done.
     *
     * @throws io.trailwatch.cli.CommandException if the job failed; nothing of the run is in the
     *     tables then
     */
    RunSummary execute(Progress progress) {
        Instant start = Instant.now();
        Map<String, Object> accumulators =
                execute(
                        "trailwatch replay",
                        FileSources::new,
                        lake,
                        settings,
                        parallelism,
                        progress);
        return RunSummary.of(
                files.size(),
                files.stream().mapToLong(BoundedRun::size).sum(),
                accumulators,
                Duration.between(start, Instant.now()));
    }

    /**
     * Runs the topology over bounded sources to the end, into the tables of a lake.
     *
     * @return the accumulators at the end, see {@link RunCounters}
     * @throws io.trailwatch.cli.CommandException if the job failed
     */
    static Map<String, Object> execute(
            String name,
            Function<StreamExecutionEnvironment, Sources> sources,
            LakeSettings lake,
            DetectionSettings settings,
            int parallelism,
            Progress progress) {
        return execute(name, sources, LakeSinks.prepare(lake), settings, parallelism, progress);
    }

    /**
     * Runs the topology over bounded sources to the end.
     *
     * @return the accumulators at the end, see {@link RunCounters}
     * @throws io.trailwatch.cli.CommandException if the job failed
     */
    public static Map<String, Object> execute(
            String name,
            Function<StreamExecutionEnvironment, Sources> sources,
            Sinks sinks,
            DetectionSettings settings,
            int parallelism,
            Console console) {
        return execute(name, sources, sinks, settings, parallelism, new Progress(console));
    }

    private static Map<String, Object> execute(
            String name,
            Function<StreamExecutionEnvironment, Sources> sources,
            Sinks sinks,
            DetectionSettings settings,
            int parallelism,
            Progress progress) {
        StreamExecutionEnvironment env = LocalCluster.bounded(parallelism);
        DetectionTopology.wire(sources.apply(env), sinks, settings);
        try {
            return LocalJob.start(env, name)
                    .awaitEnd(
                            counters ->
                                    progress.show(
                                            RunCounters.count(counters, RunCounters.UNWRAPPED),
                                            RunCounters.count(counters, RunCounters.NORMALISED)));
        } finally {
            progress.clear();
        }
    }

    private static List<Path> filesBelow(Path path) {
        try (Stream<Path> walk = Files.walk(path)) {
            return walk.filter(Files::isRegularFile).filter(file -> !isHidden(path, file)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + path, e);
        }
    }

    private static boolean isHidden(Path top, Path file) {
        for (Path part : top.relativize(file)) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private final class FileSources implements Sources {
        private final StreamExecutionEnvironment env;

        FileSources(StreamExecutionEnvironment env) {
            this.env = env;
        }

        @Override
        public DataStream<RawRecord> rawRecords() {
            // Large files first, so that no task is left with one at the end.
            String[] paths =
                    files.stream()
                            .sorted(Comparator.comparingLong(BoundedRun::size).reversed())
                            .map(Path::toString)
                            .toArray(String[]::new);
            return env.fromData(Types.STRING, paths)
                    .rebalance()
                    .flatMap(new FileRecords())
                    .returns(TypeInformation.of(RawRecord.class))
                    .name("read files");
        }

        @Override
        public Optional<Stored> stored() {
            return Optional.of(StoredKeys.read(env, lake));
        }
    }
}
