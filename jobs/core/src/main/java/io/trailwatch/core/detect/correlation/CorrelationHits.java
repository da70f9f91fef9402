package io.trailwatch.core.detect.correlation;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.correlation.Correlation.Link;
import io.trailwatch.core.detect.rule.EventFields;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.finding.Finding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What correlations keep of the events that rules matched. Made once for a collection; any number
 * of threads may share one.
 */
public final class CorrelationHits {
    /** Groups that one event counts for in one correlation. */
    public static final int MAX_GROUPS = 10;

    /** Values of one field of one event that are counted. */
    public static final int MAX_VALUES = 100;

    private final RuleCollection rules;
    private final Map<String, List<Link>> links = new HashMap<>();

    /**
     * What comes of one event.
     *
     * @param passedOver groups and values beyond {@link #MAX_GROUPS} and {@link #MAX_VALUES}
     */
    public record Emitted(List<CorrelationHit> hits, long passedOver) {
        static final Emitted NOTHING = new Emitted(List.of(), 0);
    }

    public CorrelationHits(RuleCollection rules) {
        this.rules = rules;
        for (SigmaRule rule : rules.rules()) {
            List<Link> ofRule =
                    CorrelationDefinition.references(rule.id(), rules).stream()
                            .map(Link::of)
                            .toList();
            if (!ofRule.isEmpty()) {
                links.put(rule.id(), ofRule);
            }
        }
    }

    /** What it was made for. */
    public RuleCollection rules() {
        return rules;
    }

    /**
     * One hit for every correlation and group that counts one of the matches; none where the event
     * lacks a field to group by or to count. However many rules of a correlation match one event,
     * it counts once in a group, with the values of the first of them.
     *
     * @param source what is known of the event's source address
     * @param matches what the rules that are not disabled found in the event
     */
    public Emitted of(DecodedEvent event, IpContext source, List<Finding> matches) {
        if (links.isEmpty()) {
            return Emitted.NOTHING;
        }
        HitBuilder builder = null;
        for (Finding match : matches) {
            List<Link> ofRule = links.get(match.ruleId());
            if (ofRule != null) {
                if (builder == null) {
                    EventFields fields = EventFields.of(event, source);
                    builder =
                            new HitBuilder(
                                    fields::values,
                                    event.body().time().toEpochMilli(),
                                    event.event().key(),
                                    List.of(),
                                    match);
                }
                ofRule.forEach(builder::add);
            }
        }
        return builder == null ? Emitted.NOTHING : builder.build();
    }

    /**
     * Hits of the correlations above one that found something.
     *
     * @param group values of the group of the finding
     */
    static Emitted of(Correlation correlation, Finding finding, List<String> group) {
        if (correlation.above().isEmpty()) {
            return Emitted.NOTHING;
        }
        List<String> groupBy = correlation.definition().groupBy();
        HitBuilder builder =
                new HitBuilder(
                        field -> fieldOf(finding, field, groupBy, group),
                        finding.time().toEpochMilli(),
                        finding.id(),
                        finding.evidence(),
                        finding);
        correlation.above().forEach(builder::add);
        return builder.build();
    }

    private static List<String> fieldOf(
            Finding finding, String field, List<String> groupBy, List<String> group) {
        int index = groupBy.indexOf(field);
        if (index >= 0) {
            return List.of(group.get(index));
        }
        return switch (field) {
            case "entity" -> List.of(finding.entity());
            case "account" -> listOfNullable(finding.account());
            case "region" -> listOfNullable(finding.region());
            case "count" -> List.of(Long.toString(finding.count()));
            default -> List.of();
        };
    }

    private static List<String> listOfNullable(@Nullable String value) {
        return value == null ? List.of() : List.of(value);
    }
}
