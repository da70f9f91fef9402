package io.trailwatch.core.detect.rule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that stand for {@code %name%} in values with the modifier expand (Sigma modifiers appendix
 * 2.1). They are read as if they had been written in the rule: wildcards in them are wildcards. A
 * percent sign behind a backslash is itself.
 */
final class Placeholders {
    /** Most values that one value of a rule may stand for. */
    static final int MAX_VALUES = 10_000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\\\%|%([^%]*)%?");

    private final Map<String, Set<String>> values = new LinkedHashMap<>();

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Values of a name given in several places are joined. */
    void add(String name, List<String> more) {
        values.computeIfAbsent(name, key -> new LinkedHashSet<>()).addAll(more);
    }

    /** The values that this one stands for; itself where it has no placeholder. */
    List<String> expand(String path, String value) {
        List<String> expanded = List.of("");
        Matcher matcher = PLACEHOLDER.matcher(value);
        int from = 0;
        while (matcher.find()) {
            expanded = product(path, expanded, List.of(value.substring(from, matcher.start())));
            expanded = product(path, expanded, replacements(path, value, matcher));
            from = matcher.end();
        }
        return product(path, expanded, List.of(value.substring(from)));
    }

    private List<String> replacements(String path, String value, Matcher matcher) {
        String name = matcher.group(1);
        if (name == null) {
            return List.of("%");
        }
        if (!isName(name) || !matcher.group().endsWith("%")) {
            throw new Refusal(
                    ProblemCode.INVALID_VALUE,
                    path,
                    "'" + value + "' has a % that begins no placeholder such as %name%");
        }
        Set<String> replacements = values.get(name);
        if (replacements == null) {
            throw new Refusal(
                    ProblemCode.MISSING_PLACEHOLDER,
                    path,
                    "placeholder '%"
                            + name
                            + "%' has no values; give them under 'placeholders' in a document"
                            + " 'trailwatch' beside the rules");
        }
        return List.copyOf(replacements);
    }

    private static List<String> product(String path, List<String> heads, List<String> tails) {
        if ((long) heads.size() * tails.size() > MAX_VALUES) {
            throw new Refusal(
                    ProblemCode.TOO_COMPLEX,
                    path,
                    "placeholders stand for more values than the limit of " + MAX_VALUES);
        }
        List<String> product = new ArrayList<>(heads.size() * tails.size());
        for (String head : heads) {
            for (String tail : tails) {
                product.add(head + tail);
            }
        }
        return product;
    }
}
