package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexShapeTest {
    private static final String PIECES =
            "a b ^ $ | ( ) (?: (?m) (?-m) * + ? {2} {0} \\A \\z . [^a]";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a^b",
                "$x",
                "x\\Ay",
                "\\zx",
                "(a|b)^c",
                "a+^b",
                "(x$)y",
                "(^a){2}",
                "a^|$b",
                "[^\\s\\S]",
                "x[^\\d\\D]",
                "(?:a)(?:^b)",
                "a{3}^",
                "(?m)a(?-m)^b",
                "^a(b|^c)^"
            })
    void whatNothingMatchesIsFound(String regex) {
        assertThat(Pattern.compile(regex).matcher("a b x\ny abc").find()).isFalse();
        assertThat(RegexShape.contradiction(regex, false)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^a$",
                "a*^b",
                "(a|^)b",
                "a?^b",
                "(^|x)y",
                "x($|y)",
                "^^a",
                "a$$",
                "[$^]x",
                "\\^a\\$b",
                "a\\Q^\\Eb",
                "[]^]x",
                "(?m)a\\n^b",
                "[^^]$",
                "(a^){0}b",
                "(^a)?b",
                "[[:alpha:]^]x",
                "\\x{5e}a",
                "(?P<n>^a)",
                "(?i)^a",
                "\\pL^?",
                "$*x"
            })
    void whatSomeTextMatchesIsLeftAlone(String regex) {
        assertThat(RegexShape.contradiction(regex, false)).isNull();
    }

    @Test
    void inLinesTheStartOfOneMayStandBehindAnother() {
        assertThat(RegexShape.contradiction("a$\\n^b", true)).isNull();
        assertThat(RegexShape.contradiction("a\\Ab", true)).isNotNull();
    }

    /** Every text of up to four characters is tried, which these short expressions need at most. */
    @Test
    void noRandomExpressionThatMatchesSomethingIsRefused() {
        Random random = new Random(20261121);
        String[] pieces = PIECES.split(" ");
        List<String> texts = texts();
        int refused = 0;
        for (int i = 0; i < 4_000; i++) {
            StringBuilder regex = new StringBuilder();
            for (int piece = 2 + random.nextInt(5); piece > 0; piece--) {
                regex.append(pieces[random.nextInt(pieces.length)]);
            }
            Pattern pattern;
            try {
                pattern = Pattern.compile(regex.toString());
            } catch (PatternSyntaxException invalid) {
                continue;
            }
            if (RegexShape.contradiction(regex.toString(), false) != null) {
                refused++;
                assertThat(texts.stream().filter(text -> pattern.matcher(text).find()).findFirst())
                        .as(regex.toString())
                        .isEmpty();
            }
        }
        assertThat(refused).isGreaterThan(50);
    }

    private static List<String> texts() {
        List<String> texts = new ArrayList<>(List.of(""));
        for (int i = 0; i < texts.size() && texts.get(i).length() < 4; i++) {
            for (char c : new char[] {'a', 'b', '\n'}) {
                texts.add(texts.get(i) + c);
            }
        }
        return texts;
    }
}
