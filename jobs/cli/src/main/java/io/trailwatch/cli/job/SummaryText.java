package io.trailwatch.cli.job;

import io.trailwatch.cli.Console;
import java.nio.file.Path;
import java.util.Locale;

/** A run's summary for people. */
final class SummaryText {
    private final Console console;

    SummaryText(Console console) {
        this.console = console;
    }

    void print(RunSummary summary, Path warehouse) {
        line(
                "Read %,d files, %.1f MB as stored, in %.1f s.",
                summary.files(), summary.inputBytes() / 1e6, summary.elapsed().toMillis() / 1000.0);
        line("");
        ledger(summary);
        line("Findings  %,d new", summary.findings());
        if (summary.findingsDryRun() > 0) {
            line("Dry runs  %,d new findings that nobody is told of", summary.findingsDryRun());
        }
        summary.quarantinedByReason()
                .forEach((reason, count) -> line("Quarantine  %,d %s", count, reason));
        if (summary.flowSkipData() > 0) {
            line(
                    "Flow logs  %,d SKIPDATA: windows of which AWS did not capture all traffic",
                    summary.flowSkipData());
        }
        line("");
        line("Next:");
        line("  ./trailwatch findings --warehouse %s", warehouse);
        line("  ./trailwatch tables --warehouse %s", warehouse);
        if (summary.quarantined() > 0) {
            line("  ./trailwatch quarantine list --warehouse %s", warehouse);
        }
    }

    /** The identity that must hold, and whether it does. */
    void ledger(RunSummary summary) {
        line(
                "Ledger  %,d received = %,d written + %,d quarantined + %,d deduplicated + %,d"
                        + " control  %s",
                summary.received(),
                summary.written(),
                summary.quarantined(),
                summary.deduplicated(),
                summary.control(),
                summary.balanced() ? console.green("(holds)") : console.red("(DOES NOT HOLD)"));
    }

    private void line(String format, Object... arguments) {
        console.println(String.format(Locale.ROOT, format, arguments));
    }
}
