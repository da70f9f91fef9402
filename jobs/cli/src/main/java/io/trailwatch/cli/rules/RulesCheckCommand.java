package io.trailwatch.cli.rules;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.JsonLines;
import io.trailwatch.cli.SafeText;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.ProblemCode;
import io.trailwatch.core.detect.rule.RuleFiles;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleProblem;
import io.trailwatch.core.detect.rule.lint.LintCode;
import io.trailwatch.core.detect.rule.lint.LintWarning;
import io.trailwatch.core.detect.rule.lint.RuleLint;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells which rules are refused and why, and what is better said otherwise. */
@Command(
        name = "check",
        description = {
            "Reads rules and tells which are refused and why (errors), and what is better written"
                    + " otherwise (warnings). A rule is understood in full or refused.",
            "",
            "Prints FILE:LINE: SEVERITY CODE: PLACE: MESSAGE, by file and line; --codes explains"
                    + " the codes. With --json: one object a problem with file, line (null when"
                    + " unknown), severity, code, rule_id, path, message.",
            "Exit status 1 when a rule is refused; with --strict also when there is a warning."
        },
        footer = {
            "Examples:",
            "  ./trailwatch rules check --rules my-rules/",
            "  ./trailwatch rules check --rules my-rules/ --pack --strict",
            "  ./trailwatch rules check --rules my-rules/ --ignore no-examples,id-no-uuid"
        })
public final class RulesCheckCommand extends TrailwatchCommand {
    private static final String ERROR = "error";
    private static final String WARNING = "warning";

    @Mixin private RulesOption rules = new RulesOption();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Option(names = "--strict", description = "Exit status 1 for warnings too.")
    private boolean strict;

    @Option(
            names = "--ignore",
            paramLabel = "CODE",
            split = ",",
            description = "Warnings not to tell of; errors are always told.")
    private List<String> ignored = List.of();

    @Option(names = "--codes", description = "Explain the codes and leave.")
    private boolean codes;

    /** A line of the result, whoever found it. */
    private record Remark(
            String file,
            int line,
            String severity,
            String code,
            @Nullable String ruleId,
            String path,
            String message) {
        static Remark of(RuleProblem problem) {
            return new Remark(
                    problem.file(),
                    problem.line(),
                    ERROR,
                    problem.code().label(),
                    problem.ruleId(),
                    problem.path(),
                    problem.message());
        }

        static Remark of(LintWarning warning) {
            return new Remark(
                    warning.file(),
                    warning.line(),
                    WARNING,
                    warning.code().label(),
                    warning.ruleId(),
                    warning.path(),
                    warning.message());
        }
    }

    @Override
    public Integer call() {
        if (codes) {
            printCodes();
            return Trailwatch.EXIT_OK;
        }
        requireKnownCodes();
        RuleFiles files = rules.files();
        LoadedRules loaded = RuleLoader.load(files);
        List<Remark> remarks = remarks(files, loaded);
        remarks.forEach(json ? this::printJson : this::print);
        long errors = remarks.stream().filter(remark -> remark.severity().equals(ERROR)).count();
        long warnings = remarks.size() - errors;
        if (!json) {
            console()
                    .println(
                            "%s, %s, %s: %s, %s"
                                    .formatted(
                                            counted(loaded.rules().size(), "rule"),
                                            counted(
                                                    loaded.collection().correlations().size(),
                                                    "correlation"),
                                            counted(loaded.collection().filters().size(), "filter"),
                                            counted(errors, "error"),
                                            counted(warnings, "warning")));
        }
        return errors == 0 && !(strict && warnings > 0)
                ? Trailwatch.EXIT_OK
                : Trailwatch.EXIT_FAILED;
    }

    private List<Remark> remarks(RuleFiles files, LoadedRules loaded) {
        List<Remark> remarks = new ArrayList<>();
        loaded.problems().forEach(problem -> remarks.add(Remark.of(problem)));
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        for (LintWarning warning : RuleLint.lint(files, loaded, today)) {
            if (!ignored.contains(warning.code().label())) {
                remarks.add(Remark.of(warning));
            }
        }
        // Stable: errors stay before warnings of the same line.
        remarks.sort(Comparator.comparing(Remark::file).thenComparingInt(Remark::line));
        return remarks;
    }

    private void requireKnownCodes() {
        for (String label : ignored) {
            boolean known =
                    Arrays.stream(LintCode.values()).anyMatch(code -> code.label().equals(label));
            if (!known) {
                throw CommandException.usage(
                        "--ignore: '%s' is the code of no warning; --codes lists them"
                                .formatted(label));
            }
        }
    }

    private static String counted(long count, String what) {
        return "%,d %s%s".formatted(count, what, count == 1 ? "" : "s");
    }

    private void print(Remark remark) {
        String place = rules.place(remark.file()) + (remark.line() > 0 ? ":" + remark.line() : "");
        String severity =
                remark.severity().equals(ERROR)
                        ? console().red(remark.severity())
                        : console().bold(remark.severity());
        String text = (remark.path().isEmpty() ? "" : remark.path() + ": ") + remark.message();
        console()
                .println(
                        "%s: %s %s: %s"
                                .formatted(
                                        SafeText.of(place),
                                        severity,
                                        remark.code(),
                                        SafeText.of(text)));
    }

    private void printJson(Remark remark) {
        jsonLines()
                .object(
                        out -> {
                            out.writeStringField("file", rules.place(remark.file()));
                            if (remark.line() > 0) {
                                out.writeNumberField("line", remark.line());
                            } else {
                                out.writeNullField("line");
                            }
                            out.writeStringField("severity", remark.severity());
                            out.writeStringField("code", remark.code());
                            JsonLines.text(out, "rule_id", remark.ruleId());
                            out.writeStringField("path", remark.path());
                            out.writeStringField("message", remark.message());
                        });
    }

    private void printCodes() {
        TextTable table = TextTable.of("WARNING", "MEANING");
        for (LintCode code : LintCode.values()) {
            table.row(code.label(), code.meaning());
        }
        table.print(console());
        console().println("");
        console().println("Errors, for which a document is refused; their messages tell the rest:");
        console()
                .println(
                        Arrays.stream(ProblemCode.values())
                                .map(ProblemCode::label)
                                .collect(Collectors.joining(", ", "  ", "")));
    }
}
