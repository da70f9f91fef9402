package io.trailwatch.core.detect.rule.lint;

import static java.util.stream.Collectors.joining;

import io.trailwatch.core.text.YamlNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The log source and condition of a rule in one form, whatever its selections are called and in
 * whichever order fields and values stand. Rules of the same form match the same events; rules of
 * other forms may all the same.
 */
final class CanonicalLogic {
    /** Values keep their case where case counts. */
    private static final Set<String> CASED = Set.of("cased", "re", "base64", "base64offset");

    private static final Set<String> WORDS = Set.of("and", "or", "not", "(", ")");

    private CanonicalLogic() {}

    /** Null for what is no rule, or none that can be read. */
    static @Nullable String of(YamlNode.Mapping rule) {
        YamlNode.Entry source = rule.entry("logsource");
        YamlNode.Entry detection = rule.entry("detection");
        if (source == null
                || !(source.value() instanceof YamlNode.Mapping log)
                || detection == null
                || !(detection.value() instanceof YamlNode.Mapping parts)
                || parts.entry("condition") == null) {
            return null;
        }
        List<String> logs = new ArrayList<>();
        for (String attribute : List.of("category", "product", "service")) {
            logs.add(Objects.requireNonNullElse(LintedDocument.text(log, attribute), ""));
        }
        return logs + " " + condition(parts);
    }

    private static String condition(YamlNode.Mapping parts) {
        Map<String, String> selections = new HashMap<>();
        for (YamlNode.Entry part : parts.entries()) {
            if (!part.key().equals("condition")) {
                selections.put(part.key(), selection(part.value()));
            }
        }
        YamlNode.Entry condition = Objects.requireNonNull(parts.entry("condition"));
        return LintedDocument.scalars(condition.value()).stream()
                .map(scalar -> condition(String.valueOf(scalar.text()), selections))
                .sorted()
                .collect(joining(" or "));
    }

    private static String condition(String text, Map<String, String> selections) {
        List<String> words =
                Arrays.stream(text.replace("(", " ( ").replace(")", " ) ").strip().split("\\s+"))
                        .toList();
        boolean plain =
                words.stream()
                        .allMatch(
                                word ->
                                        WORDS.contains(word.toLowerCase(Locale.ROOT))
                                                || selections.containsKey(word));
        if (!plain) {
            // "1 of filter_*" reads names: they stay, with what they stand for.
            return String.join(" ", words)
                    + " where "
                    + selections.entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .sorted()
                            .toList();
        }
        return words.stream()
                .map(word -> selections.getOrDefault(word, word.toLowerCase(Locale.ROOT)))
                .collect(joining(" "));
    }

    private static String selection(YamlNode value) {
        if (value instanceof YamlNode.Mapping map) {
            return map.entries().stream()
                    .map(CanonicalLogic::field)
                    .sorted()
                    .collect(joining(" & ", "{", "}"));
        }
        if (value instanceof YamlNode.Sequence list) {
            return list.items().stream()
                    .map(CanonicalLogic::selection)
                    .sorted()
                    .collect(joining(" | ", "[", "]"));
        }
        return text((YamlNode.Scalar) value, false);
    }

    private static String field(YamlNode.Entry entry) {
        boolean cased = Arrays.stream(entry.key().split("\\|", -1)).anyMatch(CASED::contains);
        return entry.key()
                + "="
                + LintedDocument.scalars(entry.value()).stream()
                        .map(scalar -> text(scalar, cased))
                        .sorted()
                        .toList();
    }

    /** Quoted, so that a value cannot pass for what joins values. */
    private static String text(YamlNode.Scalar scalar, boolean cased) {
        String text = scalar.text();
        if (text == null) {
            return "null";
        }
        String quoted = "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        return cased ? quoted : quoted.toLowerCase(Locale.ROOT);
    }
}
