package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.trailwatch.core.detect.rule.CorrelationRule.Operator;
import io.trailwatch.core.detect.rule.CorrelationRule.Threshold;
import io.trailwatch.core.detect.rule.CorrelationRule.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorrelationLoadingTest {
    private static final String DETECTION = "s:\n  eventName: x\ncondition: s\n";
    private static final String A = RuleSamples.rule("a", DETECTION);
    private static final String B =
            RuleSamples.rule("b", DETECTION).replace("id: b", "id: b\nname: second");

    private static String correlation(String id, String attributes) {
        return "title: Correlation %s\nid: %s\ncorrelation:\n%s"
                .formatted(id, id, attributes.indent(2));
    }

    private static LoadedRules load(String... documents) {
        return RuleLoader.parse("all.yml", String.join("---\n", documents));
    }

    @Test
    void readsACorrelationOfRulesNamedByIdAndByNameInWhateverOrder() {
        String correlation =
                correlation(
                        "c",
                        """
                        type: value_percentile
                        rules:
                          - second
                          - a
                        group-by: [who, awsRegion]
                        timespan: 15m
                        condition:
                          gt: 2.5
                          field: requestParameters.size
                          percentile: 95
                        aliases:
                          who:
                            a: userIdentity.arn
                            second: requestParameters.userName
                        generate: true
                        """);
        LoadedRules loaded = load(correlation, A, B);
        assertThat(loaded.problems()).isEmpty();
        CorrelationRule read = loaded.collection().correlations().get(0);
        assertThat(read.type()).isEqualTo(Type.VALUE_PERCENTILE);
        assertThat(read.rules()).containsExactly("b", "a");
        assertThat(read.groupBy()).containsExactly("who", "awsRegion");
        assertThat(read.timespan()).isEqualTo(Duration.ofMinutes(15));
        assertThat(read.threshold())
                .isEqualTo(new Threshold(Operator.GT, 2.5, "requestParameters.size", 95));
        assertThat(read.aliases())
                .isEqualTo(
                        Map.of(
                                "who",
                                Map.of(
                                        "a",
                                        "userIdentity.arn",
                                        "b",
                                        "requestParameters.userName")));
        assertThat(read.generate()).isTrue();
        assertThat(read.level()).isEqualTo(1);
        assertThat(read.metadata().line()).isEqualTo(1);
        assertThat(loaded.collection().reports("a")).isTrue();
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    event_count      | 30s | {gte: 3}                        | GTE | 3   |     | 0
                    value_count      | 2h  | {lt: 3, field: eventName}       | LT  | 3   | eventName | 0
                    value_sum        | 1d  | {lte: -1, field: requestParameters.n} | LTE | -1 | requestParameters.n | 0
                    value_avg        | 30d | {eq: 0.5, field: requestParameters.n} | EQ | 0.5 | requestParameters.n | 0
                    value_median     | 1m  | {neq: 7, field: requestParameters.n}  | NEQ | 7 | requestParameters.n | 50
                    value_percentile | 1m  | {gt: 7, field: requestParameters.n}   | GT  | 7 | requestParameters.n | 50
                    temporal         | 1m  | {gte: 1}                        | GTE | 1   |     | 0
                    temporal_ordered | 1m  | {gte: 2}                        | GTE | 2   |     | 0
                    """)
    void readsEveryType(
            String type,
            String timespan,
            String condition,
            Operator operator,
            double limit,
            String field,
            double percentile) {
        LoadedRules loaded =
                load(
                        A,
                        B,
                        correlation(
                                "c",
                                "type: %s\nrules: [a, b]\ntimespan: %s\ncondition: %s\n"
                                        .formatted(type, timespan, condition)));
        assertThat(loaded.problems()).isEmpty();
        CorrelationRule read = loaded.collection().correlations().get(0);
        assertThat(read.type().label()).isEqualTo(type);
        assertThat(read.threshold()).isEqualTo(new Threshold(operator, limit, field, percentile));
        assertThat(read.generate()).isFalse();
        assertThat(loaded.collection().reports("a")).isFalse();
    }

    @Test
    void temporalTypesAskForAllTheirRulesWhereNothingElseIsWritten() {
        for (String type : List.of("temporal", "temporal_ordered")) {
            LoadedRules loaded =
                    load(
                            A,
                            B,
                            correlation("c", "type: " + type + "\nrules: [a, b]\ntimespan: 1m\n"));
            assertThat(loaded.collection().correlations().get(0).threshold())
                    .isEqualTo(new Threshold(Operator.GTE, 2, null, 0));
        }
    }

    private static String chained(String id, String lower) {
        return correlation(
                id,
                "type: event_count\nrules: %s\ngroup-by: [account]\ntimespan: 1h\ncondition: {gte: 2}\n"
                        .formatted(lower));
    }

    @Test
    void aChainKnowsItsLevelsAndTheFieldsOfTheFindingsBelow() {
        String first =
                correlation(
                        "c1",
                        "type: event_count\nrules: a\ngroup-by: [userIdentity.arn]\ntimespan: 1h\n"
                                + "condition: {gte: 2}\n");
        String second =
                correlation(
                        "c2",
                        "type: value_count\nrules: c1\ngroup-by: [account, region]\ntimespan: 1h\n"
                                + "condition: {gte: 2, field: userIdentity.arn}\n");
        LoadedRules loaded = load(chained("c3", "c2"), second, first, A);
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.collection().correlations())
                .extracting(CorrelationRule::id)
                .containsExactly("c1", "c2", "c3");
        assertThat(loaded.collection().correlations())
                .extracting(CorrelationRule::level)
                .containsExactly(1, 2, 3);

        LoadedRules tooLong = load(chained("c4", "c3"), chained("c3", "c2"), second, first, A);
        assertThat(tooLong.problems())
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.ruleId()).isEqualTo("c4");
                            assertThat(problem.code()).isEqualTo(ProblemCode.CHAIN_TOO_LONG);
                        });
        LoadedRules wrongField =
                load(second.replace("field: userIdentity.arn", "field: eventName"), first, A);
        assertThat(wrongField.problems())
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_FIELD);
                            assertThat(problem.message())
                                    .isEqualTo(
                                            "'eventName' is no field of the findings of 'c1', which"
                                                    + " are account, count, entity, region,"
                                                    + " userIdentity.arn");
                        });
    }

    @Test
    void aCircleIsRefusedWithTheWayRoundItAndWhatHangsOnItToo() {
        LoadedRules loaded =
                load(
                        chained("x", "y"),
                        chained("y", "[a, z]"),
                        chained("z", "x"),
                        chained("w", "z"),
                        A);
        assertThat(loaded.collection().correlations()).isEmpty();
        assertThat(loaded.rules()).extracting(SigmaRule::id).containsExactly("a");
        assertThat(loaded.problems())
                .extracting(RuleProblem::ruleId, RuleProblem::code)
                .containsExactly(
                        tuple("x", ProblemCode.REFERENCE_CYCLE),
                        tuple("y", ProblemCode.REFERENCE_CYCLE),
                        tuple("z", ProblemCode.REFERENCE_CYCLE),
                        tuple("w", ProblemCode.REFUSED_REFERENCE));
        assertThat(loaded.problems().get(0).message())
                .isEqualTo("refers to itself: x -> y -> z -> x");
        assertThat(load(chained("x", "x")).problems().get(0).message())
                .isEqualTo("refers to itself: x -> x");
    }

    @Test
    void aCorrelationOfARefusedRuleIsRefusedWithItsReason() {
        String bad = A.replace("eventName: x", "eventNam: x");
        LoadedRules loaded = load(bad, chained("c", "a"));
        assertThat(loaded.problems())
                .extracting(RuleProblem::code)
                .containsExactly(ProblemCode.UNKNOWN_FIELD, ProblemCode.REFUSED_REFERENCE);
        assertThat(loaded.problems().get(1).message())
                .isEqualTo("refers to 'a', which was refused: " + loaded.problems().get(0));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    `rules: [a, none]`           | 14 | correlation.rules          | unknown-reference | refers to 'none', which no rule has as id or name
                    `rules: [a, a]`              | 14 | correlation.rules          | invalid-attribute | names 'a' twice
                    `rules: [b, second]`         | 14 | correlation.rules          | invalid-attribute | names 'second' twice
                    `rules: []`                  | 14 | correlation.rules          | missing-attribute | is missing
                    `timespan: 0s`               | 15 | correlation.timespan       | invalid-timespan  | is '0s', must be more than 0 and at most 30d
                    `timespan: 31d`              | 15 | correlation.timespan       | invalid-timespan  | is '31d', must be more than 0 and at most 30d
                    `timespan: 721h`             | 15 | correlation.timespan       | invalid-timespan  | is '721h', must be more than 0
                    `timespan: 5 minutes`        | 15 | correlation.timespan       | invalid-timespan  | is '5 minutes', must be a number with s, m, h or d, such as 15m
                    `timespan:`                  | 15 | correlation.timespan       | missing-attribute | is missing
                    `type: event_sum`            | 13 | correlation.type           | invalid-attribute | is 'event_sum', must be one of event_count, value_count
                    `group-by: [a..b]`           | 16 | correlation.group-by       | invalid-group-by  | 'a..b' is no field name
                    `group-by: [nope]`           | 16 | correlation.group-by       | unknown-field     | 'nope' is no field of this log
                    `group-by: [awsRegion, awsRegion]` | 16 | correlation.group-by | invalid-group-by  | 'awsRegion' is named twice
                    `condition: 5`               | 17 | correlation.condition      | invalid-threshold | is '5', must be a map
                    `condition: {field: x}`      | 17 | correlation.condition      | invalid-threshold | has none of gt, gte, lt, lte, eq, neq
                    `condition: {gt: 1, lt: 5}`  | 17 | correlation.condition.lt   | invalid-threshold | stands beside 'gt'
                    `condition: {above: 1}`      | 17 | correlation.condition.above | invalid-threshold | is none of
                    `condition: {gte: many}`     | 17 | correlation.condition.gte  | invalid-threshold | 'many' is no number
                    `condition: {gte: 2.5}`      | 17 | correlation.condition.gte  | invalid-threshold | is '2.5', but a count is a whole number
                    `condition: {lt: 1}`         | 17 | correlation.condition.lt   | contradiction     | never holds: a count begins with the first event
                    `condition: {gte: 2, field: eventName}` | 17 | correlation.condition.field | invalid-threshold | event_count takes no field
                    `condition: {gte: 2, percentile: 5}` | 17 | correlation.condition.percentile | invalid-threshold | belongs to value_percentile alone
                    `generate: maybe`            | 18 | correlation.generate       | invalid-attribute | is 'maybe', must be true or false
                    `window: sliding`            | 18 | correlation.window         | unknown-attribute | is no attribute here
                    `aliases: {who: {a: userIdentity.arn}}` | 18 | correlation.aliases.who | invalid-alias | names no field for the rule 'b'
                    `aliases: {who: {a: x.y, b: eventName}}` | 18 | correlation.aliases.who.a | unknown-field | 'x' is no field of this log
                    `aliases: {who: {c: eventName}}` | 18 | correlation.aliases.who.c | invalid-alias | is no rule of this correlation
                    `aliases: {who: {a: eventName, b: eventName}}` | 18 | correlation.aliases.who | invalid-alias | is used neither
                    """)
    void whatIsWrongIsNamedWithItsLine(
            String attribute, int line, String path, String code, String message) {
        String name = attribute.substring(0, attribute.indexOf(':') + 1);
        String sound =
                """
                type: event_count
                rules: [a, b]
                timespan: 1h
                group-by: [awsRegion]
                condition: {gte: 2}
                generate: false
                """;
        String attributes =
                sound.contains(name)
                        ? sound.replaceAll("(?m)^" + name + ".*$", attribute)
                        : sound.replace("generate: false", attribute);
        LoadedRules loaded =
                RuleLoader.load(
                        new Texts(
                                Map.of(
                                        "c.yml",
                                        "# a comment\n".repeat(9) + correlation("c", attributes),
                                        "r.yml",
                                        A + "---\n" + B)));
        assertThat(loaded.problems())
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.code().label()).isEqualTo(code);
                            assertThat(problem.path()).isEqualTo(path);
                            assertThat(problem.message()).startsWith(message);
                            assertThat(problem.line()).isEqualTo(line);
                            assertThat(problem.file()).isEqualTo("c.yml");
                            assertThat(problem.ruleId()).isEqualTo("c");
                        });
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    temporal         | {gte: 3}  | contradiction     | never holds: the correlation has 2 rules
                    temporal         | {gt: 2}   | contradiction     | never holds: the correlation has 2 rules
                    temporal_ordered | {gte: 1}  | invalid-threshold | temporal_ordered asks for all of its rules, here 'gte: 2'
                    temporal_ordered | {lt: 2}   | invalid-threshold | temporal_ordered asks for all
                    value_sum        | {gte: 1}  | invalid-threshold | value_sum needs a field
                    value_percentile | {gte: 1, field: requestParameters.n, percentile: 101} | invalid-threshold | is 101.0, must be from 0 to 100
                    event_count      |           | missing-attribute | is missing
                    """)
    void aConditionThatDoesNotSuitItsTypeIsRefused(
            String type, String condition, String code, String message) {
        String attributes = "type: " + type + "\nrules: [a, b]\ntimespan: 1m\n";
        RuleProblem problem =
                load(
                                A,
                                B,
                                correlation(
                                        "c",
                                        condition == null
                                                ? attributes
                                                : attributes + "condition: " + condition + "\n"))
                        .problems()
                        .get(0);
        assertThat(problem.code().label()).isEqualTo(code);
        assertThat(problem.message()).startsWith(message);
    }
}
