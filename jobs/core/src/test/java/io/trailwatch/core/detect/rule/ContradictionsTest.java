package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContradictionsTest {
    private static final String SECOND = "t:\n  awsRegion: b\ncondition: ";

    @ParameterizedTest(name = "{0} / {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    `{awsRegion: a, awsRegion|neq: a}`                               ; s                   ; detection.s
                    `{awsRegion: a, awsRegion|neq: [A, b]}`                          ; s                   ; detection.s
                    `{requestParameters.a: x, requestParameters.a|exists: false}`    ; s                   ; detection.s
                    `{requestParameters.a.b: x, requestParameters.a|exists: false}`  ; s                   ; detection.s
                    `{requestParameters.a: null, requestParameters.a|contains: x}`   ; s                   ; detection.s
                    `{eventName|startswith: Get, eventName: [PutObject, CopyObject]}`; s                   ; detection.s
                    `{vpcEndpointId|gt: 5, vpcEndpointId|lte: 5}`                    ; s                   ; detection.s
                    `[{awsRegion: a, awsRegion|neq: a}, {awsRegion: c, awsRegion|neq: c}]`; s              ; detection.s
                    `{awsRegion: a}`                                                 ; s and not s         ; detection.condition
                    `{awsRegion: a}`                                                 ; s and t             ; detection.condition
                    `{awsRegion: [a, b]}`                                            ; t and not 1 of s*   ; detection.condition
                    `{awsRegion: a}`                                                 ; (s and t) or (t and s) ; detection.condition
                    """)
    void whatNeverHoldsIsRefused(String selection, String condition, String path) {
        RuleProblem problem = RuleSamples.problem(yaml(selection, condition));
        assertThat(problem.code()).isEqualTo(ProblemCode.CONTRADICTION);
        assertThat(problem.path()).isEqualTo(path);
        assertThat(problem.message()).startsWith("never holds: ");
    }

    @ParameterizedTest(name = "{0} / {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    # a list may have both values
                    `{requestParameters.a: x, requestParameters.a|contains: y}`      ; s
                    `{resources.type|contains|all: [x, y]}`                          ; s
                    `{src_threat_list: x, src_threat_list|startswith: y}`            ; s
                    `{awsRegion: a, awsRegion|neq: b}`                               ; s
                    `{awsRegion|contains: a, awsRegion|neq: a}`                      ; s
                    `{eventName|startswith: Get, eventName: [PutObject, GetObject]}` ; s
                    `{eventName|startswith|cased: get, eventName: GETX}`             ; s
                    `{vpcEndpointId|gte: 5, vpcEndpointId|lte: 5}`                   ; s
                    `{requestParameters.a.b|exists: false, requestParameters.a: x}`  ; s
                    `{awsRegion: a}`                                                 ; s or t
                    `{awsRegion: a}`                                                 ; s and not t
                    `[{awsRegion: a, awsRegion|neq: a}, {awsRegion: c}]`             ; s
                    `{awsRegion: a}`                                                 ; (s and t) or t
                    """)
    void whatMayHoldIsRead(String selection, String condition) {
        assertThat(RuleSamples.parsed(yaml(selection, condition))).isNotNull();
    }

    private static String yaml(String selection, String condition) {
        String second = condition.matches(".*\\bt\\b.*") ? SECOND : "condition: ";
        return RuleSamples.rule("sample", "s: " + selection + "\n" + second + condition + "\n");
    }
}
