package io.trailwatch.core.detect.correlation;

import static java.util.Objects.requireNonNull;

import io.trailwatch.core.detect.rule.CorrelationRule;
import io.trailwatch.core.detect.window.Feature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** How far each group of a correlation came, for people who ask why it found nothing. */
public final class CorrelationGroups {
    private static final Comparator<Group> MOST_HITS_FIRST =
            Comparator.comparingLong(Group::hits)
                    .reversed()
                    .thenComparing(group -> String.join("\u0000", group.values()));

    private CorrelationGroups() {}

    /**
     * What counted in one group.
     *
     * @param values of the fields to group by
     * @param first event time of the first hit
     * @param last event time of the last hit
     * @param most most that one timespan held: events for event_count, different values for
     *     value_count, different rules for temporal types; empty for types that do not count
     */
    public record Group(
            List<String> values, long hits, Instant first, Instant last, OptionalLong most) {
        public Group {
            values = List.copyOf(values);
            requireNonNull(first, "first");
            requireNonNull(last, "last");
            requireNonNull(most, "most");
        }
    }

    /**
     * The groups of one correlation, those with the most hits first.
     *
     * @param hits in any order, of other correlations too
     */
    public static List<Group> of(CorrelationRule rule, List<CorrelationHit> hits) {
        Map<String, Boolean> ofRule = new HashMap<>();
        Map<String, List<CorrelationHit>> byKey = new TreeMap<>();
        for (CorrelationHit hit : hits) {
            boolean counts =
                    ofRule.computeIfAbsent(
                            hit.definition(),
                            text -> Correlation.parse(text).definition().id().equals(rule.id()));
            if (counts) {
                byKey.computeIfAbsent(hit.detectKey(), key -> new ArrayList<>()).add(hit);
            }
        }
        List<Group> groups = new ArrayList<>();
        byKey.forEach(
                (key, ofKey) -> {
                    ofKey.sort(Feature.ORDER);
                    groups.add(
                            new Group(
                                    GroupKey.values(key),
                                    ofKey.size(),
                                    Instant.ofEpochMilli(ofKey.get(0).timeMillis()),
                                    Instant.ofEpochMilli(ofKey.get(ofKey.size() - 1).timeMillis()),
                                    most(rule, ofKey)));
                });
        groups.sort(MOST_HITS_FIRST);
        return groups;
    }

    private static OptionalLong most(CorrelationRule rule, List<CorrelationHit> sorted) {
        boolean events = rule.type() == CorrelationRule.Type.EVENT_COUNT;
        switch (rule.type()) {
            case VALUE_SUM, VALUE_AVG, VALUE_PERCENTILE, VALUE_MEDIAN -> {
                return OptionalLong.empty();
            }
            case EVENT_COUNT, VALUE_COUNT, TEMPORAL, TEMPORAL_ORDERED -> {}
        }
        long spanMillis = rule.timespan().toMillis();
        Map<String, Integer> items = new HashMap<>();
        long most = 0;
        int oldest = 0;
        for (int i = 0; i < sorted.size(); i++) {
            CorrelationHit hit = sorted.get(i);
            hit.items().forEach(item -> items.merge(item, 1, Integer::sum));
            while (sorted.get(oldest).timeMillis() < hit.timeMillis() - spanMillis) {
                for (String item : sorted.get(oldest).items()) {
                    items.computeIfPresent(item, (key, n) -> n == 1 ? null : n - 1);
                }
                oldest++;
            }
            most = Math.max(most, events ? i - oldest + 1 : items.size());
        }
        return OptionalLong.of(most);
    }
}
