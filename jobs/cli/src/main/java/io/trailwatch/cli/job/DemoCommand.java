package io.trailwatch.cli.job;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.Folders;
import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.cli.generate.FileSink;
import io.trailwatch.cli.generate.Label;
import io.trailwatch.cli.generate.Labels;
import io.trailwatch.cli.generate.Scoring;
import io.trailwatch.cli.generate.Simulation;
import io.trailwatch.cli.generate.SimulationOptions;
import io.trailwatch.cli.lake.FindingsPrinter;
import io.trailwatch.cli.lake.StoredFindings;
import io.trailwatch.cli.lake.TablesPrinter;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.finding.Finding;
import io.trailwatch.pipeline.job.JobSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: a simulated organisation under attack, through the whole pipeline. */
@Command(
        name = "demo",
        description = {
            "Simulates a day of a small organisation with attacks in it, runs the pipeline over its"
                    + " logs and shows what was found.",
            "",
            "The attacks are labelled, so that the demo can say which of them were found and which"
                    + " were missed."
        },
        footer = {"Examples:", "  ./trailwatch demo", "  ./trailwatch demo --seed 7 --out demo-7"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class DemoCommand extends TrailwatchCommand {
    private static final String LOGS = "logs";
    private static final String WAREHOUSE = "warehouse";

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description =
                    "Whole number that decides everything left to chance. Default:"
                            + " ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            defaultValue = "demo",
            description =
                    "Folder for logs, labels and warehouse; what an earlier demo left in it is"
                            + " replaced. Default: ${DEFAULT-VALUE}")
    private Path out;

    @Override
    public Integer call() throws IOException {
        Console console = console();
        clear(out);
        Path logs = out.resolve(LOGS);
        Path warehouse = out.resolve(WAREHOUSE);

        console.progress("simulating a day of logs ...");
        List<Label> labels = simulate(logs);
        Labels.write(out.resolve(Labels.FILE), labels);
        console.clearProgress();

        RunSummary summary =
                BoundedRun.over(
                                List.of(logs),
                                LakeSettings.local(warehouse),
                                JobSettings.detection(
                                        new Configuration(),
                                        warning -> console.err().println(SafeText.of(warning))),
                                Runtime.getRuntime().availableProcessors())
                        .execute(new Progress(console));

        List<Finding> findings = StoredFindings.read(warehouse);
        FindingsPrinter.table(console, findings);
        console.println("");
        printScore(console, Scoring.score(labels, findings));
        console.println("");
        TablesPrinter.print(console, warehouse);
        console.println("");
        new SummaryText(console).ledger(summary);
        console.println("");
        printNext(console, warehouse);
        return Trailwatch.EXIT_OK;
    }

    private List<Label> simulate(Path logs) throws IOException {
        Files.createDirectories(logs);
        try (FileSink sink = new FileSink(logs)) {
            return new Simulation(SimulationOptions.ofSeed(seed)).run(sink).labels();
        }
    }

    private static void printScore(Console console, Scoring.Score score) {
        console.println(
                console.bold(
                        "Attacks planted %d, found %d, missed %d"
                                .formatted(
                                        score.verdicts().size(),
                                        score.foundCount(),
                                        score.missed().size())));
        for (Scoring.Verdict verdict : score.verdicts()) {
            String mark = verdict.found() ? console.green("found ") : console.red("missed");
            console.println(
                    "  %s  %s (%s)"
                            .formatted(
                                    mark,
                                    verdict.label().name(),
                                    String.join(", ", verdict.label().techniques())));
        }
        console.println(
                String.format(
                        Locale.ROOT,
                        "Findings that belong to no planted attack: %d",
                        score.unlabelled().size()));
    }

    private static void printNext(Console console, Path warehouse) {
        console.println("Next:");
        console.println("  ./trailwatch findings --warehouse " + warehouse + " --severity high");
        console.println(
                "  ./trailwatch sql --warehouse "
                        + warehouse
                        + " -f deploy/athena/queries/findings/findings_triage.sql");
        console.println("  ./trailwatch ledger --warehouse " + warehouse);
        console.println("  ./trailwatch replay YOUR-LOGS/ --warehouse YOUR-WAREHOUSE");
    }

    /** Only what an earlier demo left is deleted. */
    private static void clear(Path out) throws IOException {
        if (!Files.exists(out)) {
            return;
        }
        if (!Files.isDirectory(out)) {
            throw CommandException.usage("--out: %s is a file".formatted(out));
        }
        boolean ours = Files.exists(out.resolve(Labels.FILE));
        try (Stream<Path> entries = Files.list(out)) {
            if (!ours && entries.findAny().isPresent()) {
                throw CommandException.usage(
                        "--out: %s holds something else than an earlier demo; name a new or an"
                                        .formatted(out)
                                + " empty folder");
            }
        }
        Folders.delete(out.resolve(LOGS));
        Folders.delete(out.resolve(WAREHOUSE));
    }
}
