package io.trailwatch.core.detect.rule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks up what correlations refer to, lowest level first, and checks their fields against the logs
 * and correlations below.
 */
final class CorrelationLinker {
    /** What findings of a correlation have besides the values they are grouped by. */
    private static final Set<String> FINDING_FIELDS =
            Set.of("entity", "account", "region", "count");

    private final RuleNames names;
    private final Map<String, CorrelationDraft> waiting = new LinkedHashMap<>();
    private final Map<String, CorrelationRule> linked = new LinkedHashMap<>();
    private final List<RuleProblem> problems = new ArrayList<>();

    CorrelationLinker(RuleNames names, List<CorrelationDraft> drafts) {
        this.names = names;
        drafts.forEach(draft -> waiting.put(draft.metadata().id(), draft));
    }

    List<CorrelationRule> link() {
        boolean progress = true;
        while (progress) {
            progress = false;
            for (CorrelationDraft draft : List.copyOf(waiting.values())) {
                if (draft.rules().stream().noneMatch(this::isWaiting)) {
                    waiting.remove(draft.metadata().id());
                    link(draft);
                    progress = true;
                }
            }
        }
        // What still waits is on a circle, or refers to one.
        Map<CorrelationDraft, List<String>> circles = new LinkedHashMap<>();
        for (CorrelationDraft draft : waiting.values()) {
            List<String> circle = circle(draft.metadata().id());
            if (!circle.isEmpty()) {
                circles.put(draft, circle);
            }
        }
        circles.forEach(
                (draft, circle) ->
                        refuse(
                                draft,
                                draft.attributes()
                                        .refusal(
                                                ProblemCode.REFERENCE_CYCLE,
                                                "rules",
                                                "refers to itself: "
                                                        + String.join(" -> ", circle))));
        waiting.keySet().removeIf(id -> names.id(id) == null);
        if (!waiting.isEmpty()) {
            link();
        }
        return List.copyOf(linked.values());
    }

    List<RuleProblem> problems() {
        return problems;
    }

    private boolean isWaiting(Attributes.Line reference) {
        String id = names.id(reference.text());
        return id != null && waiting.containsKey(id);
    }

    /** The ids from one back to itself; empty when there is no such way. */
    private List<String> circle(String start) {
        Map<String, String> from = new HashMap<>();
        Deque<String> queue = new ArrayDeque<>(List.of(start));
        while (!queue.isEmpty()) {
            String at = queue.remove();
            CorrelationDraft draft = waiting.get(at);
            for (Attributes.Line reference :
                    draft == null ? List.<Attributes.Line>of() : draft.rules()) {
                String id = names.id(reference.text());
                if (id != null && waiting.containsKey(id) && from.putIfAbsent(id, at) == null) {
                    queue.add(id);
                }
            }
        }
        if (!from.containsKey(start)) {
            return List.of();
        }
        Deque<String> way = new ArrayDeque<>(List.of(start));
        do {
            way.addFirst(from.getOrDefault(way.getFirst(), start));
        } while (!way.getFirst().equals(start));
        return List.copyOf(way);
    }

    private void refuse(CorrelationDraft draft, Refusal refusal) {
        RuleMetadata metadata = draft.metadata();
        RuleProblem problem = refusal.in(metadata.file(), metadata.line(), metadata.id());
        names.withdraw(metadata, problem);
        problems.add(problem);
    }

    private void link(CorrelationDraft draft) {
        try {
            linked.put(draft.metadata().id(), rule(draft));
        } catch (Refusal refusal) {
            refuse(draft, refusal);
        }
    }

    private CorrelationRule rule(CorrelationDraft draft) {
        Set<String> ids = new LinkedHashSet<>();
        int level = 1;
        for (Attributes.Line reference : draft.rules()) {
            String path = draft.attributes().path("rules");
            String id = names.require(path, reference);
            CorrelationRule lower = linked.get(id);
            if (lower == null && names.rule(id) == null) {
                throw new Refusal(
                                ProblemCode.UNKNOWN_REFERENCE,
                                path,
                                "'" + reference.text() + "' is no rule or correlation")
                        .at(reference.line());
            }
            if (!ids.add(id)) {
                throw new Refusal(
                                ProblemCode.INVALID_ATTRIBUTE,
                                path,
                                "names '" + reference.text() + "' twice")
                        .at(reference.line());
            }
            level = Math.max(level, lower == null ? 1 : lower.level() + 1);
        }
        if (level > CorrelationRule.MAX_LEVEL) {
            throw draft.attributes()
                    .refusal(
                            ProblemCode.CHAIN_TOO_LONG,
                            "rules",
                            "is a chain of %d correlations, limit %d"
                                    .formatted(level, CorrelationRule.MAX_LEVEL));
        }
        List<String> rules = List.copyOf(ids);
        Map<String, Map<String, String>> aliases = aliases(draft, rules);
        CorrelationRule.Threshold threshold = draft.thresholdOver(rules.size());
        checkFields(draft, rules, aliases, threshold.field());
        return new CorrelationRule(
                draft.metadata(),
                draft.type(),
                rules,
                draft.groupBy().stream().map(Attributes.Line::text).toList(),
                aliases,
                draft.timespan(),
                threshold,
                draft.generate(),
                level);
    }

    /** With ids in the place of references. */
    private Map<String, Map<String, String>> aliases(CorrelationDraft draft, List<String> rules) {
        Map<String, Map<String, String>> resolved = new LinkedHashMap<>();
        for (Map.Entry<String, Map<String, String>> alias : draft.aliases().entrySet()) {
            Attributes place = draft.attributes().required("aliases").required(alias.getKey());
            Map<String, String> fields = new LinkedHashMap<>();
            for (Map.Entry<String, String> field : alias.getValue().entrySet()) {
                String id = names.id(field.getKey());
                if (id == null || !rules.contains(id)) {
                    throw place.refusal(
                            ProblemCode.INVALID_ALIAS,
                            field.getKey(),
                            "is no rule of this correlation");
                }
                if (fields.put(id, field.getValue()) != null) {
                    throw place.refusal(
                            ProblemCode.INVALID_ALIAS,
                            field.getKey(),
                            "is a second name of a rule that stands here already");
                }
                checkField(
                        place.path(field.getKey()),
                        place.line(field.getKey()),
                        id,
                        field.getValue());
            }
            for (String rule : rules) {
                if (!fields.containsKey(rule)) {
                    throw new Refusal(
                                    ProblemCode.INVALID_ALIAS,
                                    place.prefix(),
                                    "names no field for the rule '" + rule + "'")
                            .at(place.line());
                }
            }
            resolved.put(alias.getKey(), fields);
        }
        return resolved;
    }

    private void checkFields(
            CorrelationDraft draft,
            List<String> rules,
            Map<String, Map<String, String>> aliases,
            @Nullable String counted) {
        Set<String> unused = new TreeSet<>(aliases.keySet());
        for (Attributes.Line field : draft.groupBy()) {
            if (!unused.remove(field.text()) && !aliases.containsKey(field.text())) {
                for (String rule : rules) {
                    checkField(
                            draft.attributes().path("group-by"), field.line(), rule, field.text());
                }
            }
        }
        if (counted != null && !unused.remove(counted) && !aliases.containsKey(counted)) {
            Attributes condition = draft.attributes().required("condition");
            for (String rule : rules) {
                checkField(condition.path("field"), condition.line("field"), rule, counted);
            }
        }
        for (String alias : unused) {
            throw draft.attributes()
                    .required("aliases")
                    .refusal(
                            ProblemCode.INVALID_ALIAS,
                            alias,
                            "is used neither in 'group-by' nor in 'condition.field'");
        }
    }

    private void checkField(String path, int line, String ruleId, String field) {
        try {
            SigmaRule rule = names.rule(ruleId);
            if (rule != null) {
                KnownFields.of(rule.logSource()).require(path, field);
                return;
            }
            CorrelationRule lower = linked.get(ruleId);
            Set<String> known = new TreeSet<>(FINDING_FIELDS);
            if (lower != null) {
                known.addAll(lower.groupBy());
            }
            if (!known.contains(field)) {
                throw new Refusal(
                        ProblemCode.UNKNOWN_FIELD,
                        path,
                        "'%s' is no field of the findings of '%s', which are %s"
                                .formatted(field, ruleId, String.join(", ", known)));
            }
        } catch (Refusal refusal) {
            throw refusal.at(line);
        }
    }
}
