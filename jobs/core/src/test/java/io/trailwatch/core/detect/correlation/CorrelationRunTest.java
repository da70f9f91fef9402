package io.trailwatch.core.detect.correlation;

import static io.trailwatch.core.detect.correlation.CorrelationSamples.T0;
import static io.trailwatch.core.detect.correlation.CorrelationSamples.correlation;
import static io.trailwatch.core.detect.correlation.CorrelationSamples.rule;
import static io.trailwatch.core.detect.correlation.CorrelationSamples.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.correlation.CorrelationSamples.Events;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.finding.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorrelationRunTest {
    private static final Instant END = T0.plusSeconds(10);

    private static RuleCollection one(String body) {
        return rules(rule("login"), rule("reset"), rule("leave"), correlation("c", body));
    }

    private static Events events(String body) {
        return new Events(one(body));
    }

    private static String values(String type, String condition) {
        return """
        type: %s
        rules: [login]
        group-by: [user]
        timespan: 10s
        condition:
            %s
            field: attributes.amount
        """
                .formatted(type, condition.replace("; ", "\n    "));
    }

    private static final String THREE =
            """
            type: event_count
            rules: [login]
            group-by: [user]
            timespan: 10s
            condition:
                gte: 3
            """;

    @Test
    void countsEventsOfOneGroupOverATimespanThatIncludesBothEnds() {
        Events within =
                events(THREE).add(0, "login", "eve").add(4, "login", "eve").add(10, "login", "eve");
        assertThat(within.findings())
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.time()).isEqualTo(END);
                            assertThat(finding.entityType()).isEqualTo("user");
                            assertThat(finding.entity()).isEqualTo("eve");
                            assertThat(finding.count()).isEqualTo(3);
                            assertThat(finding.firstSeen()).isEqualTo(T0);
                            assertThat(finding.lastSeen()).isEqualTo(END);
                            assertThat(finding.techniques()).containsExactly("T1110");
                            assertThat(finding.evidence())
                                    .containsExactly(
                                            "app/login-eve-0.0",
                                            "app/login-eve-4.0",
                                            "app/login-eve-10.0");
                            assertThat(finding.message())
                                    .isEqualTo("Correlation c: 3 events within 10 s for eve");
                        });

        Events beyond =
                events(THREE)
                        .add(0, "login", "eve")
                        .add(4, "login", "eve")
                        .add(10.001, "login", "eve");
        assertThat(beyond.findings()).isEmpty();
        Events others =
                events(THREE).add(0, "login", "eve").add(4, "login", "bob").add(10, "login", "eve");
        assertThat(others.findings()).isEmpty();
        Events withoutUser =
                events(THREE).add(0, "login", null).add(1, "login", null).add(2, "login", null);
        assertThat(withoutUser.findings()).isEmpty();
    }

    @Test
    void oneEpisodeGivesOneFindingUntilTheConditionWasNotMetForATimespan() {
        assertThat(metUntilSecond30().findings()).hasSize(1);

        // Met again at 40, a timespan later.
        assertThat(metUntilSecond30().add(39, "login", "eve").add(40, "login", "eve").findings())
                .hasSize(1);
        // Met again at 40.002.
        List<Finding> findings =
                metUntilSecond30()
                        .add(39.9, "login", "eve")
                        .add(40.001, "login", "eve")
                        .add(40.002, "login", "eve")
                        .findings();
        assertThat(findings)
                .extracting(Finding::time)
                .containsExactly(T0.plusSeconds(6), T0.plusMillis(40_002));
        assertThat(findings).extracting(Finding::id).doesNotHaveDuplicates();
    }

    private static Events metUntilSecond30() {
        Events events = events(THREE);
        for (int second = 0; second <= 30; second += 3) {
            events.add(second, "login", "eve");
        }
        return events;
    }

    @Test
    void aLongEpisodeIsToldAgainEveryHourAndEveryTimespanWhenThatIsLonger() {
        Events minutes = events(THREE.replace("10s", "2m"));
        for (int second = 0; second <= 7300; second += 50) {
            minutes.add(second, "login", "eve");
        }
        assertThat(minutes.findings())
                .extracting(Finding::time)
                .containsExactly(T0.plusSeconds(100), T0.plusSeconds(3700), T0.plusSeconds(7300));

        Events hours = events(THREE.replace("10s", "2h").replace("gte: 3", "gte: 1"));
        for (int minute = 0; minute <= 300; minute += 60) {
            hours.add(minute * 60, "login", "eve");
        }
        assertThat(hours.findings())
                .extracting(Finding::time)
                .containsExactly(T0, T0.plus(Duration.ofHours(3)));
    }

    @Test
    void whatFewEventsMeanIsJudgedWhenTheWindowIsOver() {
        String few = THREE.replace("gte: 3", "lt: 3");
        Events events = events(few).add(0, "login", "eve").add(10, "login", "eve");
        assertThat(events.findings())
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.time()).isEqualTo(END);
                            assertThat(finding.count()).isEqualTo(2);
                        });
        // The window of the first event has three, that of the second two, 10 s later.
        events = events(few).add(0, "login", "eve").add(9, "login", "eve").add(10, "login", "eve");
        assertThat(events.findings())
                .singleElement()
                .extracting(Finding::time)
                .isEqualTo(T0.plusSeconds(19));
    }

    @Test
    void countsDifferentValuesAndForgetsThoseThatLeftTheWindow() {
        String two = values("value_count", "gte: 2").replace("amount", "host");
        Events events =
                events(two)
                        .add(0, "login", "eve", "host", "a")
                        .add(5, "login", "eve", "host", "a")
                        .add(15.001, "login", "eve", "host", "b");
        assertThat(events.findings()).isEmpty();
        events.add(15, "login", "eve", "host", "a");
        assertThat(events.findings())
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.time()).isEqualTo(T0.plusMillis(15_001));
                            assertThat(finding.message())
                                    .isEqualTo(
                                            "Correlation c: 2 different values of attributes.host"
                                                    + " in 2 events within 10 s for eve");
                        });
        Events several = events(two).add(0, "login", "eve", "host", "[\"a\",\"b\"]");
        assertThat(several.findings()).hasSize(1);
    }

    private static final String ALL =
            """
            type: temporal
            rules: [login, reset, leave]
            group-by: [user]
            timespan: 10s
            """;

    @Test
    void allRulesMustMatchInAnyOrder() {
        Events events =
                events(ALL)
                        .add(0, "leave", "eve")
                        .add(1, "login", "eve")
                        .add(1, "login", "bob")
                        .add(10, "reset", "eve");
        assertThat(events.findings())
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.entity()).isEqualTo("eve");
                            assertThat(finding.count()).isEqualTo(3);
                            assertThat(finding.message())
                                    .contains("3 of 3 rules matched in 3 events");
                        });
        Events late =
                events(ALL)
                        .add(0, "leave", "eve")
                        .add(1, "login", "eve")
                        .add(10.001, "reset", "eve");
        assertThat(late.findings()).isEmpty();
        Events twoOfThree =
                events(ALL + "condition:\n    gte: 2\n")
                        .add(0, "leave", "eve")
                        .add(1, "login", "eve");
        assertThat(twoOfThree.findings()).hasSize(1);
    }

    @Test
    void inOrderMeansTheOrderOfTheRules() {
        String ordered = ALL.replace("temporal", "temporal_ordered");
        Events events =
                events(ordered)
                        .add(0, "login", "eve")
                        .add(1, "leave", "eve")
                        .add(2, "login", "eve")
                        .add(3, "reset", "eve")
                        .add(12, "leave", "eve");
        assertThat(events.findings())
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.time()).isEqualTo(T0.plusSeconds(12));
                            assertThat(finding.firstSeen()).isEqualTo(T0.plusSeconds(2));
                            assertThat(finding.evidence())
                                    .containsExactly(
                                            "app/login-eve-2.0",
                                            "app/reset-eve-3.0",
                                            "app/leave-eve-12.0");
                        });
        Events late =
                events(ordered)
                        .add(2, "login", "eve")
                        .add(3, "reset", "eve")
                        .add(12.001, "leave", "eve");
        assertThat(late.findings()).isEmpty();
        Events wrong =
                events(ordered)
                        .add(0, "reset", "eve")
                        .add(1, "login", "eve")
                        .add(2, "leave", "eve");
        assertThat(wrong.findings()).isEmpty();
    }

    @Test
    void sumsAreExact() {
        Events events =
                events(values("value_sum", "gt: 0.3"))
                        .add(0, "login", "eve", "amount", "0.1")
                        .add(1, "login", "eve", "amount", "0.2")
                        .add(2, "login", "eve", "amount", "much");
        // Doubles would make 0.30000000000000004 of it.
        assertThat(events.findings()).isEmpty();
        events.add(10, "login", "eve", "amount", "1e-9");
        assertThat(events.findings())
                .singleElement()
                .extracting(Finding::message)
                .isEqualTo(
                        "Correlation c: sum of attributes.amount is 0.300000001 in 3 events within"
                                + " 10 s for eve");
    }

    @Test
    void averagesPercentilesAndMediansAreJudgedWhenTheWindowIsOver() {
        for (String type : List.of("value_avg", "value_median", "value_percentile")) {
            Events events =
                    events(values(type, "gte: 2.5"))
                            .add(0, "login", "eve", "amount", "1")
                            .add(10, "login", "eve", "amount", "4");
            List<Finding> findings = events.findings();
            assertThat(findings).as(type).hasSize(1);
            assertThat(findings.get(0).time()).as(type).isEqualTo(END);
            assertThat(findings.get(0).message()).as(type).contains("is 2.5 in 2 events");
            Events less =
                    events(values(type, "gt: 2.5"))
                            .add(0, "login", "eve", "amount", "1")
                            .add(9, "login", "eve", "amount", "4")
                            .add(9.5, "login", "eve", "amount", "1");
            assertThat(less.findings()).as(type).isEmpty();
        }
        Events highest =
                events(values("value_percentile", "gte: 9; percentile: 100"))
                        .add(0, "login", "eve", "amount", "1")
                        .add(1, "login", "eve", "amount", "9");
        assertThat(highest.findings()).hasSize(1);
    }

    @Test
    void anAliasGroupsByAnotherFieldOfEachRule() {
        Events events =
                events(
                                """
                                type: temporal
                                rules: [login, reset]
                                group-by: [who]
                                aliases:
                                    who:
                                        login: user
                                        reset: attributes.target
                                timespan: 10s
                                """)
                        .add(0, "login", "eve")
                        .add(1, "reset", "admin", "target", "bob");
        assertThat(events.findings()).isEmpty();
        events.add(2, "reset", "admin", "target", "eve");
        assertThat(events.findings()).singleElement().extracting(Finding::entity).isEqualTo("eve");
    }

    @Test
    void findingsCountTowardsHigherCorrelationsAndBringTheirEvidence() {
        String spread =
                """
                type: value_count
                rules: [c]
                timespan: 1m
                condition:
                    gte: 2
                    field: user
                """;
        RuleCollection rules =
                rules(rule("login"), correlation("c", THREE), correlation("up", spread));
        Events events = new Events(rules);
        for (int second = 0; second < 3; second++) {
            events.add(second, "login", "eve").add(50 + second, "login", "bob");
        }
        assertThat(events.findings())
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.ruleId()).isEqualTo("up");
                            assertThat(finding.entity()).isEqualTo("all events");
                            assertThat(finding.count()).isEqualTo(2);
                            assertThat(finding.firstSeen()).isEqualTo(T0);
                            assertThat(finding.evidence()).hasSize(6).contains("app/login-eve-0.0");
                        });
        assertThat(events.all(CorrelationLimits.DEFAULTS))
                .extracting(found -> found.finding().ruleId())
                .containsExactly("c", "c", "up");
    }

    @Test
    void aCorrelationInDryRunIsMarkedAndADisabledOneFindsNothing() {
        String setting =
                """
                trailwatch:
                    settings:
                        - rules: [c]
                          mode: %s
                          reason: Being tried.
                          expires: 2026-11-20
                ---
                """;
        for (String mode : List.of("dry-run", "disabled")) {
            Events events =
                    new Events(
                            rules(rule("login"), correlation("c", THREE), setting.formatted(mode)));
            events.add(0, "login", "eve").add(1, "login", "eve").add(2, "login", "eve");
            // The setting has expired a day later.
            events.add(86_400, "login", "bob").add(86_401, "login", "bob");
            events.add(86_402, "login", "bob");
            assertThat(events.findings())
                    .extracting(finding -> finding.entity() + " " + finding.dryRun())
                    .isEqualTo(
                            mode.equals("disabled")
                                    ? List.of("bob false")
                                    : List.of("eve true", "bob false"));
        }
    }

    @Test
    void beyondTheCapTheOldestHitsMakeRoomAndTheFindingSaysSo() {
        Events events = events(THREE);
        for (int second = 0; second < 4; second++) {
            events.add(second, "login", "eve");
        }
        assertThat(events.all(new CorrelationLimits(2, 10))).isEmpty();
        assertThat(events.all(new CorrelationLimits(3, 10))).hasSize(1);

        // Not met by the first four: of five the cap keeps the last three.
        Events many =
                events(values("value_sum", "gte: 12"))
                        .add(0, "login", "eve", "amount", "1")
                        .add(1, "login", "eve", "amount", "2")
                        .add(2, "login", "eve", "amount", "3")
                        .add(3, "login", "eve", "amount", "4")
                        .add(4, "login", "eve", "amount", "5");
        assertThat(many.all(new CorrelationLimits(3, 10)))
                .singleElement()
                .satisfies(
                        found -> {
                            assertThat(found.finding().count()).isEqualTo(3);
                            assertThat(found.finding().message())
                                    .endsWith("(2 more were beyond what is kept)");
                        });
    }

    @Test
    void evidenceIsTheFirstEventsAndTheLast() {
        Events events = events(THREE.replace("gte: 3", "gte: 60"));
        for (int i = 0; i < 60; i++) {
            events.add(i / 10.0, "login", "eve");
        }
        List<String> evidence = events.findings().get(0).evidence();
        assertThat(evidence).hasSize(Finding.MAX_EVIDENCE).startsWith("app/login-eve-0.0");
        assertThat(evidence.get(48)).isEqualTo("app/login-eve-4.8");
        assertThat(evidence.get(49)).isEqualTo("app/login-eve-5.9");
    }
}
