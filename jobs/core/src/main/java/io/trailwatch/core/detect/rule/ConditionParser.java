package io.trailwatch.core.detect.rule;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a rule's condition (Sigma rules specification 2.1, section condition): not before and
 * before or, parentheses, {@code 1 of} and {@code all of} with a pattern of names or {@code them}.
 */
final class ConditionParser {
    private static final int MAX_CHARS = 4_000;
    private static final int MAX_DEPTH = 50;
    private static final Pattern TOKEN = Pattern.compile("\\s*([()]|[^\\s()]+)");
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,2}");
    private static final int MAX_CHOICES = 200;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_*?.-]+");

    private final String path;
    private final Map<String, Condition> selections;
    private final Set<String> used;
    private final List<String> tokens = new ArrayList<>();
    private int next;
    private int depth;

    private ConditionParser(
            String path, String text, Map<String, Condition> selections, Set<String> used) {
        this.path = path;
        this.selections = selections;
        this.used = used;
        if (text.length() > MAX_CHARS) {
            throw new Refusal(
                    ProblemCode.TOO_COMPLEX,
                    path,
                    "is %d characters, limit %d".formatted(text.length(), MAX_CHARS));
        }
        Matcher matcher = TOKEN.matcher(text.strip());
        while (matcher.find()) {
            tokens.add(matcher.group(1));
        }
    }

    /**
     * Reads the condition and adds the names it uses to {@code used}.
     *
     * @param selections the named parts of the detection, in the order of the rule
     */
    static Condition parse(
            String path, String text, Map<String, Condition> selections, Set<String> used) {
        ConditionParser parser = new ConditionParser(path, text, selections, used);
        Condition condition = parser.disjunction();
        if (parser.next < parser.tokens.size()) {
            throw parser.unexpected(parser.tokens.get(parser.next));
        }
        return condition;
    }

    private Condition disjunction() {
        if (++depth > MAX_DEPTH) {
            throw new Refusal(ProblemCode.TOO_COMPLEX, path, "is nested deeper than " + MAX_DEPTH);
        }
        List<Condition> parts = new ArrayList<>();
        do {
            parts.add(conjunction());
        } while (takeWord("or"));
        depth--;
        return Condition.any(parts);
    }

    private Condition conjunction() {
        List<Condition> parts = new ArrayList<>();
        do {
            parts.add(negation());
        } while (takeWord("and"));
        return Condition.all(parts);
    }

    private Condition negation() {
        boolean negated = false;
        while (takeWord("not")) {
            negated = !negated;
        }
        Condition operand = operand();
        return negated ? new Condition.Not(operand) : operand;
    }

    private Condition operand() {
        String token = take("a selection");
        if (token.equals("(")) {
            Condition inner = disjunction();
            if (!take("')'").equals(")")) {
                throw unexpected(tokens.get(next - 1));
            }
            return inner;
        }
        if (next < tokens.size() && tokens.get(next).equalsIgnoreCase("of")) {
            next++;
            return quantified(token);
        }
        if (!NAME.matcher(token).matches() || isWord(token)) {
            throw unexpected(token);
        }
        Condition selection = selections.get(token);
        if (selection == null) {
            throw new Refusal(
                    ProblemCode.UNKNOWN_SELECTION,
                    path,
                    "names '" + token + "', which the detection does not define");
        }
        used.add(token);
        return new Condition.Selection(token, selection);
    }

    private Condition quantified(String quantifier) {
        String pattern = take("a pattern of names");
        if (!NAME.matcher(pattern).matches() || isWord(pattern)) {
            throw unexpected(pattern);
        }
        boolean them = pattern.equalsIgnoreCase("them");
        ValueTest fits = WildcardText.parse(pattern).test(true);
        Set<String> names = new LinkedHashSet<>();
        for (String name : selections.keySet()) {
            if (them ? !name.startsWith("_") : fits.matches(name)) {
                names.add(name);
            }
        }
        if (names.isEmpty()) {
            throw new Refusal(
                    ProblemCode.UNKNOWN_SELECTION,
                    path,
                    "'" + quantifier + " of " + pattern + "' fits no name of the detection");
        }
        used.addAll(names);
        List<Condition> parts = new ArrayList<>();
        selections.forEach(
                (name, selection) -> {
                    if (names.contains(name)) {
                        parts.add(new Condition.Selection(name, selection));
                    }
                });
        return switch (quantifier.toLowerCase(Locale.ROOT)) {
            case "1", "any" -> Condition.any(parts);
            case "all" -> Condition.all(parts);
            default -> atLeast(quantifier, pattern, parts);
        };
    }

    /** Beyond the specification, which has 1 alone: that many of the parts hold. */
    private Condition atLeast(String quantifier, String pattern, List<Condition> parts) {
        if (!COUNT.matcher(quantifier).matches()) {
            throw new Refusal(
                    ProblemCode.INVALID_CONDITION,
                    path,
                    "'" + quantifier + " of' is not supported, use '1 of' or 'all of'");
        }
        int count = Integer.parseInt(quantifier);
        if (count > parts.size()) {
            throw new Refusal(
                    ProblemCode.CONTRADICTION,
                    path,
                    "'%s of %s' never holds: %d names fit"
                            .formatted(quantifier, pattern, parts.size()));
        }
        List<Condition> choices = new ArrayList<>();
        choose(count, parts, 0, List.of(), choices);
        return Condition.any(choices);
    }

    private void choose(
            int count,
            List<Condition> parts,
            int from,
            List<Condition> chosen,
            List<Condition> choices) {
        if (chosen.size() == count) {
            if (choices.size() == MAX_CHOICES) {
                throw new Refusal(
                        ProblemCode.TOO_COMPLEX,
                        path,
                        "'of' stands for more choices than the limit of " + MAX_CHOICES);
            }
            choices.add(Condition.all(chosen));
            return;
        }
        for (int i = from; i <= parts.size() - (count - chosen.size()); i++) {
            List<Condition> more = new ArrayList<>(chosen);
            more.add(parts.get(i));
            choose(count, parts, i + 1, more, choices);
        }
    }

    private boolean takeWord(String word) {
        if (next < tokens.size() && tokens.get(next).equalsIgnoreCase(word)) {
            next++;
            return true;
        }
        return false;
    }

    private String take(String expected) {
        if (next == tokens.size()) {
            throw new Refusal(
                    ProblemCode.INVALID_CONDITION, path, "ends where " + expected + " is expected");
        }
        return tokens.get(next++);
    }

    private static boolean isWord(String token) {
        return Set.of("and", "or", "not", "of").contains(token.toLowerCase(Locale.ROOT));
    }

    private Refusal unexpected(String token) {
        return new Refusal(
                ProblemCode.INVALID_CONDITION, path, "has an unexpected '" + token + "'");
    }

    /** What is said of a condition with an aggregation of Sigma 1 behind a pipe. */
    static Refusal aggregation(String path, String text) {
        String aggregation = text.substring(text.indexOf('|') + 1).strip();
        return new Refusal(
                ProblemCode.SIGMA_1_AGGREGATION,
                path,
                "aggregation '| %s' is the syntax of Sigma 1, which is not supported; write %s"
                        .formatted(aggregation, instead(aggregation)));
    }

    /** What Sigma 2 has in the place of an aggregation. */
    private static String instead(String aggregation) {
        String type = "";
        if (aggregation.matches("count\\s*\\(\\s*\\).*")) {
            type = "event_count";
        } else if (aggregation.startsWith("count")) {
            type = "value_count";
        } else if (aggregation.startsWith("near")) {
            type = "temporal";
        } else if (aggregation.startsWith("sum")) {
            type = "value_sum";
        } else if (aggregation.startsWith("avg")) {
            type = "value_avg";
        }
        return "a correlation rule" + (type.isEmpty() ? "" : " of type " + type);
    }
}
