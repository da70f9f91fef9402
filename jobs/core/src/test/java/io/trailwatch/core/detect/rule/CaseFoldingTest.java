package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaseFoldingTest {
    /** Letters whose cases are not two: three of them, one that is dotted or not, or none. */
    private static final String UNUSUAL =
            "Kk\u212aſsSÅå\u212bİıIißẞµΜμςσΣǅǆǄθϑΘϴβϐπϖφϕκϰρϱεϵιͅιωΩ\u2126";

    /** Characters of the Basic Multilingual Plane that have another case. */
    private static String cased() {
        StringBuilder cased = new StringBuilder();
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            if (!Character.isSurrogate(c)
                    && (Character.toLowerCase(c) != c || Character.toUpperCase(c) != c)) {
                cased.append(c);
            }
        }
        return cased.toString();
    }

    @Test
    void foldsAsJavaIgnoresCase() {
        String cased = cased();
        for (char c : UNUSUAL.toCharArray()) {
            for (int i = 0; i < cased.length(); i++) {
                String other = cased.substring(i, i + 1);
                assertThat(CaseFolding.equal(String.valueOf(c), other))
                        .isEqualTo(String.valueOf(c).equalsIgnoreCase(other));
            }
        }
    }

    @Test
    void bringsTogetherWhateverARegexWithoutCaseBringsTogether() {
        String cased = cased();
        List<String> apart = new ArrayList<>();
        // Every letter with every other takes minutes: those of three cases and more, and a sample.
        StringBuilder asked = new StringBuilder(UNUSUAL);
        for (int i = 0; i < cased.length(); i += 37) {
            asked.append(cased.charAt(i));
        }
        for (int i = 0; i < asked.length(); i++) {
            String c = asked.substring(i, i + 1);
            Matcher same =
                    Pattern.compile(Pattern.quote(c), Pattern.CASE_INSENSITIVE).matcher(cased);
            while (same.find()) {
                if (!CaseFolding.equal(c, same.group())) {
                    apart.add(c + same.group());
                }
            }
        }
        assertThat(apart).isEmpty();
    }

    @Test
    void findsPartsWhateverTheirCase() {
        assertThat(CaseFolding.contains("xxaBc", "ABC")).isTrue();
        assertThat(CaseFolding.contains("xxaB", "ABC")).isFalse();
        assertThat(CaseFolding.contains("", "")).isTrue();
        assertThat(CaseFolding.regionEquals("abc", -1, "a")).isFalse();
        assertThat(CaseFolding.regionEquals("abc", 2, "cd")).isFalse();
    }
}
