package io.trailwatch.cli.job;

import com.fasterxml.jackson.core.JsonGenerator;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.pipeline.job.JobSettings;
import io.trailwatch.pipeline.topology.DetectionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code replay}: files through the detection topology into a warehouse. */
@Command(
        name = "replay",
        description = {
            "Reads log files through the whole pipeline into a warehouse.",
            "",
            "Files may be gzip, JSON, JSON lines, text or Avro, in any envelope; folders are read"
                + " with all below them. What cannot be read goes to the quarantine table with its"
                + " reason, and the run goes on. What the warehouse already holds is not added"
                + " again."
        },
        footer = {
            "Examples:",
            "  ./trailwatch replay AWSLogs/ --warehouse warehouse",
            "  ./trailwatch replay flow.log --warehouse warehouse --flow-format \"interface-id"
                    + " srcaddr dstaddr start end action\"",
            "  ./trailwatch replay logs/ --warehouse w --flow-format \"logs/tgw=$${version} ...\""
                    + " --flow-format \"/vpc/flow/a=$${version} ...\"",
            "  ./trailwatch replay logs/ --warehouse w --rules my-rules/ --intel bad-ips.txt"
                    + " --geoip GeoLite2-City.mmdb",
            "  ./trailwatch replay logs/ --warehouse w --rules my-rules/ --pack"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class ReplayCommand extends TrailwatchCommand {
    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files and folders.")
    private List<Path> paths;

    @Option(
            names = {"-w", "--warehouse"},
            required = true,
            paramLabel = "DIR",
            description = "Folder of the warehouse; made when it does not exist.")
    private Path warehouse;

    @Mixin private ReplayOptions options = new ReplayOptions();

    @Option(names = "--json", description = "One JSON object in place of the summary.")
    private boolean json;

    @Override
    public Integer call() {
        Console console = console();
        BoundedRun run;
        try {
            LakeSettings lake = LakeSettings.local(warehouse);
            DetectionSettings settings =
                    JobSettings.detection(
                            options.jobOptions(),
                            warning -> console.err().println(SafeText.of(warning)));
            run = BoundedRun.over(paths, lake, settings, options.parallelism());
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
        RunSummary summary = run.execute(new Progress(console));
        if (json) {
            jsonLines().object(object -> write(object, summary));
        } else {
            new SummaryText(console).print(summary, warehouse);
        }
        return Trailwatch.EXIT_OK;
    }

    private static void write(JsonGenerator object, RunSummary summary) throws IOException {
        object.writeNumberField("files", summary.files());
        object.writeNumberField("input_bytes", summary.inputBytes());
        object.writeNumberField("received", summary.received());
        object.writeNumberField("written", summary.written());
        object.writeNumberField("quarantined", summary.quarantined());
        object.writeNumberField("deduplicated", summary.deduplicated());
        object.writeNumberField("control", summary.control());
        object.writeNumberField("flow_skip_data", summary.flowSkipData());
        object.writeNumberField("findings", summary.findings());
        object.writeNumberField("findings_dry_run", summary.findingsDryRun());
        object.writeObjectFieldStart("quarantined_by_reason");
        for (Map.Entry<String, Long> reason : summary.quarantinedByReason().entrySet()) {
            object.writeNumberField(reason.getKey(), reason.getValue());
        }
        object.writeEndObject();
        object.writeNumberField("seconds", summary.elapsed().toMillis() / 1000.0);
    }
}
