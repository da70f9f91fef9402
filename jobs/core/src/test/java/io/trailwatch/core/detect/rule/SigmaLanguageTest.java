package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each construct of the language matches and what it does not. */
class SigmaLanguageTest {

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    # equality ignores case; numbers and booleans are compared as text
                    `a: Alice`                      | {'a':'aLICE'}                 | true
                    `a: Alice`                      | {'a':'Alice2'}                | false
                    `a: Alice`                      | {'b':'Alice'}                 | false
                    `a: 22`                         | {'a':22}                      | true
                    `a: 22`                         | {'a':'22'}                    | true
                    `a: 22`                         | {'a':220}                     | false
                    `a: true`                       | {'a':true}                    | true
                    `a: 'true'`                     | {'a':'True'}                  | true
                    `a: false`                      | {'a':true}                    | false
                    `a: 012345670123`               | {'a':'012345670123'}          | true
                    `a: [x, y]`                     | {'a':'Y'}                     | true
                    `a: [x, y]`                     | {'a':'z'}                     | false
                    `a: [x, 'y*']`                  | {'a':'yes'}                   | true
                    # wildcards and backslashes
                    `a: 'Get*'`                     | {'a':'getUser'}               | true
                    `a: '*User'`                    | {'a':'getUser'}               | true
                    `a: '*et*se*'`                  | {'a':'getUser'}               | true
                    `a: 'g?tUser'`                  | {'a':'getUser'}               | true
                    `a: 'g?User'`                   | {'a':'getUser'}               | false
                    `a: 'a*b*c'`                    | {'a':'aXbXbc'}                | true
                    `a: 'a*b*c'`                    | {'a':'aXbXbd'}                | false
                    `a: '*'`                        | {'a':'x'}                     | true
                    `a: '*'`                        | {'a':''}                      | false
                    `a: '*'`                        | {'a':null}                    | false
                    `a: '*'`                        | {'a':{'b':1}}                 | true
                    `a: '\\*'`                      | {'a':'*'}                     | true
                    `a: '\\*'`                      | {'a':'x'}                     | false
                    `a: '\\?x'`                     | {'a':'?x'}                    | true
                    `a: '\\?x'`                     | {'a':'yx'}                    | false
                    `a: 'c:\\x'`                    | {'a':'c:\\\\x'}               | true
                    `a: 'c:\\\\x'`                  | {'a':'c:\\\\x'}               | true
                    `a: 'c:\\\\*'`                  | {'a':'c:\\\\x'}               | true
                    `a: 'c:\\\\\\*'`                | {'a':'c:\\\\*'}               | true
                    `a: 'c:\\\\\\*'`                | {'a':'c:\\\\x'}               | false
                    # places
                    `a|contains: etu`               | {'a':'getUser'}               | true
                    `a|contains: [x, etu]`          | {'a':'getUser'}               | true
                    `a|contains|all: [get, use]`    | {'a':'getUser'}               | true
                    `a|contains|all: [get, x]`      | {'a':'getUser'}               | false
                    `a|startswith: GET`             | {'a':'getUser'}               | true
                    `a|startswith: user`            | {'a':'getUser'}               | false
                    `a|endswith: user`              | {'a':'getUser'}               | true
                    `a|endswith: get`               | {'a':'getUser'}               | false
                    `a|endswith: longer`            | {'a':'er'}                    | false
                    `a|contains: 'e?u'`             | {'a':'getUser'}               | true
                    `a|contains: '\\*'`             | {'a':'getUser'}               | false
                    `a|cased: getUser`              | {'a':'getUser'}               | true
                    `a|cased: getuser`              | {'a':'getUser'}               | false
                    `a|contains|cased: User`        | {'a':'getUser'}               | true
                    `a|contains|cased: user`        | {'a':'getUser'}               | false
                    `a|startswith|cased: Get`       | {'a':'getUser'}               | false
                    `a|neq: x`                      | {'a':'y'}                     | true
                    `a|neq: x`                      | {'a':'X'}                     | false
                    # regular expressions search and mind the case
                    `a|re: 'et.se'`                 | {'a':'getUser'}               | true
                    `a|re: '.+tU.+'`                | {'a':'getUser'}               | true
                    `a|re: '.+tu.+'`                | {'a':'getUser'}               | false
                    `a|re|i: 'x?TU.*\\.?r$'`        | {'a':'getUser'}               | true
                    `a|re: '^user'`                 | {'a':'getUser'}               | false
                    `a|re: 'user'`                  | {'a':'getUser'}               | false
                    `a|re|i: 'user'`                | {'a':'getUser'}               | true
                    `a|re|m: '^b$'`                 | {'a':'a\\nb'}                 | true
                    `a|re: '^b$'`                   | {'a':'a\\nb'}                 | false
                    `a|re|s: 'a.b'`                 | {'a':'a\\nb'}                 | true
                    `a|re: 'a.b'`                   | {'a':'a\\nb'}                 | false
                    `a|re|all: [get, User]`         | {'a':'getUser'}               | true
                    # addresses
                    `a|cidr: 10.0.0.0/8`            | {'a':'10.200.3.4'}            | true
                    `a|cidr: 10.0.0.0/8`            | {'a':'11.0.0.1'}              | false
                    `a|cidr: 10.0.0.128/25`         | {'a':'10.0.0.127'}            | false
                    `a|cidr: 10.0.0.128/25`         | {'a':'10.0.0.128'}            | true
                    `a|cidr: 0.0.0.0/0`             | {'a':'253.252.51.07'}         | false
                    `a|cidr: 0.0.0.0/0`             | {'a':'ec2.amazonaws.com'}     | false
                    `a|cidr: ['10.0.0.0/8', '2001:db8::/33']` | {'a':'2001:db8:7fff::1'} | true
                    `a|cidr: '2001:db8::/33'`       | {'a':'2001:db8:8000::1'}      | false
                    `a|cidr: '::ffff:10.0.0.0/104'` | {'a':'::ffff:10.1.2.3'}       | true
                    `a|cidr: '2001:db8::/32'`       | {'a':'2001:db8::1::2'}        | false
                    # orders
                    `a|lt: 5`                       | {'a':4.5}                     | true
                    `a|lt: 5`                       | {'a':'5'}                     | false
                    `a|lte: 5`                      | {'a':5}                       | true
                    `a|gt: 1e3`                     | {'a':'1000.5'}                | true
                    `a|gte: -1`                     | {'a':-1}                      | true
                    `a|gt: 1`                       | {'a':'many'}                  | false
                    `a|gt: 1`                       | {'a':'NaN'}                   | false
                    # null, empty, missing
                    `a: null`                       | {'a':null}                    | true
                    `a: null`                       | {'b':1}                       | true
                    `a: null`                       | {'a':''}                      | false
                    `a:`                            | {'a':null}                    | true
                    `a: ''`                         | {'a':''}                      | true
                    `a: ''`                         | {'a':null}                    | false
                    `a: ''`                         | {'b':1}                       | false
                    `a: 'null'`                     | {'a':null}                    | false
                    `a: 'null'`                     | {'a':'null'}                  | true
                    `a: [null, x]`                  | {'a':'x'}                     | true
                    `a: [null, x]`                  | {'a':null}                    | true
                    `a: [null, x]`                  | {'a':'y'}                     | false
                    `a|exists: true`                | {'a':null}                    | true
                    `a|exists: true`                | {'b':1}                       | false
                    `a|exists: false`               | {'b':1}                       | true
                    `a|exists: false`               | {'a':''}                      | false
                    `a.b|exists: true`              | {'a':[{'c':1},{'b':null}]}    | true
                    # paths, arrays and objects
                    `a.b.c: x`                      | {'a':{'b':{'c':'x'}}}         | true
                    `a.b: x`                        | {'a':'x'}                     | false
                    `a.b: x`                        | {'a':[{'b':'y'},{'b':'x'}]}   | true
                    `a.b: x`                        | {'a':[[{'b':['y','x']}]]}     | true
                    `a.b: x`                        | {'a':[{'b':'y'},{'c':'x'}]}   | false
                    `a|all: [x, y]`                 | {'a':['x','y','z']}           | true
                    `a|all: [x, y]`                 | {'a':['x']}                   | false
                    `a: null`                       | {'a':[]}                      | true
                    `a|contains: '"b":{"c":"x"'`    | {'a':{'b':{'c':'X'}}}         | true
                    `a|contains: 'c": "x'`          | {'a':{'b':{'c':'x'}}}         | false
                    # references to other fields
                    `a|fieldref: b.c`               | {'a':'x','b':{'c':'X'}}       | true
                    `a|fieldref: b.c`               | {'a':'x','b':{'c':'y'}}       | false
                    `a|fieldref: b`                 | {'c':1}                       | false
                    `a|fieldref|cased: b`           | {'a':'x','b':'X'}             | false
                    `a|contains|fieldref: b`        | {'a':'arn:1111:x','b':1111}   | true
                    `a|fieldref|startswith: b`      | {'a':'arn:1111:x','b':1111}   | false
                    `a|fieldref|neq: b`             | {'a':'x','b':'y'}             | true
                    # encodings
                    `a|base64: foo`                 | {'a':'Zm9v'}                  | true
                    `a|base64offset|contains: foo`  | {'a':'eGZvbw=='}              | true
                    `a|base64offset|contains: foo`  | {'a':'eHhmb28='}              | true
                    `a|base64offset|contains: foo`  | {'a':'YmFy'}                  | false
                    `a|windash|contains: ' -n'`     | {'a':'ping /n 5'}             | true
                    `a|windash|contains: ' -n'`     | {'a':'ping n'}                | false
                    """)
    void fieldTest(String selection, String json, boolean expected) {
        assertThat(
                        RuleSamples.matches(
                                "selection:\n  " + selection + "\ncondition: selection\n", json))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    # x1, x2 and y hold where the event carries their letter
                    x1 and x2 and _y          | {'a':1,'b':1,'c':1}  | true
                    x1 and x2 and _y          | {'a':1,'b':1}        | false
                    x1 or x2 and _y           | {'a':1}              | true
                    (x1 or x2) and _y         | {'a':1}              | false
                    not x1 and (x2 or _y)     | {'b':1}              | true
                    not x1 and (x2 or _y)     | {'a':1,'b':1}        | false
                    not (x1 or x2) or _y      | {'d':1}              | true
                    NOT x1 AND NOT x2 or _y   | {'a':1,'c':1}        | true
                    not not x1 or x2 and _y   | {'a':1}              | true
                    1 of x* or _y             | {'b':1}              | true
                    1 of x* or _y             | {'d':1}              | false
                    all of x* and not _y      | {'a':1,'b':1}        | true
                    all of x* and not _y      | {'a':1}              | false
                    not 1 of x* and _y        | {'c':1}              | true
                    any of x? or _y           | {'b':1}              | true
                    1 of them or (_y and x1)  | {'c':1}              | false
                    1 of them or (_y and x1)  | {'b':1}              | true
                    all of them or (_y and x1)| {'a':1,'b':1}        | true
                    """)
    void conditionTest(String condition, String json, boolean expected) {
        String detection =
                """
                x1:
                  a|exists: true
                x2:
                  b|exists: true
                _y:
                  c|exists: true
                condition: %s
                """
                        .formatted(condition);
        assertThat(RuleSamples.matches(detection, json)).isEqualTo(expected);
    }

    @Test
    void fieldsOfOneMapMustAllHoldAndMapsOfAListAreAlternatives() {
        String both = "s:\n  a: 1\n  b: 2\ncondition: s\n";
        assertThat(RuleSamples.matches(both, "{'a':1,'b':2}")).isTrue();
        assertThat(RuleSamples.matches(both, "{'a':1,'b':3}")).isFalse();
        String either = "s:\n  - a: 1\n    b: 2\n  - c: 3\ncondition: s\n";
        assertThat(RuleSamples.matches(either, "{'a':1,'b':2}")).isTrue();
        assertThat(RuleSamples.matches(either, "{'c':3}")).isTrue();
        assertThat(RuleSamples.matches(either, "{'a':1}")).isFalse();
    }

    @Test
    void keywordsAreSoughtInAllValuesButNotInNames() {
        String words = "keywords:\n  - secret\n  - 'tok?n'\ncondition: keywords\n";
        assertThat(RuleSamples.matches(words, "{'a':[{'b':'my SECRET key'}]}")).isTrue();
        assertThat(RuleSamples.matches(words, "{'a':{'b':'a token'}}")).isTrue();
        assertThat(RuleSamples.matches(words, "{'secret':'x'}")).isFalse();
        String all = "keywords:\n  '|all':\n    - one\n    - two\ncondition: keywords\n";
        assertThat(RuleSamples.matches(all, "{'a':'one','b':'two'}")).isTrue();
        assertThat(RuleSamples.matches(all, "{'a':'one'}")).isFalse();
        String pattern = "keywords:\n  '|re': 'AKIA[A-Z]{4}'\ncondition: keywords\n";
        assertThat(RuleSamples.matches(pattern, "{'a':'key AKIAABCD'}")).isTrue();
        assertThat(RuleSamples.matches(pattern, "{'a':'key AKIAABC'}")).isFalse();
    }

    @Test
    void severalConditionsAreAlternatives() {
        String detection = "x:\n  a: 1\ny:\n  b: 1\ncondition:\n  - x\n  - y\n";
        assertThat(RuleSamples.matches(detection, "{'b':1}")).isTrue();
        assertThat(RuleSamples.matches(detection, "{'c':1}")).isFalse();
    }

    @Test
    void aPatternThatOtherEnginesBacktrackOnStaysLinear() {
        String detection = "s:\n  a|re: '^(a+)+$'\ncondition: s\n";
        String text = "a".repeat(50_000);
        assertThat(RuleSamples.matches(detection, "{'a':'" + text + "!'}")).isFalse();
        assertThat(RuleSamples.matches(detection, "{'a':'" + text + "'}")).isTrue();
    }
}
