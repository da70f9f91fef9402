package io.trailwatch.core.detect.rule.lint;

import io.trailwatch.core.detect.rule.lint.LintedDocument.Kind;
import io.trailwatch.core.text.YamlNode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The selections of a rule or filter, as they are written. */
final class DetectionLint {
    /** What every record of its log carries, by the service or category of the log source. */
    private static final Set<String> ALWAYS_THERE =
            Set.of("eventName", "eventSource", "eventTime", "eventVersion", "awsRegion");

    private static final Set<String> OPEN_AT_START = Set.of("contains", "endswith");
    private static final Set<String> OPEN_AT_END = Set.of("contains", "startswith");
    private static final String META_CHARACTERS = ".[]{}()*+?|^$";

    private final LintedDocument document;
    private final boolean cloudTrail;
    private YamlNode.@Nullable Entry eventName;
    private @Nullable String eventNamePath;
    private boolean eventSource;

    private DetectionLint(LintedDocument document) {
        this.document = document;
        YamlNode.Entry source = document.root().entry("logsource");
        this.cloudTrail =
                source != null
                        && source.value() instanceof YamlNode.Mapping map
                        && "cloudtrail".equals(LintedDocument.text(map, "service"));
    }

    static void lint(LintedDocument document) {
        String attribute = document.kind() == Kind.FILTER ? "filter" : "detection";
        YamlNode.Entry detection = document.root().entry(attribute);
        if (detection != null && detection.value() instanceof YamlNode.Mapping parts) {
            new DetectionLint(document).lint(attribute, parts);
        }
    }

    private void lint(String attribute, YamlNode.Mapping parts) {
        for (YamlNode.Entry part : parts.entries()) {
            if (!part.key().equals("condition") && !part.key().equals("rules")) {
                selection(attribute + "." + part.key(), part);
            }
        }
        // A filter narrows rules that name the source themselves.
        if (document.kind() == Kind.RULE
                && eventName != null
                && eventNamePath != null
                && !eventSource) {
            document.warn(
                    eventName.line(),
                    eventNamePath,
                    LintCode.EVENT_NAME_WITHOUT_SOURCE,
                    "names an action, but no eventSource says of which service");
        }
    }

    private void selection(String path, YamlNode.Entry selection) {
        if (isTrivial(selection.value())) {
            document.warn(
                    selection.line(),
                    path,
                    LintCode.MATCHES_EVERYTHING,
                    "holds for every record of the log");
        } else {
            fields(path, selection.value());
        }
        noteNames(path, selection.value());
    }

    private void noteNames(String path, YamlNode value) {
        if (value instanceof YamlNode.Sequence list) {
            list.items().forEach(item -> noteNames(path, item));
        } else if (value instanceof YamlNode.Mapping map) {
            for (YamlNode.Entry entry : map.entries()) {
                String field = field(entry);
                eventSource |= field.equals("eventSource");
                if (field.equals("eventName") && eventName == null && cloudTrail) {
                    eventName = entry;
                    eventNamePath = path + "." + entry.key();
                }
            }
        }
    }

    /** All of a map must hold, one of a list. */
    private boolean isTrivial(YamlNode value) {
        if (value instanceof YamlNode.Mapping map) {
            return map.entries().stream().allMatch(this::isTrivial);
        }
        if (value instanceof YamlNode.Sequence list) {
            return list.items().stream().anyMatch(this::isTrivial);
        }
        String text = ((YamlNode.Scalar) value).text();
        return text != null && isWildcards(text);
    }

    private boolean isTrivial(YamlNode.Entry entry) {
        List<String> modifiers = modifiers(entry);
        if (!cloudTrail || !ALWAYS_THERE.contains(field(entry)) || modifiers.contains("neq")) {
            return false;
        }
        return LintedDocument.scalars(entry.value()).stream()
                .anyMatch(
                        scalar ->
                                modifiers.contains("exists")
                                        ? "true".equals(scalar.text())
                                                || "yes".equals(scalar.text())
                                        : isAnything(modifiers, scalar.text()));
    }

    private static boolean isAnything(List<String> modifiers, @Nullable String text) {
        if (text == null) {
            return false;
        }
        return modifiers.contains("re")
                ? stripped(text).isEmpty()
                : modifiers.stream().allMatch(DetectionLint::isPlace) && isWildcards(text);
    }

    private static boolean isPlace(String modifier) {
        return OPEN_AT_START.contains(modifier)
                || OPEN_AT_END.contains(modifier)
                || modifier.equals("cased")
                || modifier.equals("all");
    }

    private static boolean isWildcards(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c == '*');
    }

    private void fields(String path, YamlNode value) {
        if (value instanceof YamlNode.Sequence list) {
            list.items().forEach(item -> fields(path, item));
        } else if (value instanceof YamlNode.Mapping map) {
            for (YamlNode.Entry entry : map.entries()) {
                List<String> modifiers = modifiers(entry);
                for (YamlNode.Scalar scalar : LintedDocument.scalars(entry.value())) {
                    if (scalar.text() != null) {
                        value(path + "." + entry.key(), field(entry), modifiers, scalar);
                    }
                }
            }
        }
    }

    private void value(String path, String field, List<String> modifiers, YamlNode.Scalar scalar) {
        String text = String.valueOf(scalar.text());
        if (isAnything(modifiers, text)) {
            document.warn(
                    scalar.line(),
                    path,
                    LintCode.WILDCARD_ONLY,
                    "'%s' asks for any text; write '%s|exists: true', or what is meant"
                            .formatted(text, field));
        } else if (modifiers.contains("re")) {
            String plain = plain(text, modifiers.contains("i"));
            if (plain != null) {
                document.warn(
                        scalar.line(),
                        path,
                        LintCode.REGEX_NOT_NEEDED,
                        "'%s' needs no regular expression; write '%s%s'"
                                .formatted(text, field, plain));
            }
        } else {
            redundantWildcard(path, modifiers, scalar.line(), text);
        }
    }

    private void redundantWildcard(String path, List<String> modifiers, int line, String text) {
        boolean atStart =
                text.startsWith("*") && modifiers.stream().anyMatch(OPEN_AT_START::contains);
        boolean atEnd =
                text.endsWith("*")
                        && !text.endsWith("\\*")
                        && modifiers.stream().anyMatch(OPEN_AT_END::contains);
        if (atStart || atEnd) {
            document.warn(
                    line,
                    path,
                    LintCode.REDUNDANT_WILDCARD,
                    "the wildcard at the %s of '%s' changes nothing"
                            .formatted(atStart ? "beginning" : "end", text));
        }
    }

    /** Modifiers and value that say the same as the expression; null where none do. */
    private static @Nullable String plain(String pattern, boolean anyCase) {
        boolean fromStart = pattern.startsWith("^");
        boolean toEnd = pattern.endsWith("$") && !pattern.endsWith("\\$");
        String middle = stripped(pattern);
        boolean openStart = !fromStart || pattern.startsWith("^.*");
        boolean openEnd = !toEnd || pattern.endsWith(".*$");
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < middle.length(); i++) {
            char c = middle.charAt(i);
            if (c == '\\') {
                i++;
                if (i == middle.length() || Character.isLetterOrDigit(middle.charAt(i))) {
                    return null;
                }
                c = middle.charAt(i);
            } else if (META_CHARACTERS.indexOf(c) >= 0) {
                return null;
            }
            // What Sigma's wildcards would read otherwise.
            literal.append(c == '*' || c == '?' || c == '\\' ? "\\" + c : String.valueOf(c));
        }
        String place =
                openStart && openEnd
                        ? "|contains"
                        : openEnd ? "|startswith" : openStart ? "|endswith" : "";
        return place + (anyCase ? "" : "|cased") + ": " + literal;
    }

    /** Without anchors and {@code .*} at the ends. */
    private static String stripped(String pattern) {
        String text = pattern.startsWith("^") ? pattern.substring(1) : pattern;
        if (text.endsWith("$") && !text.endsWith("\\$")) {
            text = text.substring(0, text.length() - 1);
        }
        while (text.startsWith(".*")) {
            text = text.substring(2);
        }
        while (text.endsWith(".*") && !text.endsWith("\\.*")) {
            text = text.substring(0, text.length() - 2);
        }
        return text;
    }

    private static String field(YamlNode.Entry entry) {
        int bar = entry.key().indexOf('|');
        return bar < 0 ? entry.key() : entry.key().substring(0, bar);
    }

    private static List<String> modifiers(YamlNode.Entry entry) {
        String[] parts = entry.key().split("\\|", -1);
        return Arrays.asList(parts).subList(1, parts.length);
    }
}
