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
     */
    static Condition parse(Attributes detection, Set<String> others, SelectionParser reader) {
        if (detection.has("timeframe")) {
            throw detection.refusal(
                    ProblemCode.SIGMA_1_AGGREGATION,
                    "timeframe",
                    "is the syntax of Sigma 1, which is not supported; write a correlation rule");
        }
        List<Attributes.Line> conditions = detection.requiredLines("condition");
        Map<String, Condition> selections = new LinkedHashMap<>();
        for (YamlNode.Entry entry : detection.map().entries()) {
            if (!entry.key().equals("condition") && !others.contains(entry.key())) {
                selections.put(
                        entry.key(), reader.parse(detection.path(entry.key()), entry.value()));
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
        return Condition.any(alternatives);
    }
}
