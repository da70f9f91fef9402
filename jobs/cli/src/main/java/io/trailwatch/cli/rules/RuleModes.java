package io.trailwatch.cli.rules;

import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleSetting;
import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What the operator's settings make of rules, in words. */
final class RuleModes {
    private RuleModes() {}

    /** As settings write it, such as {@code dry-run}. */
    static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The accounts in which a rule has another mode than elsewhere. */
    static Map<String, Mode> exceptions(RuleCollection rules, String ruleId, Instant time) {
        Mode elsewhere = rules.mode(ruleId, null, time);
        Map<String, Mode> exceptions = new TreeMap<>();
        for (RuleSetting setting : rules.settings()) {
            for (String account : setting.accounts()) {
                Mode mode = rules.mode(ruleId, account, time);
                if (mode != elsewhere) {
                    exceptions.put(account, mode);
                }
            }
        }
        return exceptions;
    }

    /** The mode, and where it is another one. */
    static String text(RuleCollection rules, String ruleId, Instant time) {
        StringBuilder text = new StringBuilder(label(rules.mode(ruleId, null, time)));
        Map<Mode, Long> counts = new TreeMap<>();
        exceptions(rules, ruleId, time).values().forEach(mode -> counts.merge(mode, 1L, Long::sum));
        counts.forEach(
                (mode, count) ->
                        text.append(", ")
                                .append(label(mode))
                                .append(" in ")
                                .append(count)
                                .append(count == 1 ? " account" : " accounts"));
        return text.toString();
    }
}
