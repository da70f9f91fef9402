package io.trailwatch.core.detect.correlation;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.rule.CorrelationRule;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleFindings;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.core.detect.window.Feature;
import io.trailwatch.core.enrich.IpContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Correlations of all levels over events that are at hand, without an engine: what the job would
 * find once its stream has ended.
 */
public final class CorrelationRun {
    private static final Comparator<CorrelationFinding> BY_TIME =
            Comparator.comparing((CorrelationFinding found) -> found.finding().time())
                    .thenComparing(found -> found.finding().ruleId())
                    .thenComparing(found -> found.finding().id());

    private CorrelationRun() {}

    /**
     * An event and the rules that matched it.
     *
     * @param source what is known of its source address
     */
    public record Match(DecodedEvent event, IpContext source, List<SigmaRule> rules) {}

    /**
     * Findings of all correlations, those that only count towards others too, sorted by time, rule
     * and id. Modes are applied as in the job.
     *
     * @param matches in any order
     */
    public static List<CorrelationFinding> findings(
            RuleCollection rules, List<Match> matches, CorrelationLimits limits) {
        CorrelationHits hitsOf = new CorrelationHits(rules);
        List<CorrelationHit> hits = new ArrayList<>();
        for (Match match : matches) {
            hits.addAll(
                    hitsOf.of(
                                    match.event(),
                                    match.source(),
                                    RuleFindings.of(rules, match.rules(), match.event()))
                            .hits());
        }
        return ofHits(hits, limits);
    }

    /** The same from the hits of single events, in any order. */
    public static List<CorrelationFinding> ofHits(
            List<CorrelationHit> hits, CorrelationLimits limits) {
        List<CorrelationHit> waiting = new ArrayList<>(hits);
        List<CorrelationFinding> findings = new ArrayList<>();
        for (int level = 1; level <= CorrelationRule.MAX_LEVEL; level++) {
            List<CorrelationFinding> found = level(level, waiting, limits);
            found.forEach(each -> waiting.addAll(each.hits()));
            findings.addAll(found);
        }
        findings.sort(BY_TIME);
        return findings;
    }

    private static List<CorrelationFinding> level(
            int level, List<CorrelationHit> hits, CorrelationLimits limits) {
        Map<String, List<CorrelationHit>> byKey = new TreeMap<>();
        for (CorrelationHit hit : hits) {
            if (hit.level() == level) {
                byKey.computeIfAbsent(hit.detectKey(), key -> new ArrayList<>()).add(hit);
            }
        }
        List<CorrelationFinding> findings = new ArrayList<>();
        byKey.forEach(
                (key, ofKey) -> {
                    ofKey.sort(Feature.ORDER);
                    CorrelationFold fold =
                            new CorrelationFold(
                                    Correlation.parse(ofKey.get(0).definition()),
                                    key,
                                    limits,
                                    new CorrelationStateInMaps(),
                                    collecting(findings));
                    ofKey.forEach(hit -> fold.take(KeptHit.of(hit)));
                    fold.settle(Long.MAX_VALUE);
                });
        return findings;
    }

    private static CorrelationFold.Output collecting(List<CorrelationFinding> findings) {
        return new CorrelationFold.Output() {
            @Override
            public void found(CorrelationFinding found) {
                findings.add(found);
            }

            @Override
            public void passedOver() {
                // The finding tells it.
            }
        };
    }
}
