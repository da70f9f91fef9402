package io.trailwatch.core.detect.rule;

import java.time.Instant;
import java.util.List;

/**
 * A rule and what narrows it.
 *
 * @param number its place among the rules of its set
 */
record CompiledRule(int number, SigmaRule rule, List<FilterRule> filters) {
    boolean holds(EventFields event, Instant eventTime) {
        if (!rule.condition().holds(event)) {
            return false;
        }
        for (int i = 0; i < filters.size(); i++) {
            FilterRule filter = filters.get(i);
            if (filter.isInForce(eventTime) && !filter.condition().holds(event)) {
                return false;
            }
        }
        return true;
    }
}
