package io.trailwatch.core.detect.rule;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.trailwatch.core.detect.rule.FieldModifiers.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one named part of a rule's detection: a map of fields, a list of such maps, or a list of
 * keywords.
 */
final class SelectionParser {
    private static final int MAX_PATTERN_CHARS = 2_000;

    private SelectionParser() {}

    static Condition parse(String path, @Nullable Object selection) {
        if (selection instanceof Map<?, ?> fields) {
            return fields(path, fields);
        }
        if (selection instanceof List<?> list && !list.isEmpty()) {
            List<Condition> parts = new ArrayList<>();
            for (Object part : list) {
                parts.add(part instanceof Map ? parse(path, part) : keyword(path, part));
            }
            return Condition.any(parts);
        }
        return keyword(path, selection);
    }

    private static Condition fields(String path, Map<?, ?> fields) {
        if (fields.isEmpty()) {
            throw new Refusal(ProblemCode.INVALID_VALUE, path, "names no field");
        }
        List<Condition> parts = new ArrayList<>();
        fields.forEach((key, value) -> parts.add(field(path, key, value)));
        return Condition.all(parts);
    }

    private static Condition keyword(String path, @Nullable Object value) {
        if (!(value instanceof String text) || text.isEmpty()) {
            throw new Refusal(
                    ProblemCode.INVALID_VALUE,
                    path,
                    "must be a map of fields, a list of maps, or keywords");
        }
        return new Condition.Keyword(
                WildcardText.parse(text).within(TextRelation.CONTAINS).test(false));
    }

    private static Condition field(String path, @Nullable Object key, @Nullable Object value) {
        if (!(key instanceof String name)) {
            throw new Refusal(
                    ProblemCode.INVALID_VALUE, path, "has a field name that is no text: " + key);
        }
        String place = path + "." + name;
        String[] parts = name.split("\\|", -1);
        if (!parts[0].isEmpty() && !FieldPath.isValid(parts[0])) {
            throw new Refusal(
                    ProblemCode.INVALID_VALUE, place, "'" + parts[0] + "' is no field name");
        }
        FieldModifiers modifiers =
                FieldModifiers.parse(List.of(parts).subList(1, parts.length), place);
        List<?> values = value instanceof List<?> list ? list : listOf(value);
        if (values.isEmpty()) {
            throw new Refusal(ProblemCode.INVALID_VALUE, place, "has an empty list of values");
        }
        for (Object one : values) {
            if (one != null && !(one instanceof String)) {
                throw new Refusal(
                        ProblemCode.INVALID_VALUE,
                        place,
                        "values must be scalars, not lists or maps");
            }
        }
        Condition condition =
                parts[0].isEmpty()
                        ? keywords(place, modifiers, values)
                        : values(place, new FieldPath(parts[0]), modifiers, values);
        return modifiers.has(Modifier.NEQ) ? new Condition.Not(condition) : condition;
    }

    private static List<@Nullable Object> listOf(@Nullable Object value) {
        List<@Nullable Object> list = new ArrayList<>(1);
        list.add(value);
        return list;
    }

    /** A map key without a field name, such as {@code '|all'}: modifiers on keywords. */
    private static Condition keywords(String place, FieldModifiers modifiers, List<?> values) {
        if (modifiers.has(Modifier.EXISTS) || modifiers.has(Modifier.FIELDREF)) {
            throw new Refusal(ProblemCode.INVALID_VALUE, place, "needs a field name");
        }
        List<Condition> parts = new ArrayList<>();
        for (Object value : values) {
            if (value == null) {
                throw new Refusal(ProblemCode.INVALID_VALUE, place, "a keyword cannot be null");
            }
            parts.add(new Condition.Keyword(test(place, modifiers, (String) value, true)));
        }
        return modifiers.has(Modifier.ALL) ? Condition.all(parts) : Condition.any(parts);
    }

    private static Condition values(
            String place, FieldPath field, FieldModifiers modifiers, List<?> values) {
        List<Condition> parts = new ArrayList<>();
        List<ValueTest> alternatives = new ArrayList<>();
        for (Object value : values) {
            if (value == null) {
                parts.add(valueless(place, field, modifiers));
            } else if (modifiers.has(Modifier.EXISTS)) {
                parts.add(exists(place, field, (String) value));
            } else if (modifiers.has(Modifier.FIELDREF)) {
                parts.add(reference(place, field, modifiers, (String) value));
            } else if (modifiers.has(Modifier.ALL)) {
                ValueTest test = test(place, modifiers, (String) value, false);
                parts.add(new Condition.Field(field, test));
            } else {
                alternatives.add(test(place, modifiers, (String) value, false));
            }
        }
        if (!alternatives.isEmpty()) {
            parts.add(new Condition.Field(field, ValueTest.anyOf(alternatives)));
        }
        return modifiers.has(Modifier.ALL) ? Condition.all(parts) : Condition.any(parts);
    }

    private static Condition valueless(String place, FieldPath field, FieldModifiers modifiers) {
        boolean plain =
                modifiers.relation() == TextRelation.EQUALS
                        && modifiers.comparison() == null
                        && !modifiers.has(Modifier.RE)
                        && !modifiers.has(Modifier.CIDR)
                        && !modifiers.has(Modifier.EXISTS)
                        && !modifiers.has(Modifier.FIELDREF)
                        && !modifiers.has(Modifier.BASE64)
                        && !modifiers.has(Modifier.BASE64OFFSET);
        if (!plain) {
            throw new Refusal(
                    ProblemCode.INVALID_VALUE,
                    place,
                    "null cannot be compared with these modifiers");
        }
        return new Condition.Valueless(field);
    }

    private static Condition exists(String place, FieldPath field, String value) {
        Condition exists = new Condition.Exists(field);
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "yes" -> exists;
            case "false", "no" -> new Condition.Not(exists);
            default ->
                    throw new Refusal(
                            ProblemCode.INVALID_VALUE,
                            place,
                            "is '" + value + "', must be true or false");
        };
    }

    private static Condition reference(
            String place, FieldPath field, FieldModifiers modifiers, String value) {
        if (value.isEmpty() || !FieldPath.isValid(value)) {
            throw new Refusal(ProblemCode.INVALID_VALUE, place, "'" + value + "' is no field name");
        }
        return new Condition.Reference(
                field, new FieldPath(value), modifiers.relation(), modifiers.has(Modifier.CASED));
    }

    private static ValueTest test(
            String place, FieldModifiers modifiers, String value, boolean keyword) {
        ValueTest.Comparison comparison = modifiers.comparison();
        if (comparison != null) {
            if (!Numbers.isDecimal(value)) {
                throw new Refusal(ProblemCode.INVALID_VALUE, place, "'" + value + "' is no number");
            }
            return new ValueTest.Compared(comparison, Double.parseDouble(value));
        }
        if (modifiers.has(Modifier.RE)) {
            return new ValueTest.Regex(pattern(place, modifiers, value));
        }
        if (modifiers.has(Modifier.CIDR)) {
            try {
                return new ValueTest.InBlock(CidrBlock.parse(value));
            } catch (IllegalArgumentException e) {
                throw new Refusal(
                        ProblemCode.INVALID_VALUE, place, String.valueOf(e.getMessage()), e);
            }
        }
        TextRelation relation = modifiers.relation();
        if (value.isEmpty() && (keyword || relation != TextRelation.EQUALS)) {
            throw new Refusal(
                    ProblemCode.INVALID_VALUE, place, "an empty text would match every value");
        }
        boolean wide = keyword && relation == TextRelation.EQUALS;
        List<ValueTest> tests = new ArrayList<>();
        for (WildcardText text : modifiers.encoded(value)) {
            if (text.isEmpty() && !value.isEmpty()) {
                throw new Refusal(
                        ProblemCode.INVALID_VALUE,
                        place,
                        "'" + value + "' is too short to be encoded");
            }
            tests.add(
                    text.within(wide ? TextRelation.CONTAINS : relation)
                            .test(modifiers.has(Modifier.CASED)));
        }
        return ValueTest.anyOf(tests);
    }

    private static Pattern pattern(String place, FieldModifiers modifiers, String value) {
        if (value.length() > MAX_PATTERN_CHARS) {
            throw new Refusal(
                    ProblemCode.INVALID_VALUE,
                    place,
                    "regular expression is %d characters, limit %d"
                            .formatted(value.length(), MAX_PATTERN_CHARS));
        }
        int flags =
                (modifiers.has(Modifier.I) ? Pattern.CASE_INSENSITIVE : 0)
                        | (modifiers.has(Modifier.M) ? Pattern.MULTILINE : 0)
                        | (modifiers.has(Modifier.S) ? Pattern.DOTALL : 0);
        try {
            return Pattern.compile(value, flags);
        } catch (PatternSyntaxException e) {
            throw new Refusal(
                    ProblemCode.INVALID_VALUE,
                    place,
                    ("regular expression '%s' is not supported (RE2 syntax: no look-around, no"
                                    + " back-references): %s")
                            .formatted(value, e.getDescription()),
                    e);
        }
    }
}
