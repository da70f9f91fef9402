package io.trailwatch.cli.lake;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.Severity;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the findings of a warehouse. */
@Command(
        name = "findings",
        description = {
            "Shows the findings of a lake, oldest first.",
            "",
            "With --json: one object a line with id, time, rule_id, rule_title, rule_version,"
                    + " rule_author, severity, entity_type, entity, account, region, techniques,"
                    + " evidence, first_seen, last_seen, count, message."
        },
        footer = {
            "Examples:",
            "  ./trailwatch findings --warehouse warehouse",
            "  ./trailwatch findings --warehouse warehouse --severity high --limit 20",
            "  ./trailwatch findings --warehouse warehouse --dry-run",
            "  ./trailwatch findings --warehouse warehouse --json | jq -r .rule_title | sort |"
                    + " uniq -c"
        })
public final class FindingsCommand extends TrailwatchCommand {
    @Mixin private LakeOption lake = new LakeOption();

    @Option(
            names = "--severity",
            paramLabel = "LEVEL",
            description =
                    "Only findings of this severity and above: informational, low, medium, high,"
                            + " critical.")
    private @Nullable Severity severity;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            description = "Only findings of the rule with this id, or with this text in its title.")
    private @Nullable String rule;

    @Option(names = "--limit", paramLabel = "N", description = "Only the latest N of them.")
    private @Nullable Integer limit;

    @Option(
            names = "--dry-run",
            description =
                    "The findings of rules whose mode is dry-run, in place of those that were"
                            + " made in earnest.")
    private boolean dryRun;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Override
    public Integer call() {
        if (limit != null && limit < 1) {
            throw CommandException.usage("--limit: must be at least 1, is " + limit);
        }
        List<Finding> stored =
                dryRun
                        ? StoredFindings.readDryRuns(lake.existing())
                        : StoredFindings.read(lake.existing());
        List<Finding> findings = stored.stream().filter(this::isWanted).toList();
        List<Finding> shown =
                limit == null || findings.size() <= limit
                        ? findings
                        : findings.subList(findings.size() - limit, findings.size());
        if (json) {
            FindingsPrinter.json(jsonLines(), shown);
        } else {
            FindingsPrinter.table(console(), shown);
            if (shown.size() < findings.size()) {
                console()
                        .println(
                                "The latest %d of %d; --limit shows more."
                                        .formatted(shown.size(), findings.size()));
            }
        }
        return Trailwatch.EXIT_OK;
    }

    private boolean isWanted(Finding finding) {
        return (severity == null || finding.severity().compareTo(severity) >= 0)
                && (rule == null
                        || finding.ruleId().equals(rule)
                        || finding.ruleTitle()
                                .toLowerCase(Locale.ROOT)
                                .contains(rule.toLowerCase(Locale.ROOT)));
    }
}
