package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class LiteralAutomatonTest {
    @Property(tries = 2_000)
    void findsEveryTextThatIsContainedAndNoOther(
            @ForAll @Size(min = 1, max = 12)
                    List<
                                    @NotEmpty @StringLength(max = 5)
                                    @CharRange(from = 'a', to = 'c')
                                    @Chars({'ß', 'K', '\u212A', 'Σ', 'ς'}) String>
                            words,
            @ForAll
                    @StringLength(max = 60)
                    @CharRange(from = 'a', to = 'd')
                    @Chars({'A', 'B', 'k', 'ß', '\u212A', 'σ', '漢'})
                    String text) {
        Set<String> folded = new TreeSet<>();
        words.forEach(word -> folded.add(CaseFolding.fold(word)));
        List<String> literals = List.copyOf(folded);
        Set<String> found = new HashSet<>();
        new LiteralAutomaton(literals).find(text, number -> found.add(literals.get(number)));
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        literals.stream()
                                .filter(literal -> CaseFolding.fold(text).contains(literal))
                                .toList());
    }
}
