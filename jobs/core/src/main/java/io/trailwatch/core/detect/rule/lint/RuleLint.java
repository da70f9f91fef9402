package io.trailwatch.core.detect.rule.lint;

import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleFiles;
import io.trailwatch.core.detect.rule.RuleProblem;
import io.trailwatch.core.detect.rule.lint.LintedDocument.Kind;
import io.trailwatch.core.text.PlainYaml;
import io.trailwatch.core.text.YamlTextException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Examines the documents of rule files beyond what the loader must refuse. */
public final class RuleLint {
    /** As the loader's; what is beyond them it has refused. */
    private static final int MAX_NESTING = 20;

    private static final int MAX_FILE_CHARS = RuleFiles.MAX_FILE_BYTES;
    private static final Comparator<LintWarning> BY_PLACE =
            Comparator.comparing(LintWarning::file)
                    .thenComparingInt(LintWarning::line)
                    .thenComparing(LintWarning::code)
                    .thenComparing(LintWarning::message);

    private RuleLint() {}

    /**
     * Warnings sorted by file and line. What the loader refused a document for is not told again.
     *
     * @param loaded what the loader made of the files
     * @param today day by which filters and settings have expired
     */
    public static List<LintWarning> lint(RuleFiles files, LoadedRules loaded, LocalDate today) {
        List<LintedDocument> documents = documents(files);
        for (LintedDocument document : documents) {
            AttributeLint.lint(document, today);
            if (document.kind() == Kind.RULE || document.kind() == Kind.FILTER) {
                DetectionLint.lint(document);
            }
            if (document.kind() == Kind.RULE || document.kind() == Kind.CORRELATION) {
                examples(files, document);
            }
        }
        duplicates(documents);
        return documents.stream()
                .flatMap(document -> document.warnings().stream())
                .filter(warning -> !isTold(warning, loaded.problems()))
                .sorted(BY_PLACE)
                .toList();
    }

    private static List<LintedDocument> documents(RuleFiles files) {
        List<LintedDocument> documents = new ArrayList<>();
        for (String file : files.rules()) {
            try {
                Optional<String> text = files.read(file);
                if (text.isPresent()) {
                    PlainYaml.documents(
                            text.get(),
                            MAX_NESTING,
                            MAX_FILE_CHARS,
                            node -> {
                                LintedDocument document = LintedDocument.of(file, node);
                                if (document != null) {
                                    documents.add(document);
                                }
                            });
                }
            } catch (UncheckedIOException | YamlTextException e) {
                // The loader refused the file with the reason.
                continue;
            }
        }
        return documents;
    }

    private static void examples(RuleFiles files, LintedDocument document) {
        String base = document.file().replaceFirst("\\.ya?ml$", "");
        List<String> missing = new ArrayList<>();
        for (String kind : List.of("match", "miss")) {
            String name = base + "." + kind + ".ndjson";
            if (files.read(name).filter(text -> !text.isBlank()).isEmpty()) {
                missing.add(name.substring(name.lastIndexOf('/') + 1));
            }
        }
        if (!missing.isEmpty()) {
            document.warn(
                    document.root().line(),
                    "",
                    LintCode.NO_EXAMPLES,
                    "has no example in " + String.join(" and none in ", missing));
        }
    }

    private static void duplicates(List<LintedDocument> documents) {
        Map<String, LintedDocument> byLogic = new HashMap<>();
        Map<String, LintedDocument> byTitle = new HashMap<>();
        for (LintedDocument document : documents) {
            String logic = document.kind() == Kind.RULE ? CanonicalLogic.of(document.root()) : null;
            LintedDocument same = logic == null ? null : byLogic.putIfAbsent(logic, document);
            if (same != null) {
                document.warn(
                        document.root().line(),
                        "detection",
                        LintCode.DUPLICATE_LOGIC,
                        "matches the same events as " + same.name());
            }
            String title = document.textOr("title", "").toLowerCase(Locale.ROOT).strip();
            LintedDocument namesake = title.isEmpty() ? null : byTitle.putIfAbsent(title, document);
            if (namesake != null) {
                document.warn(
                        document.root().line(),
                        "title",
                        LintCode.DUPLICATE_TITLE,
                        "is that of " + namesake.name() + " too");
            }
        }
    }

    private static boolean isTold(LintWarning warning, List<RuleProblem> problems) {
        return problems.stream()
                .anyMatch(
                        problem ->
                                problem.file().equals(warning.file())
                                        && problem.line() == warning.line()
                                        && (problem.path().equals(warning.path())
                                                || problem.path()
                                                        .startsWith(warning.path() + ".")));
    }
}
