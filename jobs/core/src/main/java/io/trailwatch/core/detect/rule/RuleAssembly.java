package io.trailwatch.core.detect.rule;

import io.trailwatch.core.detect.window.AuthFailureBurst;
import io.trailwatch.core.detect.window.CredentialStuffing;
import io.trailwatch.core.detect.window.PortScan;
import io.trailwatch.core.text.PlainYaml;
import io.trailwatch.core.text.YamlNode;
import io.trailwatch.core.text.YamlTextException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts the documents of all files together: first each by itself, then what they refer to. */
final class RuleAssembly {
    /** Windowed detectors, which settings may name beside the rules. */
    private static final Set<String> DETECTORS =
            Set.of(
                    AuthFailureBurst.CONSOLE_LOGIN_RULE,
                    AuthFailureBurst.DENIED_CALL_RULE,
                    PortScan.VERTICAL_RULE,
                    PortScan.HORIZONTAL_RULE,
                    CredentialStuffing.RULE);

    private static final int MAX_FILE_CHARS = 1024 * 1024;
    private static final int MAX_NESTING = 20;

    private final Map<String, Integer> fileOrder = new HashMap<>();
    private final List<RuleProblem> problems = new ArrayList<>();
    private final List<Document> rules = new ArrayList<>();
    private final List<Document> correlations = new ArrayList<>();
    private final List<Document> filters = new ArrayList<>();
    private final List<Document> operators = new ArrayList<>();
    private final Placeholders placeholders = new Placeholders();
    private final RuleNames names = new RuleNames();

    private record Document(String file, Attributes attributes) {
        /** For problems: the id as far as it can be read. */
        @Nullable String text(String attribute) {
            return attributes.value(attribute) instanceof YamlNode.Scalar scalar
                    ? scalar.text()
                    : null;
        }

        RuleProblem problem(Refusal refusal) {
            return refusal.in(file, attributes.line(), text("id"));
        }
    }

    /** A file that cannot be read. */
    void refuse(String file, String message) {
        fileOrder.putIfAbsent(file, fileOrder.size());
        problems.add(new RuleProblem(file, 0, null, "", ProblemCode.FILE, message));
    }

    /** A file of any number of documents. */
    void add(String file, String text) {
        fileOrder.putIfAbsent(file, fileOrder.size());
        int known = size();
        try {
            PlainYaml.documents(
                    text, MAX_NESTING, MAX_FILE_CHARS, document -> sort(file, document));
        } catch (YamlTextException e) {
            problems.add(
                    new RuleProblem(
                            file,
                            e.line(),
                            null,
                            "",
                            ProblemCode.YAML,
                            "is no YAML read here: " + e.getMessage()));
        }
        if (size() == known) {
            problems.add(new RuleProblem(file, 0, null, "", ProblemCode.NO_RULE, "holds no rule"));
        }
    }

    private int size() {
        return problems.size()
                + rules.size()
                + correlations.size()
                + filters.size()
                + operators.size();
    }

    private void sort(String file, YamlNode node) {
        if (node instanceof YamlNode.Scalar scalar && scalar.text() == null) {
            return; // such as behind the last ---
        }
        if (!(node instanceof YamlNode.Mapping map)) {
            problems.add(
                    new RuleProblem(
                            file,
                            node.line(),
                            null,
                            "",
                            ProblemCode.NO_RULE,
                            "a rule must be a map of attributes"));
            return;
        }
        Document document = new Document(file, new Attributes("", map));
        try {
            kind(document.attributes()).add(document);
        } catch (Refusal refusal) {
            refuse(document, refusal);
        }
    }

    private List<Document> kind(Attributes document) {
        if (document.has("action")) {
            throw document.refusal(
                    ProblemCode.SIGMA_1_COLLECTION,
                    "action",
                    "is the syntax of Sigma 1, which is not supported; write every rule in full");
        }
        if (document.has(OperatorDocument.KEY)) {
            return operators;
        }
        List<String> kinds = new ArrayList<>();
        for (String kind : List.of("detection", CorrelationDraft.KEY, FilterParser.KEY)) {
            if (document.has(kind)) {
                kinds.add(kind);
            }
        }
        if (kinds.size() > 1) {
            throw document.refusal(
                    ProblemCode.NO_RULE,
                    kinds.get(1),
                    "stands beside '" + kinds.get(0) + "'; a document is of one kind");
        }
        if (kinds.contains(CorrelationDraft.KEY)) {
            return correlations;
        }
        return kinds.contains(FilterParser.KEY) ? filters : rules;
    }

    private void refuse(Document document, Refusal refusal) {
        RuleProblem problem = document.problem(refusal);
        problems.add(problem);
        if (problem.code() != ProblemCode.DUPLICATE_ID) {
            names.refuse(problem.ruleId(), document.text("name"), problem);
        }
    }

    /** Reads one document; a refused one becomes a problem. */
    private <T> void read(Document document, List<T> into, Supplier<T> reader) {
        try {
            into.add(reader.get());
        } catch (Refusal refusal) {
            refuse(document, refusal);
        }
    }

    /** All that was understood, and why the rest was not. Ask once, when all files are added. */
    LoadedRules assemble() {
        List<OperatorContent> decided = new ArrayList<>();
        for (Document document : operators) {
            read(document, decided, () -> content(document));
        }
        List<SigmaRule> read = new ArrayList<>();
        for (Document document : rules) {
            read(document, read, () -> rule(document));
        }
        List<CorrelationDraft> drafts = new ArrayList<>();
        for (Document document : correlations) {
            read(
                    document,
                    drafts,
                    () -> {
                        CorrelationDraft draft =
                                CorrelationDraft.parse(document.file(), document.attributes());
                        names.add(draft.metadata());
                        return draft;
                    });
        }
        CorrelationLinker linker = new CorrelationLinker(names, drafts);
        List<CorrelationRule> linked = linker.link();
        problems.addAll(linker.problems());
        List<FilterRule> narrowing = new ArrayList<>();
        for (Document document : filters) {
            read(
                    document,
                    narrowing,
                    () -> {
                        FilterRule filter =
                                FilterParser.parse(
                                        document.file(),
                                        document.attributes(),
                                        placeholders,
                                        names);
                        names.add(filter.metadata());
                        return filter;
                    });
        }
        List<RuleSetting> settings = new ArrayList<>();
        for (OperatorContent content : decided) {
            for (OperatorDocument.Setting setting : content.settings()) {
                read(content.document(), settings, () -> setting(content.document(), setting));
            }
        }
        problems.sort(
                Comparator.comparingInt(
                                (RuleProblem problem) -> fileOrder.getOrDefault(problem.file(), 0))
                        .thenComparingInt(RuleProblem::line));
        return new LoadedRules(new RuleCollection(read, linked, narrowing, settings), problems);
    }

    private record OperatorContent(Document document, List<OperatorDocument.Setting> settings) {}

    private OperatorContent content(Document document) {
        Attributes content = OperatorDocument.read(document.attributes());
        List<OperatorDocument.Setting> settings = OperatorDocument.settings(content);
        OperatorDocument.placeholders(content).forEach(placeholders::add);
        return new OperatorContent(document, settings);
    }

    private SigmaRule rule(Document document) {
        Attributes attributes = document.attributes();
        RuleMetadata metadata = MetadataParser.parse(document.file(), attributes);
        LogSource logSource = MetadataParser.logSource(attributes);
        Condition condition =
                DetectionParser.parse(
                        attributes.required("detection"),
                        Set.of(),
                        KnownFields.of(logSource),
                        placeholders);
        MetadataParser.requireRunnable(attributes);
        SigmaRule rule = new SigmaRule(metadata, logSource, condition);
        try {
            names.add(rule);
        } catch (Refusal refusal) {
            throw refusal.at(attributes.line("id"));
        }
        return rule;
    }

    /** With the ids meant; a rule that was refused has its own problem and needs no second one. */
    private RuleSetting setting(Document document, OperatorDocument.Setting setting) {
        List<String> ids = new ArrayList<>();
        for (Attributes.Line reference : setting.rules()) {
            String refused = names.refusedId(reference.text());
            if (DETECTORS.contains(reference.text())) {
                ids.add(reference.text());
            } else if (refused != null) {
                ids.add(refused);
            } else {
                ids.add(names.require(OperatorDocument.KEY + ".settings.rules", reference));
            }
        }
        return new RuleSetting(
                ids, setting.accounts(), setting.mode(), setting.reason(), setting.expires());
    }
}
