package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.correlation.CorrelationFinding;
import io.trailwatch.core.detect.correlation.CorrelationHit;
import io.trailwatch.core.detect.correlation.CorrelationHits;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.correlation.CorrelationRun;
import io.trailwatch.core.detect.correlation.CorrelationRun.Match;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleFindings;
import io.trailwatch.finding.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Random correlations and events, in random orders of arrival inside the lateness, with random
 * restarts and rescales, against an oracle that looks at the sorted list.
 */
class CorrelationPropertyTest {
    private static final long LATENESS = 30_000;
    static final List<String> TYPES = CorrelationCase.TYPES;

    @ParameterizedTest
    @FieldSource("TYPES")
    void findsTheSameWhateverTheOrderOfArrivalAndHoweverOftenItIsRestarted(String type)
            throws Exception {
        int findings = 0;
        for (int seed = 0; seed < 40; seed++) {
            findings += check(new CorrelationCase(seed).first("a", type), seed, 60);
        }
        assertThat(findings).isGreaterThan(40);
    }

    @Test
    void chainsOfTwoLevelsFindTheSameToo() throws Exception {
        int findings = 0;
        for (int seed = 0; seed < 64; seed++) {
            findings +=
                    check(
                            new CorrelationCase(seed)
                                    .first("a", type(seed))
                                    .first("b", type(seed / 8))
                                    .above("c", type(seed * 3 + 1), List.of("a", "b")),
                            seed,
                            80);
        }
        assertThat(findings).isGreaterThan(200);
    }

    @Test
    void chainsOfThreeLevelsFindTheSameToo() throws Exception {
        Map<String, Integer> byRule = new HashMap<>();
        for (int seed = 0; seed < 64; seed++) {
            check(
                    new CorrelationCase(seed)
                            .first("a", type(seed * 5))
                            .first("b", type(seed * 7 + 3))
                            .above("c", type(seed * 3), List.of("a", "b"))
                            .above("d", type(seed), List.of("c", "a")),
                    seed,
                    80,
                    byRule);
        }
        assertThat(byRule.getOrDefault("c", 0)).isGreaterThan(20);
        assertThat(byRule.getOrDefault("d", 0)).isGreaterThan(20);
    }

    private static String type(int seed) {
        return TYPES.get(seed % TYPES.size());
    }

    private static int check(CorrelationCase random, int seed, int events) throws Exception {
        return check(random, seed, events, new HashMap<>());
    }

    private static int check(
            CorrelationCase random, int seed, int events, Map<String, Integer> byRule)
            throws Exception {
        RuleCollection rules = random.rules();
        List<Match> matches = random.matches(rules, events);
        List<Finding> expected = NaiveCorrelations.findings(rules, matches);
        List<Finding> run = run(rules, matches);
        String what = "seed %d\n%s".formatted(seed, random);
        assertThat(run.stream().map(CorrelationPropertyTest::withoutMessage).toList())
                .as(what)
                .isEqualTo(expected);
        for (int attempt = 0; attempt < 2; attempt++) {
            List<Finding> streamed = stream(rules, matches, new Random(seed * 31L + attempt));
            assertThat(streamed).as(what).isEqualTo(run);
        }
        expected.forEach(finding -> byRule.merge(finding.ruleId(), 1, Integer::sum));
        return expected.size();
    }

    private static List<Finding> run(RuleCollection rules, List<Match> matches) {
        return CorrelationRun.findings(rules, matches, CorrelationLimits.DEFAULTS).stream()
                .filter(CorrelationFinding::reported)
                .map(CorrelationFinding::finding)
                .sorted(Comparator.comparing(Finding::id))
                .toList();
    }

    private record Arriving(long at, Match match) {}

    /** Lets events arrive up to the lateness behind their time, and restarts now and then. */
    private static List<Finding> stream(RuleCollection rules, List<Match> matches, Random random)
            throws Exception {
        List<Arriving> arriving = new ArrayList<>();
        for (Match match : matches) {
            long delay = (long) (random.nextDouble() * LATENESS);
            arriving.add(new Arriving(match.event().body().time().toEpochMilli() + delay, match));
        }
        arriving.sort(Comparator.comparingLong(Arriving::at));
        CorrelationHits hitsOf = new CorrelationHits(rules);
        try (CorrelationChain chain =
                new CorrelationChain(
                        CorrelationLimits.DEFAULTS, height(rules), 1 + random.nextInt(3))) {
            long newest = Long.MIN_VALUE;
            for (Arriving next : arriving) {
                for (CorrelationHit hit : hits(hitsOf, next.match())) {
                    chain.send(hit);
                }
                newest = Math.max(newest, next.match().event().body().time().toEpochMilli());
                if (random.nextInt(4) > 0) {
                    chain.watermark(newest - LATENESS - 1);
                }
                if (random.nextInt(25) == 0) {
                    // It has no watermark until an event brings one.
                    chain.restart(1 + random.nextInt(3));
                }
            }
            chain.watermark(Long.MAX_VALUE);
            chain.assertNothingIsLeft();
            return chain.findings().stream().sorted(Comparator.comparing(Finding::id)).toList();
        }
    }

    private static int height(RuleCollection rules) {
        return rules.correlations().get(rules.correlations().size() - 1).level();
    }

    static List<CorrelationHit> hits(CorrelationHits hitsOf, Match match) {
        List<Finding> findings =
                match.rules().stream()
                        .map(rule -> RuleFindings.finding(rule, match.event()))
                        .toList();
        return hitsOf.of(match.event(), match.source(), findings).hits();
    }

    private static Finding withoutMessage(Finding finding) {
        assertThat(finding.message()).startsWith(finding.ruleTitle() + ": ");
        return new Finding(
                finding.id(),
                finding.time(),
                finding.ruleId(),
                finding.ruleTitle(),
                finding.ruleVersion(),
                finding.ruleAuthor(),
                finding.severity(),
                finding.entityType(),
                finding.entity(),
                finding.account(),
                finding.region(),
                finding.techniques(),
                finding.evidence(),
                finding.firstSeen(),
                finding.lastSeen(),
                finding.count(),
                "");
    }
}
