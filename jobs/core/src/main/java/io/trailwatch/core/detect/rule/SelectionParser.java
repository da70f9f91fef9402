package io.trailwatch.core.detect.rule;

import io.trailwatch.core.detect.rule.FieldModifiers.Modifier;
import io.trailwatch.core.text.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads one named part of a rule's detection: a map of fields, a list of such maps, or a list of
 * keywords.
 */
final class SelectionParser {
    private final KnownFields known;
    private final Placeholders placeholders;

    SelectionParser(KnownFields known, Placeholders placeholders) {
        this.known = known;
        this.placeholders = placeholders;
    }

    Condition parse(String path, YamlNode selection) {
        try {
            if (selection instanceof YamlNode.Mapping fields) {
                return fields(path, fields);
            }
            if (selection instanceof YamlNode.Sequence list) {
                return list(path, list);
            }
            return keyword(path, selection);
        } catch (Refusal refusal) {
            throw refusal.at(selection.line());
        }
    }

    /** Maps and keywords, of which one must hold. */
    private Condition list(String path, YamlNode.Sequence list) {
        if (list.items().isEmpty()) {
            throw new Refusal(ProblemCode.EMPTY_LIST, path, "is an empty list");
        }
        List<Condition> parts = new ArrayList<>();
        for (YamlNode part : list.items()) {
            try {
                parts.add(
                        part instanceof YamlNode.Mapping fields
                                ? fields(path, fields)
                                : keyword(path, part));
            } catch (Refusal refusal) {
                throw refusal.at(part.line());
            }
        }
        return Condition.any(parts);
    }

    private Condition fields(String path, YamlNode.Mapping fields) {
        if (fields.entries().isEmpty()) {
            throw new Refusal(ProblemCode.EMPTY_LIST, path, "names no field");
        }
        List<Condition> parts = new ArrayList<>();
        for (YamlNode.Entry field : fields.entries()) {
            try {
                parts.add(field(path, field.key(), field.value()));
            } catch (Refusal refusal) {
                throw refusal.at(field.line());
            }
        }
        return Condition.all(parts);
    }

    private static Condition keyword(String path, YamlNode value) {
        String text = value instanceof YamlNode.Scalar scalar ? scalar.text() : null;
        if (text == null || text.isEmpty()) {
            throw new Refusal(
                    ProblemCode.INVALID_VALUE,
                    path,
                    "must be a map of fields, a list of maps, or keywords");
        }
        return new Condition.Keyword(
                WildcardText.parse(text).within(TextRelation.CONTAINS).test(false));
    }

    private Condition field(String path, String name, YamlNode value) {
        String place = path + "." + name;
        String[] parts = name.split("\\|", -1);
        FieldModifiers modifiers =
                FieldModifiers.parse(List.of(parts).subList(1, parts.length), place);
        if (!parts[0].isEmpty()) {
            requireField(place, parts[0]);
        }
        List<@Nullable String> values = values(place, modifiers, value);
        Condition condition =
                parts[0].isEmpty()
                        ? keywords(place, modifiers, values)
                        : values(place, new FieldPath(parts[0]), modifiers, values);
        return modifiers.has(Modifier.NEQ) ? new Condition.Not(condition) : condition;
    }

    private void requireField(String place, String field) {
        if (field.isEmpty() || !FieldPath.isValid(field)) {
            throw new Refusal(ProblemCode.INVALID_FIELD, place, "'" + field + "' is no field name");
        }
        known.require(place, field);
    }

    /** One value or several, with those in the place of placeholders. */
    private List<@Nullable String> values(String place, FieldModifiers modifiers, YamlNode value) {
        List<YamlNode> given =
                value instanceof YamlNode.Sequence list ? list.items() : List.of(value);
        if (given.isEmpty()) {
            throw new Refusal(ProblemCode.EMPTY_LIST, place, "has an empty list of values");
        }
        List<@Nullable String> values = new ArrayList<>();
        for (YamlNode one : given) {
            if (!(one instanceof YamlNode.Scalar scalar)) {
                throw new Refusal(
                                ProblemCode.INVALID_VALUE,
                                place,
                                "values must be scalars, not lists or maps")
                        .at(one.line());
            }
            String text = scalar.text();
            if (text != null && modifiers.has(Modifier.EXPAND)) {
                values.addAll(placeholders.expand(place, text));
            } else {
                values.add(text);
            }
        }
        return values;
    }

    /** A map key without a field name, such as {@code '|all'}: modifiers on keywords. */
    private static Condition keywords(
            String place, FieldModifiers modifiers, List<@Nullable String> values) {
        if (modifiers.has(Modifier.EXISTS) || modifiers.has(Modifier.FIELDREF)) {
            throw new Refusal(ProblemCode.MODIFIER_CONFLICT, place, "needs a field name");
        }
        List<Condition> parts = new ArrayList<>();
        for (String value : values) {
            if (value == null) {
                throw new Refusal(ProblemCode.INVALID_VALUE, place, "a keyword cannot be null");
            }
            parts.add(new Condition.Keyword(test(place, modifiers, value, true)));
        }
        return modifiers.has(Modifier.ALL) ? Condition.all(parts) : Condition.any(parts);
    }

    private Condition values(
            String place,
            FieldPath field,
            FieldModifiers modifiers,
            List<@Nullable String> values) {
        List<Condition> parts = new ArrayList<>();
        List<ValueTest> alternatives = new ArrayList<>();
        for (String value : values) {
            if (value == null) {
                parts.add(valueless(place, field, modifiers));
            } else if (modifiers.has(Modifier.EXISTS)) {
                parts.add(exists(place, field, value));
            } else if (modifiers.has(Modifier.FIELDREF)) {
                requireField(place, value);
                parts.add(reference(field, modifiers, value));
            } else if (modifiers.has(Modifier.ALL)) {
                ValueTest test = test(place, modifiers, value, false);
                parts.add(new Condition.Field(field, test));
            } else {
                alternatives.add(test(place, modifiers, value, false));
            }
        }
        if (known.isCallStatus(field.name())) {
            return CallStatus.condition(place, modifiers, alternatives, parts.isEmpty());
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
                        && modifiers.timePart() == null
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

    private static Condition reference(FieldPath field, FieldModifiers modifiers, String value) {
        return new Condition.Reference(
                field, new FieldPath(value), modifiers.relation(), modifiers.has(Modifier.CASED));
    }

    private static ValueTest test(
            String place, FieldModifiers modifiers, String value, boolean keyword) {
        TimePartTest.Part part = modifiers.timePart();
        ValueTest.Comparison comparison = modifiers.comparison();
        if (part != null) {
            return TimePartTest.of(place, part, comparison, value);
        }
        if (comparison != null) {
            if (!Numbers.isDecimal(value)) {
                throw new Refusal(ProblemCode.INVALID_VALUE, place, "'" + value + "' is no number");
            }
            return new ValueTest.Compared(comparison, Double.parseDouble(value));
        }
        if (modifiers.has(Modifier.RE)) {
            return new ValueTest.Regex(
                    RegexReader.compile(
                            place,
                            value,
                            modifiers.has(Modifier.I),
                            modifiers.has(Modifier.M),
                            modifiers.has(Modifier.S)));
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
}
