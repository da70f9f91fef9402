package io.trailwatch.core.detect.correlation;

import static io.trailwatch.core.detect.correlation.CorrelationSamples.correlation;
import static io.trailwatch.core.detect.correlation.CorrelationSamples.rule;
import static io.trailwatch.core.detect.correlation.CorrelationSamples.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.correlation.CorrelationHits.Emitted;
import io.trailwatch.core.detect.correlation.CorrelationRun.Match;
import io.trailwatch.core.detect.correlation.CorrelationSamples.Events;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleFindings;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CorrelationHitsTest {
    private static final String COUNT =
            """
            type: event_count
            rules: [login]
            group-by: [attributes.host]
            timespan: 10s
            condition:
                gte: 3
            """;

    private static Emitted hits(RuleCollection rules, Events events) {
        Match match = events.matches().get(0);
        return new CorrelationHits(rules)
                .of(
                        match.event(),
                        match.source(),
                        match.rules().stream()
                                .map(rule -> RuleFindings.finding(rule, match.event()))
                                .toList());
    }

    @Test
    void anEventCountsForEachValueOfItsGroupUpToTenAndTheRestIsCounted() {
        RuleCollection rules = rules(rule("login"), correlation("c", COUNT));
        String hosts =
                IntStream.range(0, 12)
                        .mapToObj(i -> "\"h" + i + "\"")
                        .collect(Collectors.joining(",", "[", "]"));
        Emitted emitted = hits(rules, new Events(rules).add(0, "login", "eve", "host", hosts));
        assertThat(emitted.hits())
                .extracting(hit -> GroupKey.values(hit.detectKey()))
                .hasSize(10)
                .startsWith(List.of("h0"), List.of("h1"))
                .endsWith(List.of("h9"));
        assertThat(emitted.passedOver()).isEqualTo(2);
        assertThat(hits(rules, new Events(rules).add(0, "login", "eve")).hits()).isEmpty();
    }

    @Test
    void longValuesAreCutAndStayApart() {
        RuleCollection rules = rules(rule("login"), correlation("c", COUNT));
        String first = "x".repeat(300) + "1";
        String second = "x".repeat(300) + "2";
        List<String> keys =
                hits(
                                rules,
                                new Events(rules)
                                        .add(
                                                0,
                                                "login",
                                                "eve",
                                                "host",
                                                "[\"%s\",\"%s\"]".formatted(first, second)))
                        .hits()
                        .stream()
                        .map(CorrelationHit::detectKey)
                        .toList();
        assertThat(keys).hasSize(2).doesNotHaveDuplicates();
        assertThat(keys).allSatisfy(key -> assertThat(key.length()).isLessThan(270));
    }

    @Test
    void aHitCarriesADefinitionThatReadsBackAsItWasWritten() {
        String above =
                """
                type: event_count
                rules: [c]
                timespan: 1d
                condition:
                    gte: 2
                """;
        RuleCollection rules =
                rules(rule("login"), correlation("c", COUNT), correlation("up", above));
        CorrelationHit hit =
                hits(rules, new Events(rules).add(0, "login", "eve", "host", "a")).hits().get(0);
        Correlation read = Correlation.parse(hit.definition());
        assertThat(read.definition())
                .isEqualTo(CorrelationDefinition.of(rules.correlations().get(0), rules));
        assertThat(read.definition().text()).isEqualTo(hit.definition());
        assertThat(hit.detectKey()).startsWith(read.version());
        assertThat(read.above())
                .singleElement()
                .satisfies(
                        link ->
                                assertThat(link.correlation().text())
                                        .isEqualTo(
                                                CorrelationDefinition.of(
                                                                rules.correlations().get(1), rules)
                                                        .text()));
    }

    @Test
    void aChangedDefinitionCountsApart() {
        RuleCollection old = rules(rule("login"), correlation("c", COUNT));
        RuleCollection changed =
                rules(rule("login"), correlation("c", COUNT.replace("gte: 3", "gte: 4")));
        Events events = new Events(old).add(0, "login", "eve", "host", "a");
        assertThat(hits(old, events).hits().get(0).detectKey())
                .isNotEqualTo(hits(changed, events).hits().get(0).detectKey())
                .endsWith("[\"a\"]");
    }

    @Test
    void numbersThatWouldMakeSumsLongAreNone() {
        assertThat(Quantities.isQuantity("-12.5")).isTrue();
        assertThat(Quantities.isQuantity("1e64")).isTrue();
        assertThat(Quantities.isQuantity("1e65")).isFalse();
        assertThat(Quantities.isQuantity("1e-65")).isFalse();
        assertThat(Quantities.isQuantity("1e2147483648")).isFalse();
        assertThat(Quantities.isQuantity("9".repeat(41))).isFalse();
        assertThat(Quantities.isQuantity("NaN")).isFalse();
        assertThat(Quantities.isQuantity("")).isFalse();
    }
}
