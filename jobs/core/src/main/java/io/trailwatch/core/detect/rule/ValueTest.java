package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A test of one value, given as text. */
@FunctionalInterface
interface ValueTest extends Serializable {
    /** Any value at all, the empty text too. */
    ValueTest ANYTHING = new Anything();

    boolean matches(String text);

    /** Whether a JSON number passes, which is what its text does. */
    default boolean matchesNumber(JsonNode number) {
        return matches(number.asText());
    }

    /** Whether an object of the event passes, which is what its compact JSON text does. */
    default boolean matchesObject(EventFields event, JsonNode object) {
        return matches(event.text(object));
    }

    /** The modifiers behind the field name that ask for it; empty without. */
    default String modifiers() {
        return "";
    }

    /** The values that pass, as the rule writes them. */
    default List<String> wanted() {
        return List.of(toString());
    }

    /** A text in the values that pass, whatever its case; the value itself where it is whole. */
    record Literal(String text, boolean whole) {}

    /**
     * Texts of which every value that passes has at least one, none of them empty unless it is
     * whole; null when nothing of the kind is known.
     */
    default @Nullable List<Literal> literals() {
        return null;
    }

    /** One of the tests passes. Plain texts compared without case are gathered into one set. */
    static ValueTest anyOf(List<ValueTest> tests) {
        if (tests.size() == 1) {
            return tests.get(0);
        }
        List<String> texts = new ArrayList<>();
        for (ValueTest test : tests) {
            if (!(test instanceof Text text
                    && text.relation == TextRelation.EQUALS
                    && !text.cased)) {
                return new AnyOf(List.copyOf(tests));
            }
            texts.add(text.value);
        }
        return new OneOf(texts, FoldedTexts.of(texts));
    }

    /** Any value passes. */
    record Anything() implements ValueTest {
        @Override
        public boolean matches(String text) {
            return true;
        }

        @Override
        public boolean matchesObject(EventFields event, JsonNode object) {
            return true;
        }
    }

    /** The value stands in the relation to a fixed text. */
    record Text(String value, TextRelation relation, boolean cased) implements ValueTest {
        @Override
        public boolean matches(String text) {
            return relation.holds(text, value, cased);
        }

        @Override
        public String modifiers() {
            return relation.modifiers() + (cased ? "|cased" : "");
        }

        @Override
        public List<String> wanted() {
            return List.of(value);
        }

        @Override
        public @Nullable List<Literal> literals() {
            boolean whole = relation == TextRelation.EQUALS;
            return value.isEmpty() && !whole ? null : List.of(new Literal(value, whole));
        }
    }

    /** The value is one of the texts, whatever its case. */
    record OneOf(List<String> values, FoldedTexts<String> folded) implements ValueTest {
        @Override
        public boolean matches(String text) {
            return folded.has(text);
        }

        @Override
        public List<String> wanted() {
            return List.copyOf(values);
        }

        @Override
        public List<Literal> literals() {
            return values.stream().map(value -> new Literal(value, true)).toList();
        }
    }

    /** One of the tests passes. */
    record AnyOf(List<ValueTest> tests) implements ValueTest {
        @Override
        public boolean matches(String text) {
            for (int i = 0; i < tests.size(); i++) {
                if (tests.get(i).matches(text)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public @Nullable List<Literal> literals() {
            List<Literal> all = new ArrayList<>();
            for (ValueTest test : tests) {
                List<Literal> literals = test.literals();
                if (literals == null) {
                    return null;
                }
                all.addAll(literals);
            }
            return all;
        }

        @Override
        public String modifiers() {
            String first = tests.get(0).modifiers();
            return tests.stream().allMatch(test -> test.modifiers().equals(first)) ? first : "";
        }

        @Override
        public List<String> wanted() {
            boolean alike = tests.stream().map(ValueTest::modifiers).distinct().count() == 1;
            List<String> wanted = new ArrayList<>();
            for (ValueTest test : tests) {
                String before = alike ? "" : test.modifiers();
                test.wanted()
                        .forEach(
                                value ->
                                        wanted.add(
                                                before.isEmpty() ? value : before + ": " + value));
            }
            return wanted;
        }
    }

    /** The value has at least one character: what a lone {@code *} asks for. */
    record NonEmpty() implements ValueTest {
        @Override
        public boolean matches(String text) {
            return !text.isEmpty();
        }

        @Override
        public List<String> wanted() {
            return List.of("*");
        }

        @Override
        public boolean matchesObject(EventFields event, JsonNode object) {
            return true;
        }
    }

    /**
     * The pattern is found in the value. RE2: time linear in the value's length.
     *
     * @param literal a text that every match contains, sought first because that is much cheaper;
     *     empty when none is known
     */
    record Regex(Pattern pattern, String literal) implements ValueTest {
        Regex(Pattern pattern) {
            this(pattern, RequiredLiteral.of(pattern.pattern()));
        }

        @Override
        public boolean matches(String text) {
            boolean cased = (pattern.flags() & Pattern.CASE_INSENSITIVE) == 0;
            return TextRelation.CONTAINS.holds(text, literal, cased)
                    && pattern.matcher(text).find();
        }

        @Override
        public @Nullable List<Literal> literals() {
            return literal.isEmpty() ? null : List.of(new Literal(literal, false));
        }

        @Override
        public String modifiers() {
            int flags = pattern.flags();
            return "|re"
                    + ((flags & Pattern.CASE_INSENSITIVE) == 0 ? "" : "|i")
                    + ((flags & Pattern.MULTILINE) == 0 ? "" : "|m")
                    + ((flags & Pattern.DOTALL) == 0 ? "" : "|s");
        }

        @Override
        public List<String> wanted() {
            return List.of(pattern.pattern());
        }
    }

    /** The value is an address within the block. */
    record InBlock(CidrBlock block) implements ValueTest {
        @Override
        public boolean matches(String text) {
            return block.contains(text);
        }

        @Override
        public String modifiers() {
            return "|cidr";
        }

        @Override
        public List<String> wanted() {
            return List.of(block.toString());
        }
    }

    /** The value is a number that compares so with the limit; a value that is no number fails. */
    record Compared(Comparison comparison, double limit) implements ValueTest {
        @Override
        public boolean matches(String text) {
            return Numbers.isDecimal(text)
                    && comparison.holds(Double.compare(Numbers.decimal(text), limit));
        }

        @Override
        public boolean matchesNumber(JsonNode number) {
            return number.isInt() || number.isLong()
                    ? comparison.holds(Double.compare(number.longValue(), limit))
                    : matches(number.asText());
        }

        @Override
        public String modifiers() {
            return "|" + comparison.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public List<String> wanted() {
            return List.of(BigDecimal.valueOf(limit).stripTrailingZeros().toPlainString());
        }
    }

    /** The four orders of Sigma's numeric modifiers. */
    enum Comparison {
        LT,
        LTE,
        GT,
        GTE;

        boolean holds(int sign) {
            return switch (this) {
                case LT -> sign < 0;
                case LTE -> sign <= 0;
                case GT -> sign > 0;
                case GTE -> sign >= 0;
            };
        }
    }
}
