package io.trailwatch.core.detect.correlation;

import io.trailwatch.core.detect.correlation.Correlation.Link;
import io.trailwatch.core.detect.correlation.CorrelationHits.Emitted;
import io.trailwatch.finding.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects the hits of one event or finding: one for each group, whatever many rules matched. */
final class HitBuilder {
    private final Function<String, List<String>> fields;
    private final long timeMillis;
    private final String eventKey;
    private final List<String> evidence;
    private final Finding finding;
    private final List<Link> links = new ArrayList<>();
    private final Map<String, CorrelationHit> hits = new LinkedHashMap<>();
    private long passedOver;

    /**
     * @param fields values of a field; none where it is not there
     * @param finding what is known of the event besides
     */
    HitBuilder(
            Function<String, List<String>> fields,
            long timeMillis,
            String eventKey,
            List<String> evidence,
            Finding finding) {
        this.fields = fields;
        this.timeMillis = timeMillis;
        this.eventKey = eventKey;
        this.evidence = evidence;
        this.finding = finding;
    }

    void add(Link link) {
        links.add(link);
    }

    Emitted build() {
        // The first of several rules decides, in the order that the correlation names them.
        links.sort(Comparator.comparingInt(Link::index));
        for (Link link : links) {
            List<String> items = items(link);
            if (items != null) {
                groups(link).forEach(group -> put(link, group, items));
            }
        }
        return new Emitted(new ArrayList<>(hits.values()), passedOver);
    }

    private void put(Link link, List<String> group, List<String> items) {
        Correlation correlation = link.correlation();
        String key = GroupKey.of(correlation, group);
        CorrelationHit known = hits.get(key);
        if (known != null) {
            if (isTemporal(correlation)) {
                known.items().addAll(items);
            }
            return;
        }
        hits.put(
                key,
                new CorrelationHit(
                        key,
                        correlation.definition().level(),
                        correlation.text(),
                        timeMillis,
                        eventKey,
                        new ArrayList<>(items),
                        evidence,
                        finding.account(),
                        finding.region(),
                        finding.firstSeen().toEpochMilli(),
                        finding.lastSeen().toEpochMilli()));
    }

    private static boolean isTemporal(Correlation correlation) {
        return switch (correlation.definition().type()) {
            case TEMPORAL, TEMPORAL_ORDERED -> true;
            default -> false;
        };
    }

    /** What the hit counts besides itself; null when it has nothing of what is counted. */
    private @Nullable List<String> items(Link link) {
        List<String> items = new ArrayList<>();
        switch (link.correlation().definition().type()) {
            case EVENT_COUNT -> {
                return items;
            }
            case TEMPORAL, TEMPORAL_ORDERED -> items.add(Integer.toString(link.index()));
            case VALUE_COUNT -> values(link).forEach(value -> items.add(GroupKey.bounded(value)));
            case VALUE_SUM, VALUE_AVG, VALUE_PERCENTILE, VALUE_MEDIAN ->
                    values(link).stream().filter(Quantities::isQuantity).forEach(items::add);
        }
        if (items.size() > CorrelationHits.MAX_VALUES) {
            passedOver += items.size() - CorrelationHits.MAX_VALUES;
            return new ArrayList<>(items.subList(0, CorrelationHits.MAX_VALUES));
        }
        return items.isEmpty() ? null : items;
    }

    private List<String> values(Link link) {
        return link.field() == null ? List.of() : fields.apply(link.field());
    }

    /** Every combination of the values to group by; none where the event lacks one of them. */
    private List<List<String>> groups(Link link) {
        List<List<String>> groups = List.of(List.of());
        long all = 1;
        for (String field : link.groupFields()) {
            List<String> values = fields.apply(field);
            all *= values.size();
            List<List<String>> longer = new ArrayList<>();
            for (List<String> group : groups) {
                for (String value : values) {
                    if (longer.size() < CorrelationHits.MAX_GROUPS) {
                        List<String> next = new ArrayList<>(group);
                        next.add(GroupKey.bounded(value));
                        longer.add(next);
                    }
                }
            }
            groups = longer;
        }
        passedOver += all - groups.size();
        return groups;
    }
}
