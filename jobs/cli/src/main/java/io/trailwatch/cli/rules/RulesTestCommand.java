package io.trailwatch.cli.rules;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.core.detect.rule.example.RuleTestResult;
import io.trailwatch.core.detect.rule.example.RuleTester;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tries rules on the examples beside them. */
@Command(
        name = "test",
        description = {
            "Tries rules on the examples beside them: every event of NAME.match.ndjson must match"
                    + " the rule NAME.yml, none of NAME.miss.ndjson may. Examples are raw records,"
                    + " one a line; each goes out of its envelope, through the decoder and the"
                    + " matcher to a finding. Of correlations the examples are sequences of"
                    + " records, separated by blank lines.",
            "",
            "With --json: one object an example with rule_id, rule_title, file, line, expected,"
                    + " actual, passed, detail.",
            "Exit status 1 when an example does not do as it should, is missing, or a rule is"
                    + " refused."
        },
        footer = {
            "Examples:",
            "  ./trailwatch rules test",
            "  ./trailwatch rules test --rules my-rules/ --junit target/rules.xml"
        })
public final class RulesTestCommand extends TrailwatchCommand {
    @Mixin private RulesOption rules = new RulesOption();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Option(
            names = "--junit",
            paramLabel = "FILE",
            description = "Write the results as JUnit XML too, which CI systems read.")
    private @Nullable Path junit;

    @Override
    public Integer call() {
        List<RuleTestResult> results = RuleTester.test(rules.files());
        if (junit != null) {
            try {
                JunitReport.write(junit, results, rules::place);
            } catch (IOException e) {
                throw CommandException.failure("--junit: cannot write " + junit, e);
            }
        }
        long failed = results.stream().filter(result -> !result.passed()).count();
        for (RuleTestResult result : results) {
            if (json) {
                printJson(result);
            } else if (!result.passed()) {
                print(result);
            }
        }
        if (!json) {
            console()
                    .println(
                            "%d examples of %d rules: %d as they should, %d not"
                                    .formatted(
                                            results.size(),
                                            results.stream()
                                                    .map(RuleTestResult::ruleId)
                                                    .distinct()
                                                    .count(),
                                            results.size() - failed,
                                            failed));
        }
        return failed == 0 ? Trailwatch.EXIT_OK : Trailwatch.EXIT_FAILED;
    }

    private void print(RuleTestResult result) {
        String place = rules.place(result.file()) + (result.line() > 0 ? ":" + result.line() : "");
        List<String> detail = result.detail().lines().toList();
        console()
                .println(
                        "%s  %s: %s%s"
                                .formatted(
                                        console().red("FAILED"),
                                        SafeText.of(place),
                                        SafeText.of(detail.isEmpty() ? "" : detail.get(0)),
                                        result.title().isEmpty()
                                                ? ""
                                                : " [" + SafeText.of(result.title()) + "]"));
        detail.stream().skip(1).forEach(line -> console().println("    " + SafeText.of(line)));
    }

    private void printJson(RuleTestResult result) {
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("rule_id", result.ruleId());
                            out.writeStringField("rule_title", result.title());
                            out.writeStringField("file", rules.place(result.file()));
                            out.writeNumberField("line", result.line());
                            out.writeStringField("expected", label(result.expected()));
                            out.writeStringField("actual", label(result.actual()));
                            out.writeBooleanField("passed", result.passed());
                            out.writeStringField("detail", result.detail());
                        });
    }

    private static String label(RuleTestResult.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
