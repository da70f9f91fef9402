package io.trailwatch.pipeline.function;

import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.detect.correlation.CorrelationRun.Match;
import io.trailwatch.core.detect.rule.CorrelationRule;
import io.trailwatch.core.detect.rule.CorrelationRule.Operator;
import io.trailwatch.core.detect.rule.CorrelationRule.Type;
import io.trailwatch.core.detect.rule.EventFields;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.FindingIds;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Correlations computed anew from the whole sorted list for every window, with plain loops: slow,
 * and without a thought that the job has. Findings have no message.
 */
final class NaiveCorrelations {
    private static final long HOUR = 3_600_000;

    private final RuleCollection rules;
    private final List<Match> matches;
    private final Map<String, List<Found>> found = new HashMap<>();

    private record Found(Finding finding, List<String> group) {}

    private record Hit(
            long time,
            String key,
            List<String> items,
            List<String> evidence,
            Instant first,
            Instant last) {}

    private NaiveCorrelations(RuleCollection rules, List<Match> matches) {
        this.rules = rules;
        this.matches = matches;
    }

    /** Findings that are reported, by id. */
    static List<Finding> findings(RuleCollection rules, List<Match> matches) {
        NaiveCorrelations naive = new NaiveCorrelations(rules, matches);
        List<Finding> all = new ArrayList<>();
        for (CorrelationRule rule : rules.correlations()) {
            List<Found> ofRule = naive.correlate(rule);
            naive.found.put(rule.id(), ofRule);
            if (rules.reports(rule.id())) {
                ofRule.forEach(each -> all.add(each.finding()));
            }
        }
        all.sort(Comparator.comparing(Finding::id));
        return all;
    }

    private List<Found> correlate(CorrelationRule rule) {
        Map<List<String>, List<Hit>> groups = new LinkedHashMap<>();
        for (Match match : matches) {
            EventFields fields = EventFields.of(match.event(), match.source());
            AppEvent event = (AppEvent) match.event().body();
            String key = match.event().event().key();
            Map<List<String>, Hit> ofEvent = new LinkedHashMap<>();
            for (int i = 0; i < rule.rules().size(); i++) {
                String id = rule.rules().get(i);
                if (match.rules().stream().map(SigmaRule::id).anyMatch(id::equals)) {
                    add(
                            rule,
                            i,
                            fields::values,
                            new Hit(
                                    event.time().toEpochMilli(),
                                    key,
                                    List.of(),
                                    List.of(key),
                                    event.time(),
                                    event.time()),
                            ofEvent);
                }
            }
            ofEvent.forEach(
                    (group, hit) ->
                            groups.computeIfAbsent(group, unused -> new ArrayList<>()).add(hit));
        }
        for (int i = 0; i < rule.rules().size(); i++) {
            String id = rule.rules().get(i);
            for (Found lower : found.getOrDefault(id, List.of())) {
                Map<List<String>, Hit> ofFinding = new LinkedHashMap<>();
                Finding finding = lower.finding();
                List<String> names =
                        rules.correlations().stream()
                                .filter(each -> each.id().equals(id))
                                .findFirst()
                                .orElseThrow()
                                .groupBy();
                add(
                        rule,
                        i,
                        field ->
                                names.contains(field)
                                        ? List.of(lower.group().get(names.indexOf(field)))
                                        : field.equals("entity")
                                                ? List.of(finding.entity())
                                                : field.equals("count")
                                                        ? List.of("" + finding.count())
                                                        : List.of(),
                        new Hit(
                                finding.time().toEpochMilli(),
                                finding.id(),
                                List.of(),
                                finding.evidence(),
                                finding.firstSeen(),
                                finding.lastSeen()),
                        ofFinding);
                ofFinding.forEach(
                        (group, hit) ->
                                groups.computeIfAbsent(group, unused -> new ArrayList<>())
                                        .add(hit));
            }
        }
        List<Found> all = new ArrayList<>();
        groups.forEach((group, hits) -> all.addAll(ofGroup(rule, group, hits)));
        return all;
    }

    private static void add(
            CorrelationRule rule,
            int index,
            Function<String, List<String>> fields,
            Hit bare,
            Map<List<String>, Hit> into) {
        String id = rule.rules().get(index);
        List<String> items = new ArrayList<>();
        String field = rule.threshold().field();
        switch (rule.type()) {
            case EVENT_COUNT -> {}
            case TEMPORAL, TEMPORAL_ORDERED -> items.add("" + index);
            case VALUE_COUNT -> items.addAll(fields.apply(resolve(rule, field, id)));
            default ->
                    fields.apply(resolve(rule, field, id)).stream()
                            .filter(value -> value.matches("-?\\d+(\\.\\d+)?"))
                            .forEach(items::add);
        }
        if (items.isEmpty() && rule.type() != Type.EVENT_COUNT) {
            return;
        }
        List<List<String>> groups = List.of(List.of());
        for (String name : rule.groupBy()) {
            List<List<String>> longer = new ArrayList<>();
            for (List<String> group : groups) {
                for (String value : fields.apply(resolve(rule, name, id))) {
                    List<String> next = new ArrayList<>(group);
                    next.add(value);
                    longer.add(next);
                }
            }
            groups = longer;
        }
        for (List<String> group : groups) {
            Hit known = into.get(group);
            if (known == null) {
                into.put(
                        group,
                        new Hit(
                                bare.time(),
                                bare.key(),
                                items.stream().collect(ArrayList::new, List::add, List::addAll),
                                bare.evidence(),
                                bare.first(),
                                bare.last()));
            } else if (rule.type() == Type.TEMPORAL || rule.type() == Type.TEMPORAL_ORDERED) {
                known.items().addAll(items);
            }
        }
    }

    private static String resolve(CorrelationRule rule, @Nullable String name, String id) {
        return rule.aliases().getOrDefault(name, Map.of()).getOrDefault(id, name);
    }

    private static List<Found> ofGroup(CorrelationRule rule, List<String> group, List<Hit> hits) {
        hits.sort(Comparator.comparingLong(Hit::time).thenComparing(Hit::key));
        long span = rule.timespan().toMillis();
        List<Found> all = new ArrayList<>();
        long metAt = -1;
        long reportedAt = -1;
        boolean atOnce = atOnce(rule);
        Set<Long> starts = new HashSet<>();
        for (int i = 0; i < hits.size(); i++) {
            long time = hits.get(i).time();
            List<Hit> window = new ArrayList<>();
            for (int j = 0; j < hits.size(); j++) {
                Hit other = hits.get(j);
                boolean inside =
                        atOnce
                                ? j <= i && other.time() >= time - span
                                : other.time() >= time && other.time() <= time + span;
                if (inside) {
                    window.add(other);
                }
            }
            if (!atOnce && !starts.add(time)) {
                continue;
            }
            long now = atOnce ? time : time + span;
            List<Hit> counted = rule.type() == Type.TEMPORAL_ORDERED ? chain(rule, window) : window;
            if (counted.isEmpty() || !holds(rule, window)) {
                continue;
            }
            boolean due =
                    metAt < 0
                            || now - metAt > span
                            || (now - reportedAt >= HOUR && now - reportedAt > span);
            metAt = now;
            if (due) {
                reportedAt = now;
                all.add(new Found(finding(rule, group, counted, now), group));
            }
        }
        return all;
    }

    private static boolean atOnce(CorrelationRule rule) {
        boolean atLeast =
                rule.threshold().operator() == Operator.GT
                        || rule.threshold().operator() == Operator.GTE;
        return switch (rule.type()) {
            case TEMPORAL_ORDERED -> true;
            case EVENT_COUNT, VALUE_COUNT, TEMPORAL, VALUE_SUM -> atLeast;
            default -> false;
        };
    }

    /** Hits of all rules in order, each the latest before the next, the last one at the end. */
    private static List<Hit> chain(CorrelationRule rule, List<Hit> window) {
        List<Hit> chain = new ArrayList<>();
        int at = window.size() - 1;
        if (!window.get(at).items().contains("" + (rule.rules().size() - 1))) {
            return List.of();
        }
        chain.add(window.get(at));
        for (int step = rule.rules().size() - 2; step >= 0; step--) {
            at--;
            while (at >= 0 && !window.get(at).items().contains("" + step)) {
                at--;
            }
            if (at < 0) {
                return List.of();
            }
            chain.add(0, window.get(at));
        }
        return chain;
    }

    private static boolean holds(CorrelationRule rule, List<Hit> window) {
        List<String> items = window.stream().flatMap(hit -> hit.items().stream()).toList();
        BigDecimal limit = BigDecimal.valueOf(rule.threshold().limit());
        int sign;
        switch (rule.type()) {
            case TEMPORAL_ORDERED -> {
                return true;
            }
            case EVENT_COUNT -> sign = BigDecimal.valueOf(window.size()).compareTo(limit);
            case VALUE_COUNT, TEMPORAL ->
                    sign = BigDecimal.valueOf(new TreeSet<>(items).size()).compareTo(limit);
            case VALUE_SUM, VALUE_AVG -> {
                BigDecimal sum = BigDecimal.ZERO;
                for (String item : items) {
                    sum = sum.add(new BigDecimal(item));
                }
                boolean average = rule.type() == Type.VALUE_AVG;
                sign =
                        sum.compareTo(
                                average ? limit.multiply(BigDecimal.valueOf(items.size())) : limit);
            }
            default -> {
                double[] sorted =
                        items.stream().mapToDouble(Double::parseDouble).sorted().toArray();
                double percentile =
                        rule.type() == Type.VALUE_MEDIAN ? 50 : rule.threshold().percentile();
                double rank = percentile / 100 * (sorted.length - 1);
                int low = (int) rank;
                double value = sorted[low];
                if (rank > low) {
                    value += (rank - low) * (sorted[low + 1] - value);
                }
                sign = Double.compare(value, rule.threshold().limit());
            }
        }
        return rule.threshold().operator().holds(sign);
    }

    private static Finding finding(
            CorrelationRule rule, List<String> group, List<Hit> counted, long now) {
        Hit first = counted.get(0);
        Hit last = counted.get(counted.size() - 1);
        Set<String> keys = new LinkedHashSet<>();
        for (int i = 0; i < counted.size(); i++) {
            if (i < Finding.MAX_EVIDENCE || i == counted.size() - 1) {
                keys.addAll(counted.get(i).evidence());
            }
        }
        List<String> evidence = new ArrayList<>(keys);
        if (evidence.size() > Finding.MAX_EVIDENCE) {
            String lastKey = last.evidence().get(last.evidence().size() - 1);
            evidence.remove(lastKey);
            evidence = new ArrayList<>(evidence.subList(0, Finding.MAX_EVIDENCE - 1));
            evidence.add(lastKey);
        }
        return new Finding(
                FindingIds.ofWindow(
                        rule.id(),
                        group.isEmpty() ? "[]" : "[\"" + String.join("\",\"", group) + "\"]",
                        first.time(),
                        first.key()),
                Instant.ofEpochMilli(now),
                rule.id(),
                rule.title(),
                rule.metadata().version(),
                rule.metadata().author(),
                rule.metadata().severity(),
                rule.groupBy().equals(List.of("user")) ? "user" : "group",
                group.isEmpty() ? "all events" : String.join(", ", group),
                null,
                null,
                rule.metadata().techniques(),
                evidence,
                first.first(),
                last.last(),
                counted.size(),
                "");
    }
}
