package io.trailwatch.core.detect.rule;

import io.trailwatch.core.text.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the selections of a detection or filter and the condition that joins them. */
final class DetectionParser {
    private DetectionParser() {}

    /**
     * @param others attributes beside the selections that are no selections
     * @param known the fields of the log
     */
    static Condition parse(
            Attributes detection,
            Set<String> others,
            KnownFields known,
            Placeholders placeholders) {
        SelectionParser reader = new SelectionParser(known, placeholders);
        Contradictions contradictions = new Contradictions(known);
        List<Attributes.Line> conditions = detection.requiredLines("condition");
        refuseSigma1(detection, conditions);
        Map<String, Condition> selections = new LinkedHashMap<>();
        for (YamlNode.Entry entry : detection.map().entries()) {
            if (!entry.key().equals("condition") && !others.contains(entry.key())) {
                Condition selection = reader.parse(detection.path(entry.key()), entry.value());
                requirePossible(contradictions, detection, entry.key(), selection);
                selections.put(entry.key(), selection);
            }
        }
        Set<String> used = new LinkedHashSet<>();
        List<Condition> alternatives = new ArrayList<>();
        for (Attributes.Line text : conditions) {
            try {
                alternatives.add(
                        ConditionParser.parse(
                                detection.path("condition"), text.text(), selections, used));
            } catch (Refusal refusal) {
                throw refusal.at(text.line());
            }
        }
        for (String name : selections.keySet()) {
            if (!used.contains(name)) {
                throw detection.refusal(
                        ProblemCode.UNUSED_SELECTION,
                        name,
                        "is defined, but the condition does not use it");
            }
        }
        Condition condition = Condition.any(alternatives);
        requirePossible(contradictions, detection, "condition", condition);
        return condition;
    }

    /** Asked first: such rules tend to have more that is not understood. */
    private static void refuseSigma1(Attributes detection, List<Attributes.Line> conditions) {
        for (Attributes.Line condition : conditions) {
            if (condition.text().indexOf('|') >= 0) {
                throw ConditionParser.aggregation(detection.path("condition"), condition.text())
                        .at(condition.line());
            }
        }
        if (detection.has("timeframe")) {
            throw detection.refusal(
                    ProblemCode.SIGMA_1_AGGREGATION,
                    "timeframe",
                    "is the syntax of Sigma 1, which is not supported; write a correlation rule"
                            + " with a timespan");
        }
    }

    private static void requirePossible(
            Contradictions contradictions,
            Attributes detection,
            String attribute,
            Condition condition) {
        String reason = contradictions.find(condition);
        if (reason != null) {
            throw detection.refusal(ProblemCode.CONTRADICTION, attribute, reason);
        }
    }
}
