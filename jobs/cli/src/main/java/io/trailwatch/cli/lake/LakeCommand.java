package io.trailwatch.cli.lake;

import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import picocli.CommandLine.Command;

/** Work on the tables of a lake. */
@Command(
        name = "lake",
        subcommands = {
            LakeMaintainCommand.class,
            LakeSnapshotsCommand.class,
            LakeRollbackCommand.class
        },
        description = "Keeps the tables of a lake in shape.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "Examples:",
            "  ./trailwatch lake snapshots --warehouse warehouse --table ledger",
            "  ./trailwatch lake rollback --config deploy/local/run-aws.json --to-checkpoint 17 \\",
            "      --dry-run"
        })
public final class LakeCommand extends TrailwatchCommand {
    @Override
    public Integer call() {
        spec().commandLine().usage(console().err());
        return Trailwatch.EXIT_USAGE;
    }
}
