package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequiredLiteralTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    .+:role/aws:.+  ; :role/aws:
                    ab.cde          ; cde
                    abc*de          ; ab
                    abcd?           ; abc
                    abc+d           ; abc
                    abc{0,2}d       ; ab
                    a{2}bc          ; bc
                    ^\\.com$        ; .com
                    ab\\d+c         ; ab
                    ab\\x41bcd      ; ab
                    ab\\p{L}bcd     ; ab
                    ab[cdef]ghijk   ; ghijk
                    ab[^]x]cde      ; cde
                    ab[[:digit:]]cde; cde
                    a(b|c)def       ; def
                    (?:b|c)?def     ; def
                    a(b\\)c[)])def  ; def
                    a(b(c)d)+ef     ; ef
                    a(\\Q)\\E)def    ; ``
                    a(?i)bcd        ; ``
                    a(b|c)def|x     ; ``
                    ab\\x41bcd|x   ; ``
                    ab|cd           ; ``
                    (abc)?          ; ``
                    (?i)abc         ; ``
                    .*              ; ``
                    """)
    void everyMatchContainsIt(String regex, String literal) {
        assertThat(RequiredLiteral.of(regex.strip())).isEqualTo(literal.strip());
    }
}
