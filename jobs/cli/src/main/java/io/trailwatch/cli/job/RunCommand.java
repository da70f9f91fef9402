package io.trailwatch.cli.job;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.pipeline.function.RunCounters;
import io.trailwatch.pipeline.job.DetectionJob;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: the streaming job in this process, until it is stopped. */
@Command(
        name = "run",
        description = {
            "Runs the streaming job in this process: from a Kinesis stream into a warehouse.",
            "",
            "The file has the form of Managed Flink's application_properties.json: a list of"
                + " PropertyGroupId and PropertyMap, with the group 'trailwatch'. Checkpoints go to"
                + " a local folder; after a stop, or a kill, the next run goes on from the last"
                + " one, without loss or repetition."
        },
        footer = {
            "Example:",
            "  ./trailwatch local up",
            "  ./trailwatch run --config deploy/local/run.json"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class RunCommand extends TrailwatchCommand {
    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "Options of the job.")
    private Path config;

    @Option(
            names = "--checkpoints",
            paramLabel = "DIR",
            description = "Folder of checkpoints; <FILE>.checkpoints when not given.")
    private Optional<Path> checkpoints = Optional.empty();

    @Option(
            names = "--checkpoint-interval",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "Seconds between two checkpoints, 10 when not given; rows and findings can be"
                            + " read after the next one.")
    private int checkpointSeconds;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Parallel tasks; the number of processors when not given.")
    private int parallelism = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() {
        if (checkpointSeconds < 1) {
            throw CommandException.usage(
                    "--checkpoint-interval is %d, must be at least 1".formatted(checkpointSeconds));
        }
        Path folder = checkpoints.orElse(Path.of(config + ".checkpoints")).toAbsolutePath();
        Optional<Path> last;
        LocalJob job;
        try {
            Configuration options = DetectionJob.read(config.toString());
            last = Checkpoints.newest(folder);
            StreamExecutionEnvironment env =
                    LocalCluster.streaming(
                            parallelism, folder, Duration.ofSeconds(checkpointSeconds), last);
            DetectionJob.build(env, options);
            job = LocalJob.start(env, "trailwatch run");
        } catch (IOException e) {
            throw CommandException.usage(
                    "--config: cannot read %s: %s".formatted(config, e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--config %s: %s".formatted(config, e.getMessage()));
        }
        Console console = console();
        console.println(
                last.map(path -> "Going on from checkpoint " + path)
                        .orElse("Starting without a checkpoint."));
        console.println("Running; Ctrl-C stops. Checkpoints: " + folder);
        console.out().flush();
        job.awaitEnd(counters -> report(counters, console));
        return Trailwatch.EXIT_OK;
    }

    private static void report(Map<String, Object> counters, Console console) {
        console.progress(
                String.format(
                        Locale.ROOT,
                        "%s%,d events received, %,d normalised, %,d findings",
                        // First, since a narrow terminal cuts off the end.
                        StreamLag.farthest()
                                .map(lag -> "%,d ms behind latest; ".formatted(lag.toMillis()))
                                .orElse(""),
                        RunCounters.count(counters, RunCounters.UNWRAPPED),
                        RunCounters.count(counters, RunCounters.NORMALISED),
                        RunCounters.count(counters, RunCounters.FINDINGS)));
    }
}
