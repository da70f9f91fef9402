package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not understood is refused, with its place and its name. */
class RuleRefusalTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    `a|sounds: x`                ; detection.s.a|sounds     ; modifier 'sounds' is not supported
                    `a|i: x`                     ; detection.s.a|i          ; modifier 'i' needs 're' before it
                    `a|re|contains: x`           ; detection.s.a|re|contains ; modifiers 're' and 'contains' cannot be combined
                    `a|startswith|endswith: x`   ; detection.s.a|startswith|endswith ; `modifiers [startswith, endswith] cannot be combined`
                    `a|contains|contains: x`     ; detection.s.a|contains|contains ; modifier 'contains' is given twice
                    `a|cidr: 10.0.0.1/8`         ; detection.s.a|cidr       ; '10.0.0.1/8' has bits set behind its prefix of 8 bits
                    `a|cidr: 10.0.0.0/33`        ; detection.s.a|cidr       ; '10.0.0.0/33' has prefix length '33', limit 32
                    `a|cidr: 10.0.0/8`           ; detection.s.a|cidr       ; '10.0.0/8' is no CIDR block such as 10.0.0.0/8 or 2001:db8::/32
                    `a|cidr: localhost/8`        ; detection.s.a|cidr       ; 'localhost/8' is no CIDR block such as 10.0.0.0/8 or 2001:db8::/32
                    `a|gt: many`                 ; detection.s.a|gt         ; 'many' is no number
                    `a|exists: maybe`            ; detection.s.a|exists     ; is 'maybe', must be true or false
                    `a|contains: ''`             ; detection.s.a|contains   ; an empty text would match every value
                    `a|contains: null`           ; detection.s.a|contains   ; null cannot be compared with these modifiers
                    `a|base64: 'x*'`             ; detection.s.a|base64     ; 'x*' has wildcards, which cannot be encoded
                    `a|fieldref: ''`             ; detection.s.a|fieldref   ; '' is no field name
                    `a: []`                      ; detection.s.a            ; has an empty list of values
                    `a: {b: c}`                  ; detection.s.a            ; values must be scalars, not lists or maps
                    `a..b: c`                    ; detection.s.a..b         ; 'a..b' is no field name
                    """)
    void aFieldTestIsRefused(String selection, String path, String message) {
        RuleProblem problem =
                RuleSamples.problem(
                        RuleSamples.anyFieldRule("bad", "s:\n  " + selection + "\ncondition: s\n"));
        assertThat(problem.path()).isEqualTo(path);
        assertThat(problem.message()).startsWith(message);
        assertThat(problem.ruleId()).isEqualTo("bad");
        assertThat(problem.file()).isEqualTo("sample.yml");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    s | count() by a > 5 ; aggregation '| count() by a > 5' is the syntax of Sigma 1, which is not supported; write a correlation rule of type event_count
                    s | near t           ; aggregation '| near t' is the syntax of Sigma 1
                    s and t              ; names 't', which the detection does not define
                    1 of t*              ; '1 of t*' fits no name of the detection
                    2 of s*              ; '2 of s*' never holds: 1 names fit
                    some of s*           ; 'some of' is not supported, use '1 of' or 'all of'
                    (s                   ; ends where ')' is expected
                    s and                ; ends where a selection is expected
                    s s                  ; has an unexpected 's'
                    s)                   ; has an unexpected ')'
                    and s                ; has an unexpected 'and'
                    """)
    void aConditionIsRefused(String condition, String message) {
        RuleProblem problem =
                RuleSamples.problem(
                        RuleSamples.anyFieldRule(
                                "bad", "s:\n  a: 1\ncondition: " + condition + "\n"));
        assertThat(problem.path()).isEqualTo("detection.condition");
        assertThat(problem.message()).startsWith(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    `level: low`                | `level: severe`                  | level                | level is 'severe', must be one of informational, low, medium, high, critical
                    `id: bad`                   | `related: []`                    | id                   | is missing
                    `title: Sample bad`         | `status: test`                   | title                | is missing
                    `level: low`                | `status: unsupported`            | status               | is 'unsupported': its author says it cannot run
                    `level: low`                | `taxonomy: mine`                 | taxonomy             | is 'mine', only sigma is supported
                    `level: low`                | `correlation: {}`                | correlation          | stands beside 'detection'; a document is of one kind
                    `level: low`                | `action: global`                 | action               | is the syntax of Sigma 1
                    `  service: eks`            | `  service: macie`               | logsource            | product aws, service macie is no log read here; use product aws with service cloudfront, cloudtrail, dns, eks, elb, guardduty, route53, s3access, securityhub, vpcflow, waf, or category application
                    `  service: eks`            | `  servce: eks`           | logsource.servce     | is no attribute here, which are category, definition, product, service
                    `  condition: s`            | `  condition: s\n  timeframe: 5m`| detection.timeframe  | is the syntax of Sigma 1
                    `  condition: s`            | `  condition: s\n  t: {b: 1}`    | detection.t          | is defined, but the condition does not use it
                    `  condition: s`            | `  x: {b: 1}`                    | detection.condition  | is missing
                    """)
    void aDocumentIsRefused(String line, String instead, String path, String message) {
        String yaml =
                RuleSamples.anyFieldRule("bad", "s:\n  a: 1\ncondition: s\n")
                        .replace(line, instead.replace("\\n", "\n"));
        RuleProblem problem = RuleSamples.problem(yaml);
        assertThat(problem.path()).isEqualTo(path);
        assertThat(problem.message()).startsWith(message);
    }

    @Test
    void brokenOrHostileYamlIsRefused() {
        assertThat(RuleSamples.problem("title: [").message()).contains("is no YAML read here");
        assertThat(RuleSamples.problem("- a\n- b\n").message())
                .isEqualTo("a rule must be a map of attributes");
        assertThat(RuleSamples.problem("").message()).isEqualTo("holds no rule");
        assertThat(RuleSamples.problem("a: 1\na: 2\n").message()).contains("duplicate key a");
        assertThat(RuleSamples.problem("a: &x [1]\nb: [*x, *x]\n").message())
                .contains("aliases for non-scalar nodes exceeds");
        assertThat(RuleSamples.problem("[".repeat(100)).message()).contains("Nesting Depth");
        assertThat(RuleSamples.problem("a: !!java.lang.Object {}\n").message())
                .contains("Global tag is not allowed");
        assertThat(RuleSamples.problem("a: " + "x".repeat(1_100_000)).message())
                .contains("exceeds the limit");
        assertThat(
                        RuleSamples.problem(
                                        RuleSamples.anyFieldRule(
                                                "bad",
                                                "s:\n  a: 1\ncondition: "
                                                        + "(".repeat(3_000)
                                                        + "s\n"))
                                .message())
                .isEqualTo("is nested deeper than 50");
    }

    @Test
    void aProblemDoesNotHideTheGoodRulesBesideIt() {
        String good = RuleSamples.anyFieldRule("good", "s:\n  a: 1\ncondition: s\n");
        String bad = RuleSamples.anyFieldRule("bad", "s:\n  a|near: 1\ncondition: s\n");
        LoadedRules loaded = RuleLoader.parse("two.yml", good + "---\n" + bad);
        assertThat(loaded.rules()).extracting(SigmaRule::id).containsExactly("good");
        assertThat(loaded.problems())
                .isEqualTo(
                        List.of(
                                new RuleProblem(
                                        "two.yml",
                                        19,
                                        "bad",
                                        "detection.s.a|near",
                                        ProblemCode.UNKNOWN_MODIFIER,
                                        "modifier 'near' is not supported")));
        assertThat(loaded.problems().get(0))
                .hasToString(
                        "two.yml:19: detection.s.a|near: modifier 'near' is not supported"
                                + " [unknown-modifier]");
    }
}
