package io.trailwatch.cli.rules;

import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleProblem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells which rules are refused, and why. */
@Command(
        name = "check",
        description = {
            "Reads rules and tells which are refused, and why. A rule is understood in full or"
                    + " refused.",
            "",
            "With --json: one object a problem with file, rule_id, path, message.",
            "Exit status 1 when a rule is refused."
        },
        footer = {"Example:", "  ./trailwatch rules check --rules my-rules/"})
public final class RulesCheckCommand extends TrailwatchCommand {
    @Mixin private RulesOption rules = new RulesOption();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Override
    public Integer call() {
        LoadedRules loaded = RuleLoader.load(rules.files());
        for (RuleProblem problem : loaded.problems()) {
            if (json) {
                jsonLines()
                        .object(
                                out -> {
                                    out.writeStringField("file", problem.file());
                                    JsonLines.text(out, "rule_id", problem.ruleId());
                                    out.writeStringField("path", problem.path());
                                    out.writeStringField("message", problem.message());
                                });
            } else {
                console().println(SafeText.of(problem.toString()));
            }
        }
        if (!json) {
            console()
                    .println(
                            "%d rules understood, %d refused"
                                    .formatted(loaded.rules().size(), loaded.problems().size()));
        }
        return loaded.problems().isEmpty() ? Trailwatch.EXIT_OK : Trailwatch.EXIT_FAILED;
    }
}
