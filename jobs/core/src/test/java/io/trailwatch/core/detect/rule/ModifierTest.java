package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.event.LogKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Modifiers that encode, take times apart or stand for several values. The encoded texts were made
 * with Python's base64 and codecs, the parts of times with its datetime.
 */
class ModifierTest {

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    `a|base64: cmd`                          | {'a':'Y21k'}                              | true
                    `a|base64: cmd`                          | {'a':'xY21k'}                             | false
                    `a|base64: über`                         | {'a':'w7xiZXI='}                          | true
                    `a|base64|cased: cmd`                    | {'a':'y21K'}                              | false
                    `a|utf16le|base64: cmd`                  | {'a':'YwBtAGQA'}                          | true
                    `a|utf16le|base64: cmd`                  | {'a':'AGMAbQBk'}                          | false
                    `a|wide|base64: cmd`                     | {'a':'YwBtAGQA'}                          | true
                    `a|wide|base64: cmd`                     | {'a':'Y21k'}                              | false
                    `a|utf16be|base64: cmd`                  | {'a':'AGMAbQBk'}                          | true
                    `a|utf16be|base64: cmd`                  | {'a':'YwBtAGQA'}                          | false
                    `a|utf16|base64: cmd`                    | {'a':'//5jAG0AZAA='}                      | true
                    `a|utf16|base64: cmd`                    | {'a':'YwBtAGQA'}                          | false
                    `a|base64offset|contains: 'http://evil'` | {'a':'aHR0cDovL2V2aWx6eg=='}              | true
                    `a|base64offset|contains: 'http://evil'` | {'a':'eGh0dHA6Ly9ldmlseno='}              | true
                    `a|base64offset|contains: 'http://evil'` | {'a':'eHhodHRwOi8vZXZpbHp6'}              | true
                    `a|base64offset|contains: 'http://evil'` | {'a':'aHR0cDovL2dvb2R6eg=='}              | false
                    `a|wide|base64offset|contains: cmd.exe`  | {'a':'YwBtAGQALgBlAHgAZQB5eXk='}          | true
                    `a|wide|base64offset|contains: cmd.exe`  | {'a':'eGMAbQBkAC4AZQB4AGUAeXl5'}          | true
                    `a|wide|base64offset|contains: cmd.exe`  | {'a':'eHhjAG0AZAAuAGUAeABlAHl5eQ=='}      | true
                    `a|wide|base64offset|contains: cmd.exe`  | {'a':'eHhodHRwOi8vZXZpbHp6'}              | false
                    `a|windash|base64: 'ping -n'`            | {'a':'cGluZyAtbg=='}                      | true
                    `a|windash|utf16be|base64: 'ping -n'`    | {'a':'AHAAaQBuAGcAIAAtAG4='}              | true
                    `a|windash|contains: ' -n'`              | {'a':'ping –n 5'}                         | true
                    `a|windash|contains: ' /n'`              | {'a':'ping -n 5'}                         | true
                    `a|windash|contains: ' -n'`              | {'a':'ping +n 5'}                         | false
                    `a|windash: 'x -a-b'`                    | {'a':'x /a/b'}                            | false
                    # parts of 2026-11-20T08:03:11Z, a Friday of week 47
                    `a|minute: 3`                            | {'a':'2026-11-20T08:03:11Z'}              | true
                    `a|minute: 3`                            | {'a':'2026-11-20T08:04:11Z'}              | false
                    `a|hour: 8`                              | {'a':'2026-11-20T08:03:11Z'}              | true
                    `a|hour: 8`                              | {'a':'2026-11-20T08:03:11+02:00'}         | false
                    `a|hour: 6`                              | {'a':'2026-11-20T08:03:11+0200'}          | true
                    `a|hour: 8`                              | {'a':1795161791}                          | true
                    `a|hour: 8`                              | {'a':'1795161791123'}                     | true
                    `a|hour: 8`                              | {'a':'1795161791.5'}                      | true
                    `a|hour: 9`                              | {'a':1795161791}                          | false
                    `a|day: 20`                              | {'a':'2026-11-20'}                        | true
                    `a|day: 22`                              | {'a':'2026-11-21T22:30:15-05:00'}         | true
                    `a|day: 21`                              | {'a':'2026-11-21T22:30:15-05:00'}         | false
                    `a|week: 47`                             | {'a':'2026-11-20 08:03:11'}               | true
                    `a|week: 1`                              | {'a':'2024-12-30T10:00:00Z'}              | true
                    `a|week: 53`                             | {'a':'2024-12-30T10:00:00Z'}              | false
                    `a|month: 11`                            | {'a':'2026-11-20T08:03:11.123456Z'}       | true
                    `a|month: 12`                            | {'a':'2026-11-20T08:03:11Z'}              | false
                    `a|year: 2026`                           | {'a':'2026-01-01T00:00:00Z'}              | true
                    `a|year: 2026`                           | {'a':'2026-01-01T00:00:00+01:00'}         | false
                    `a|hour|gte: 22`                         | {'a':'2026-11-20T22:00:00Z'}              | true
                    `a|hour|gte: 22`                         | {'a':'2026-11-20T21:59:59Z'}              | false
                    `a|hour|lt: 6`                           | {'a':'2026-11-20T05:59:59Z'}              | true
                    `a|hour|lt: 6`                           | {'a':'2026-11-20T06:00:00Z'}              | false
                    `a|hour: [5, 6]`                         | {'a':'2026-11-20T06:00:00Z'}              | true
                    `a|hour|neq: 6`                          | {'a':'2026-11-20T06:00:00Z'}              | false
                    `a|hour: 8`                              | {'a':'at 08:03'}                          | false
                    `a|day: 31`                              | {'a':'2026-02-31T00:00:00Z'}              | false
                    `a|minute: 59`                           | {'a':'2016-12-31T23:59:60Z'}              | true
                    # one character is one character, however it is stored
                    `a: 'x?y'`                               | {'a':'x😀y'}                              | true
                    `a: 'x??y'`                              | {'a':'x😀y'}                              | false
                    """)
    void fieldTest(String selection, String json, boolean expected) {
        assertThat(
                        RuleSamples.matches(
                                "selection:\n  " + selection + "\ncondition: selection\n", json))
                .isEqualTo(expected);
    }

    @Test
    void aPlaceholderStandsForAllItsValuesAndTheyGoThroughTheOtherModifiers() {
        assertThat(expanded("a|expand: '%two%'", "{'a':'Y'}")).isTrue();
        assertThat(expanded("a|expand: '%two%'", "{'a':'z'}")).isFalse();
        assertThat(expanded("a|expand|contains: '%two%'", "{'a':'a y b'}")).isTrue();
        assertThat(expanded("a|expand|contains|all: '%two%'", "{'a':'a y b'}")).isFalse();
        assertThat(expanded("a|expand|contains|all: '%two%'", "{'a':'x y'}")).isTrue();
        assertThat(expanded("a|expand: '%two%-%two%'", "{'a':'x-y'}")).isTrue();
        assertThat(expanded("a|expand: '%two%-%two%'", "{'a':'x-z'}")).isFalse();
        assertThat(expanded("a|expand: 'arn:%glob%'", "{'a':'arn:role-7'}")).isTrue();
        assertThat(expanded("a|expand: [w, '%two%']", "{'a':'w'}")).isTrue();
        assertThat(expanded("a|expand|neq: '%two%'", "{'a':'x'}")).isFalse();
        assertThat(expanded("a|cidr|expand: '%nets%'", "{'a':'192.0.2.200'}")).isTrue();
        assertThat(expanded("a|cidr|expand: '%nets%'", "{'a':'203.0.113.1'}")).isFalse();
        assertThat(expanded("a|re|expand: '^%two%$'", "{'a':'y'}")).isTrue();
        assertThat(expanded("a|gt|expand: '%many%'", "{'a':11}")).isTrue();
        assertThat(expanded("a|expand: '100\\%'", "{'a':'100%'}")).isTrue();
        assertThat(expanded("a: '%two%'", "{'a':'%two%'}")).isTrue();
        assertThat(expanded("'|expand': '%two%'", "{'b':'see y'}")).isTrue();
        assertThat(expanded("'|expand': '%two%'", "{'b':'see z'}")).isFalse();
    }

    private static boolean expanded(String selection, String json) {
        String values =
                """
                ---
                trailwatch:
                  placeholders:
                    two: [x, y]
                    glob: role-*
                    nets: [10.0.0.0/8, 192.0.2.0/24]
                    many: 10
                """;
        String rule = RuleSamples.anyFieldRule("sample", "s:\n  " + selection + "\ncondition: s\n");
        SigmaRule parsed = RuleSamples.parsed(rule + values);
        return !RuleSet.compile(List.of(parsed))
                .match(RuleSamples.event(json), LogKind.KUBERNETES_AUDIT)
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    `a|expand: '%none%'`       ; missing-placeholder ; placeholder '%none%' has no values
                    `a|expand: '50% of'`       ; invalid-value       ; '50% of' has a % that begins no placeholder
                    `a|utf16le: x`             ; modifier-conflict   ; modifier 'utf16le' gives bytes
                    `a|wide|contains: x`       ; modifier-conflict   ; modifier 'wide' gives bytes
                    `a|base64|wide: x`         ; modifier-conflict   ; modifier 'wide' must stand before 'base64'
                    `a|base64|windash: x`      ; modifier-conflict   ; modifier 'windash' must stand before 'base64'
                    `a|wide|utf16be|base64: x` ; modifier-conflict   ; `modifiers [utf16be, wide] cannot be combined`
                    `a|hour|day: 3`            ; modifier-conflict   ; `modifiers [hour, day] cannot be combined`
                    `a|hour|contains: 3`       ; modifier-conflict   ; modifiers
                    `a|hour: three`            ; invalid-value       ; 'three' is no whole number
                    `a|hour: 24`               ; contradiction       ; never holds: a hour is from 0 to 23
                    `a|hour|gt: 23`            ; contradiction       ; never holds
                    `a|month|lt: 1`            ; contradiction       ; never holds
                    `a|week: 0`                ; contradiction       ; never holds
                    `a|hour: null`             ; invalid-value       ; null cannot be compared
                    `a|re: 'x(?=y)'`           ; unsupported-regex   ; regular expression 'x(?=y)' has a look-ahead
                    `a|re: '(?<!y)x'`          ; unsupported-regex   ; regular expression '(?<!y)x' has a look-behind
                    `a|re: '(x)\\1'`           ; unsupported-regex   ; regular expression '(x)\\1' has a back-reference
                    `a|re: '(?P<n>x)(?P=n)'`   ; unsupported-regex   ; regular expression '(?P<n>x)(?P=n)' has a back-reference
                    `a|re: '(?>x)y'`           ; unsupported-regex   ; regular expression '(?>x)y' has a atomic group
                    `a|re: 'x++y'`             ; unsupported-regex   ; regular expression 'x++y' has a possessive quantifier
                    `a|re: '(x'`               ; unsupported-regex   ; regular expression '(x' is no RE2 syntax: missing closing )
                    `a|re: 'a^b'`              ; impossible-regex    ; regular expression 'a^b' matches no text
                    `a|re: '$x'`               ; impossible-regex    ; regular expression '$x' matches no text
                    """)
    void whatCannotWorkIsRefused(String selection, String code, String message) {
        RuleProblem problem =
                RuleSamples.problem(
                        RuleSamples.anyFieldRule("bad", "s:\n  " + selection + "\ncondition: s\n"));
        assertThat(problem.code().label()).isEqualTo(code);
        assertThat(problem.message()).startsWith(message);
        assertThat(problem.line()).isEqualTo(8);
    }
}
