package io.trailwatch.cli.rules;

import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import picocli.CommandLine.Command;

/** Groups the commands about rules. */
@Command(
        name = "rules",
        subcommands = {
            RulesCheckCommand.class,
            RulesTestCommand.class,
            RulesListCommand.class,
            RulesExplainCommand.class,
            RulesMatchCommand.class,
            RulesCoverageCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Checks, tries, lists and explains Sigma rules, and matches events with them.",
        footer = {
            "Examples:",
            "  ./trailwatch rules test",
            "  ./trailwatch rules check --rules my-rules/",
            "  ./trailwatch rules match --rules my-rules/ --pack events.json"
        })
public final class RulesCommand extends TrailwatchCommand {
    @Override
    public Integer call() {
        spec().commandLine().usage(console().err());
        return Trailwatch.EXIT_USAGE;
    }
}
