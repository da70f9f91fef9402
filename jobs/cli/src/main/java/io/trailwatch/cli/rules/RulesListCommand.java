package io.trailwatch.cli.rules;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.SigmaRule;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists rules. */
@Command(
        name = "list",
        description = {
            "Lists rules, the most severe first.",
            "",
            "With --json: one object a rule with rule_id, rule_title, rule_version, rule_author,"
                    + " severity, log, techniques, file."
        },
        footer = {
            "Examples:",
            "  ./trailwatch rules list",
            "  ./trailwatch rules list --rules my-rules/ --json"
        })
public final class RulesListCommand extends TrailwatchCommand {
    private static final Comparator<SigmaRule> MOST_SEVERE_FIRST =
            Comparator.comparing(SigmaRule::severity).reversed().thenComparing(SigmaRule::title);
    private static final int MAX_TITLE_CHARS = 64;

    @Mixin private RulesOption rules = new RulesOption();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Override
    public Integer call() {
        LoadedRules loaded = RuleLoader.load(rules.files());
        List<SigmaRule> sorted = loaded.rules().stream().sorted(MOST_SEVERE_FIRST).toList();
        if (json) {
            sorted.forEach(this::printJson);
        } else {
            printTable(sorted);
        }
        Refusals.tell(console(), loaded);
        if (sorted.isEmpty() && !loaded.problems().isEmpty()) {
            throw CommandException.failure("all rules are refused");
        }
        return Trailwatch.EXIT_OK;
    }

    private void printTable(List<SigmaRule> sorted) {
        TextTable table = TextTable.of("SEVERITY", "LOG", "TITLE", "TECHNIQUES", "ID");
        for (SigmaRule rule : sorted) {
            table.row(
                    List.of(
                            new TextTable.Cell(
                                    rule.severity().label(),
                                    text -> console().severity(rule.severity(), text)),
                            TextTable.cell(log(rule)),
                            TextTable.cell(rule.title(), MAX_TITLE_CHARS),
                            TextTable.cell(String.join(" ", rule.techniques())),
                            TextTable.cell(rule.id())));
        }
        table.print(console());
    }

    private void printJson(SigmaRule rule) {
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("rule_id", rule.id());
                            out.writeStringField("rule_title", rule.title());
                            out.writeStringField("rule_version", rule.version());
                            out.writeStringField("rule_author", rule.author());
                            out.writeStringField("severity", rule.severity().label());
                            out.writeStringField("log", log(rule));
                            JsonLines.texts(out, "techniques", rule.techniques());
                            out.writeStringField("file", rule.file());
                        });
    }

    private static String log(SigmaRule rule) {
        return rule.kind().name().toLowerCase(Locale.ROOT);
    }
}
