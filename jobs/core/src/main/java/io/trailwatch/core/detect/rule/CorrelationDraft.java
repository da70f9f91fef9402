package io.trailwatch.core.detect.rule;

import io.trailwatch.core.detect.rule.CorrelationRule.Operator;
import io.trailwatch.core.detect.rule.CorrelationRule.Threshold;
import io.trailwatch.core.detect.rule.CorrelationRule.Type;
import io.trailwatch.core.text.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A correlation as written (Sigma correlation rules specification 2.1), the rules it refers to not
 * looked up yet.
 *
 * @param attributes the map under {@code correlation}, for the lines of what is found wrong later
 * @param aliases by name: field by reference
 * @param threshold null where none is written, which only temporal types allow
 */
record CorrelationDraft(
        RuleMetadata metadata,
        Attributes attributes,
        Type type,
        List<Attributes.Line> rules,
        List<Attributes.Line> groupBy,
        Map<String, Map<String, String>> aliases,
        Duration timespan,
        @Nullable Threshold threshold,
        boolean generate) {
    static final String KEY = "correlation";

    private static final Duration MAX_TIMESPAN = Duration.ofDays(30);
    private static final Pattern TIMESPAN = Pattern.compile("([0-9]{1,9})([smhd])");
    private static final Set<Type> TEMPORAL = EnumSet.of(Type.TEMPORAL, Type.TEMPORAL_ORDERED);
    private static final Set<Type> COUNTS =
            EnumSet.of(Type.EVENT_COUNT, Type.VALUE_COUNT, Type.TEMPORAL, Type.TEMPORAL_ORDERED);
    private static final Set<Type> WITHOUT_FIELD =
            EnumSet.of(Type.EVENT_COUNT, Type.TEMPORAL, Type.TEMPORAL_ORDERED);

    static CorrelationDraft parse(String file, Attributes document) {
        RuleMetadata metadata = MetadataParser.parse(file, document);
        if (document.has("generate")) {
            throw document.refusal(
                    ProblemCode.UNKNOWN_ATTRIBUTE, "generate", "belongs within 'correlation'");
        }
        Attributes correlation = document.required(KEY);
        correlation.requireOnly(
                Set.of(
                        "type",
                        "rules",
                        "group-by",
                        "timespan",
                        "condition",
                        "aliases",
                        "generate"));
        Type type = type(correlation);
        List<Attributes.Line> rules = correlation.requiredLines("rules");
        CorrelationDraft draft =
                new CorrelationDraft(
                        metadata,
                        correlation,
                        type,
                        rules,
                        groupBy(correlation),
                        aliases(correlation),
                        timespan(correlation),
                        threshold(correlation, type),
                        correlation.flag("generate"));
        MetadataParser.requireRunnable(document);
        return draft;
    }

    private static Type type(Attributes correlation) {
        String label = correlation.requiredText("type");
        List<String> labels = new ArrayList<>();
        for (Type type : Type.values()) {
            if (type.label().equals(label)) {
                return type;
            }
            labels.add(type.label());
        }
        throw correlation.refusal(
                ProblemCode.INVALID_ATTRIBUTE,
                "type",
                "is '" + label + "', must be one of " + String.join(", ", labels));
    }

    private static List<Attributes.Line> groupBy(Attributes correlation) {
        List<Attributes.Line> fields = correlation.lines("group-by");
        Set<String> seen = new HashSet<>();
        for (Attributes.Line field : fields) {
            if (!FieldPath.isValid(field.text())) {
                throw new Refusal(
                                ProblemCode.INVALID_GROUP_BY,
                                correlation.path("group-by"),
                                "'" + field.text() + "' is no field name")
                        .at(field.line());
            }
            if (!seen.add(field.text())) {
                throw new Refusal(
                                ProblemCode.INVALID_GROUP_BY,
                                correlation.path("group-by"),
                                "'" + field.text() + "' is named twice")
                        .at(field.line());
            }
        }
        return fields;
    }

    private static Duration timespan(Attributes correlation) {
        String text = correlation.requiredText("timespan");
        Matcher matcher = TIMESPAN.matcher(text);
        if (!matcher.matches()) {
            throw correlation.refusal(
                    ProblemCode.INVALID_TIMESPAN,
                    "timespan",
                    "is '" + text + "', must be a number with s, m, h or d, such as 15m");
        }
        long amount = Long.parseLong(matcher.group(1));
        Duration timespan =
                switch (matcher.group(2)) {
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                };
        if (timespan.isZero() || timespan.compareTo(MAX_TIMESPAN) > 0) {
            throw correlation.refusal(
                    ProblemCode.INVALID_TIMESPAN,
                    "timespan",
                    "is '" + text + "', must be more than 0 and at most 30d");
        }
        return timespan;
    }

    private static Map<String, Map<String, String>> aliases(Attributes correlation) {
        Map<String, Map<String, String>> aliases = new LinkedHashMap<>();
        if (correlation.has("aliases")) {
            Attributes named = correlation.required("aliases");
            for (YamlNode.Entry alias : named.map().entries()) {
                Attributes ofRules = named.required(alias.key());
                Map<String, String> fields = new LinkedHashMap<>();
                for (YamlNode.Entry ofRule : ofRules.map().entries()) {
                    String field = ofRules.requiredText(ofRule.key());
                    if (!FieldPath.isValid(field)) {
                        throw ofRules.refusal(
                                ProblemCode.INVALID_ALIAS,
                                ofRule.key(),
                                "'" + field + "' is no field name");
                    }
                    fields.put(ofRule.key(), field);
                }
                aliases.put(alias.key(), fields);
            }
        }
        return aliases;
    }

    private static @Nullable Threshold threshold(Attributes correlation, Type type) {
        if (!correlation.has("condition") && TEMPORAL.contains(type)) {
            return null;
        }
        if (correlation.value("condition") instanceof YamlNode.Scalar scalar
                && scalar.text() != null) {
            throw correlation.refusal(
                    ProblemCode.INVALID_THRESHOLD,
                    "condition",
                    "is '" + scalar.text() + "', must be a map such as 'gte: 5'");
        }
        Attributes condition = correlation.required("condition");
        Operator operator = null;
        for (YamlNode.Entry entry : condition.map().entries()) {
            if (entry.key().equals("field") || entry.key().equals("percentile")) {
                continue;
            }
            Operator named = operator(condition, entry.key());
            if (operator != null) {
                throw condition.refusal(
                        ProblemCode.INVALID_THRESHOLD,
                        entry.key(),
                        "stands beside '" + operator.label() + "', only one can be asked for");
            }
            operator = named;
        }
        if (operator == null) {
            throw correlation.refusal(
                    ProblemCode.INVALID_THRESHOLD,
                    "condition",
                    "has none of gt, gte, lt, lte, eq, neq");
        }
        return new Threshold(
                operator,
                limit(condition, type, operator),
                field(condition, type),
                percentile(condition, type));
    }

    private static Operator operator(Attributes condition, String label) {
        for (Operator operator : Operator.values()) {
            if (operator.label().equals(label)) {
                return operator;
            }
        }
        throw condition.refusal(
                ProblemCode.INVALID_THRESHOLD,
                label,
                "is none of gt, gte, lt, lte, eq, neq, field, percentile");
    }

    private static double limit(Attributes condition, Type type, Operator operator) {
        double limit = number(condition, operator.label());
        if (!COUNTS.contains(type)) {
            return limit;
        }
        if (limit != Math.rint(limit) || limit < 0) {
            throw condition.refusal(
                    ProblemCode.INVALID_THRESHOLD,
                    operator.label(),
                    "is '"
                            + condition.requiredText(operator.label())
                            + "', but a count is a whole number");
        }
        boolean never =
                switch (operator) {
                    case LT -> limit <= 1;
                    case LTE, EQ -> limit < 1;
                    case GT, GTE, NEQ -> false;
                };
        if (never) {
            throw condition.refusal(
                    ProblemCode.CONTRADICTION,
                    operator.label(),
                    "never holds: a count begins with the first event, at 1");
        }
        return limit;
    }

    private static @Nullable String field(Attributes condition, Type type) {
        if (WITHOUT_FIELD.contains(type)) {
            if (condition.has("field")) {
                throw condition.refusal(
                        ProblemCode.INVALID_THRESHOLD, "field", type.label() + " takes no field");
            }
            return null;
        }
        String field = condition.text("field");
        if (field == null || field.isBlank()) {
            throw condition.refusal(
                    ProblemCode.INVALID_THRESHOLD, "field", type.label() + " needs a field");
        }
        if (!FieldPath.isValid(field)) {
            throw condition.refusal(
                    ProblemCode.INVALID_FIELD, "field", "'" + field + "' is no field name");
        }
        return field;
    }

    private static double percentile(Attributes condition, Type type) {
        if (type != Type.VALUE_PERCENTILE) {
            if (condition.has("percentile")) {
                throw condition.refusal(
                        ProblemCode.INVALID_THRESHOLD,
                        "percentile",
                        "belongs to value_percentile alone");
            }
            return type == Type.VALUE_MEDIAN ? 50 : 0;
        }
        double percentile = condition.has("percentile") ? number(condition, "percentile") : 50;
        if (percentile < 0 || percentile > 100) {
            throw condition.refusal(
                    ProblemCode.INVALID_THRESHOLD,
                    "percentile",
                    "is " + percentile + ", must be from 0 to 100");
        }
        return percentile;
    }

    private static double number(Attributes condition, String attribute) {
        String text = condition.requiredText(attribute);
        if (!Numbers.isDecimal(text)) {
            throw condition.refusal(
                    ProblemCode.INVALID_THRESHOLD, attribute, "'" + text + "' is no number");
        }
        return Double.parseDouble(text);
    }

    /** For the temporal types: how many of its rules must have matched. */
    Threshold thresholdOver(int ruleCount) {
        boolean temporal = TEMPORAL.contains(type);
        Threshold written = threshold;
        if (written == null) {
            return new Threshold(Operator.GTE, ruleCount, null, 0);
        }
        if (!temporal) {
            return written;
        }
        String label = written.operator().label();
        Attributes condition = attributes.required("condition");
        boolean all = written.operator() == Operator.GTE && written.limit() == ruleCount;
        if (type == Type.TEMPORAL_ORDERED && !all) {
            throw condition.refusal(
                    ProblemCode.INVALID_THRESHOLD,
                    label,
                    "temporal_ordered asks for all of its rules, here 'gte: " + ruleCount + "'");
        }
        boolean never =
                switch (written.operator()) {
                    case GT -> written.limit() >= ruleCount;
                    case GTE, EQ -> written.limit() > ruleCount;
                    case LT, LTE, NEQ -> false;
                };
        if (never) {
            throw condition.refusal(
                    ProblemCode.CONTRADICTION,
                    label,
                    "never holds: the correlation has " + ruleCount + " rules");
        }
        return written;
    }
}
