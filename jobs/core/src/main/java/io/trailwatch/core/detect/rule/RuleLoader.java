package io.trailwatch.core.detect.rule;

import io.trailwatch.core.text.PlainYaml;
import io.trailwatch.finding.Severity;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads Sigma rules. A rule is understood in full or refused with the reason: no part of a rule is
 * passed over.
 */
public final class RuleLoader {
    private static final int MAX_RULE_CHARS = 256 * 1024;
    private static final int MAX_NESTING = 20;
    private static final Pattern TECHNIQUE =
            Pattern.compile("attack\\.(t[0-9]{4}(?:\\.[0-9]{3})?)");

    private RuleLoader() {}

    /** The rules of a folder and its subfolders, or of one file. */
    public static LoadedRules folder(Path folder) {
        return load(RuleFiles.folder(folder));
    }

    /**
     * Our own rules from the class path.
     *
     * @throws RuleException if one of them is refused
     */
    public static RuleCollection pack() {
        return load(RuleFiles.pack()).orThrow();
    }

    /** All rules of the files. Of several rules with one id the first stays. */
    public static LoadedRules load(RuleFiles files) {
        List<SigmaRule> rules = new ArrayList<>();
        List<RuleProblem> problems = new ArrayList<>();
        Map<String, String> fileOfId = new HashMap<>();
        for (String file : files.rules()) {
            LoadedRules loaded = read(files, file);
            problems.addAll(loaded.problems());
            for (SigmaRule rule : loaded.rules()) {
                String first = fileOfId.putIfAbsent(rule.id(), file);
                if (first == null) {
                    rules.add(rule);
                } else {
                    problems.add(
                            new RuleProblem(
                                    file,
                                    0,
                                    rule.id(),
                                    "id",
                                    ProblemCode.DUPLICATE_ID,
                                    "'" + rule.id() + "' is the id of a rule in " + first));
                }
            }
        }
        return loaded(rules, problems);
    }

    private static LoadedRules read(RuleFiles files, String file) {
        Optional<String> text;
        try {
            text = files.read(file);
        } catch (UncheckedIOException e) {
            return refused(file, String.valueOf(e.getMessage()));
        }
        return text.isEmpty() ? refused(file, "there is no such file") : parse(file, text.get());
    }

    private static LoadedRules loaded(List<SigmaRule> rules, List<RuleProblem> problems) {
        return new LoadedRules(
                new RuleCollection(rules, List.of(), List.of(), List.of()), problems);
    }

    private static LoadedRules refused(String file, String message) {
        return loaded(
                List.of(), List.of(new RuleProblem(file, 0, null, "", ProblemCode.FILE, message)));
    }

    /**
     * The rules of one YAML text, which may hold several documents.
     *
     * @param file name for problems and rules
     */
    public static LoadedRules parse(String file, String text) {
        List<SigmaRule> rules = new ArrayList<>();
        List<RuleProblem> problems = new ArrayList<>();
        try {
            for (Object document : PlainYaml.reader(MAX_NESTING, MAX_RULE_CHARS).loadAll(text)) {
                String id =
                        document instanceof Map<?, ?> map && map.get("id") instanceof String s
                                ? s
                                : null;
                try {
                    rules.add(new Document(document).rule(file));
                } catch (Refusal refusal) {
                    problems.add(refusal.in(file, 0, id));
                }
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            problems.add(
                    new RuleProblem(
                            file,
                            line,
                            null,
                            "",
                            ProblemCode.YAML,
                            "is no YAML read here: " + e.getProblem()));
        } catch (YAMLException e) {
            problems.add(
                    new RuleProblem(
                            file,
                            0,
                            null,
                            "",
                            ProblemCode.YAML,
                            "is no YAML read here: " + e.getMessage()));
        }
        if (rules.isEmpty() && problems.isEmpty()) {
            return refused(file, "holds no rule");
        }
        return loaded(rules, problems);
    }

    /** One YAML document, read field by field. */
    private record Document(Map<?, ?> fields) {
        Document(@Nullable Object document) {
            this(mapOf(document));
        }

        private static Map<?, ?> mapOf(@Nullable Object document) {
            if (document instanceof Map<?, ?> map) {
                return map;
            }
            throw new Refusal(
                    ProblemCode.INVALID_ATTRIBUTE, "", "a rule must be a map of attributes");
        }

        SigmaRule rule(String file) {
            for (String kind : List.of("correlation", "filter", "action")) {
                if (fields.containsKey(kind)) {
                    throw new Refusal(
                            ProblemCode.INVALID_ATTRIBUTE,
                            kind,
                            "documents with '" + kind + "' are not supported");
                }
            }
            String taxonomy = textOr("taxonomy", "sigma");
            if (!taxonomy.equals("sigma")) {
                throw new Refusal(
                        ProblemCode.INVALID_ATTRIBUTE,
                        "taxonomy",
                        "is '" + taxonomy + "', only sigma is supported");
            }
            String status = text("status");
            String modified = text("modified");
            LogSource logSource = logSource();
            logSource.kind();
            Condition condition = condition();
            if ("unsupported".equals(status)) {
                throw new Refusal(
                        ProblemCode.INVALID_ATTRIBUTE,
                        "status",
                        "is 'unsupported': its author says it cannot run");
            }
            List<String> tags = texts("tags");
            RuleMetadata metadata =
                    new RuleMetadata(
                            file,
                            0,
                            required("id"),
                            text("name"),
                            required("title"),
                            status,
                            textOr("description", "").strip(),
                            textOr("author", ""),
                            modified != null ? modified : textOr("date", "undated"),
                            severity(),
                            tags,
                            techniques(tags),
                            texts("falsepositives"),
                            texts("references"));
            return new SigmaRule(metadata, logSource, condition);
        }

        private Severity severity() {
            try {
                return Severity.ofLabel(textOr("level", "medium"));
            } catch (IllegalArgumentException e) {
                throw new Refusal(
                        ProblemCode.INVALID_ATTRIBUTE, "level", String.valueOf(e.getMessage()), e);
            }
        }

        private static List<String> techniques(List<String> tags) {
            Set<String> techniques = new TreeSet<>();
            for (String tag : tags) {
                Matcher matcher = TECHNIQUE.matcher(tag.toLowerCase(Locale.ROOT));
                if (matcher.matches()) {
                    techniques.add(matcher.group(1).toUpperCase(Locale.ROOT));
                }
            }
            return List.copyOf(techniques);
        }

        private LogSource logSource() {
            if (!(fields.get("logsource") instanceof Map<?, ?> source)) {
                throw new Refusal(ProblemCode.INVALID_ATTRIBUTE, "logsource", "is missing");
            }
            Document document = new Document(source);
            for (Object key : source.keySet()) {
                if (!Set.of("category", "product", "service", "definition").contains(key)) {
                    throw new Refusal(
                            ProblemCode.INVALID_ATTRIBUTE,
                            "logsource." + key,
                            "is no attribute of a log source");
                }
            }
            return new LogSource(
                    document.text("category"), document.text("product"), document.text("service"));
        }

        private Condition condition() {
            if (!(fields.get("detection") instanceof Map<?, ?> detection)) {
                throw new Refusal(ProblemCode.INVALID_ATTRIBUTE, "detection", "is missing");
            }
            if (detection.containsKey("timeframe")) {
                throw new Refusal(
                        ProblemCode.INVALID_ATTRIBUTE,
                        "detection.timeframe",
                        "is the syntax of Sigma 1, which is not supported; write a correlation"
                                + " rule");
            }
            Map<String, @Nullable Object> parts = new LinkedHashMap<>();
            detection.forEach((name, part) -> parts.put(String.valueOf(name), part));
            List<String> conditions = new Document(detection).texts("condition");
            if (conditions.isEmpty()) {
                throw new Refusal(
                        ProblemCode.INVALID_ATTRIBUTE, "detection.condition", "is missing");
            }
            parts.remove("condition");
            Map<String, Condition> selections = new LinkedHashMap<>();
            parts.forEach(
                    (name, part) ->
                            selections.put(name, SelectionParser.parse("detection." + name, part)));
            Set<String> used = new LinkedHashSet<>();
            List<Condition> alternatives = new ArrayList<>();
            for (String text : conditions) {
                alternatives.add(
                        ConditionParser.parse("detection.condition", text, selections, used));
            }
            for (String name : selections.keySet()) {
                if (!used.contains(name)) {
                    throw new Refusal(
                            ProblemCode.INVALID_ATTRIBUTE,
                            "detection." + name,
                            "is defined, but the condition does not use it");
                }
            }
            return Condition.any(alternatives);
        }

        private String required(String attribute) {
            String text = text(attribute);
            if (text == null || text.isBlank()) {
                throw new Refusal(ProblemCode.INVALID_ATTRIBUTE, attribute, "is missing");
            }
            return text;
        }

        private String textOr(String attribute, String absent) {
            String text = text(attribute);
            return text == null ? absent : text;
        }

        private @Nullable String text(String attribute) {
            Object value = fields.get(attribute);
            if (value == null || value instanceof String) {
                return (String) value;
            }
            throw new Refusal(ProblemCode.INVALID_ATTRIBUTE, attribute, "must be a text");
        }

        /** A list of texts, one text, or nothing. */
        private List<String> texts(String attribute) {
            Object value = fields.get(attribute);
            if (!(value instanceof List<?> list)) {
                String text = text(attribute);
                return text == null ? List.of() : List.of(text);
            }
            List<String> texts = new ArrayList<>();
            for (Object element : list) {
                if (!(element instanceof String text)) {
                    throw new Refusal(
                            ProblemCode.INVALID_ATTRIBUTE, attribute, "must be a list of texts");
                }
                texts.add(text);
            }
            return texts;
        }
    }
}
