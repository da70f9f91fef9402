package io.trailwatch.core.detect.rule;

import io.trailwatch.core.text.YamlNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A map of a Sigma document, read attribute by attribute; what does not fit is refused with its
 * place and line.
 *
 * @param prefix path of the map; empty for the document itself
 */
record Attributes(String prefix, YamlNode.Mapping map) {

    int line() {
        return map.line();
    }

    /** Path of an attribute, as problems name it. */
    String path(String attribute) {
        return prefix.isEmpty() ? attribute : prefix + "." + attribute;
    }

    boolean has(String attribute) {
        return map.entry(attribute) != null;
    }

    /** Line of the attribute's key; of the map where there is no such attribute. */
    int line(String attribute) {
        YamlNode.Entry entry = map.entry(attribute);
        return entry == null ? map.line() : entry.line();
    }

    @Nullable YamlNode value(String attribute) {
        YamlNode.Entry entry = map.entry(attribute);
        return entry == null ? null : entry.value();
    }

    Refusal refusal(ProblemCode code, String attribute, String reason) {
        return new Refusal(code, path(attribute), reason).at(line(attribute));
    }

    private Refusal missing(String attribute) {
        return refusal(ProblemCode.MISSING_ATTRIBUTE, attribute, "is missing");
    }

    void requireOnly(Set<String> known) {
        for (YamlNode.Entry entry : map.entries()) {
            if (!known.contains(entry.key())) {
                throw refusal(
                        ProblemCode.UNKNOWN_ATTRIBUTE,
                        entry.key(),
                        "is no attribute here, which are "
                                + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    /** The map that an attribute holds. */
    Attributes required(String attribute) {
        if (value(attribute) instanceof YamlNode.Mapping inner) {
            return new Attributes(path(attribute), inner);
        }
        if (value(attribute) == null) {
            throw missing(attribute);
        }
        throw refusal(ProblemCode.INVALID_ATTRIBUTE, attribute, "must be a map of attributes");
    }

    String requiredText(String attribute) {
        String text = text(attribute);
        if (text == null || text.isBlank()) {
            throw missing(attribute);
        }
        return text;
    }

    String textOr(String attribute, String absent) {
        String text = text(attribute);
        return text == null ? absent : text;
    }

    /** Null where the attribute is missing or null. */
    @Nullable String text(String attribute) {
        YamlNode value = value(attribute);
        if (value == null) {
            return null;
        }
        if (value instanceof YamlNode.Scalar scalar) {
            return scalar.text();
        }
        throw refusal(ProblemCode.INVALID_ATTRIBUTE, attribute, "must be a text");
    }

    boolean flag(String attribute) {
        String text = textOr(attribute, "false");
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw refusal(
                ProblemCode.INVALID_ATTRIBUTE,
                attribute,
                "is '" + text + "', must be true or false");
    }

    /** A list of texts, one text, or nothing. */
    List<String> texts(String attribute) {
        return lines(attribute).stream().map(Line::text).toList();
    }

    /** A text and the line it stands on. */
    record Line(int line, String text) {}

    /** As {@link #texts}, with the line of each. */
    List<Line> lines(String attribute) {
        if (value(attribute) instanceof YamlNode.Sequence list) {
            List<Line> texts = new ArrayList<>();
            for (YamlNode item : list.items()) {
                String text = item instanceof YamlNode.Scalar scalar ? scalar.text() : null;
                if (text == null) {
                    throw new Refusal(
                                    ProblemCode.INVALID_ATTRIBUTE,
                                    path(attribute),
                                    "must be a list of texts")
                            .at(item.line());
                }
                texts.add(new Line(item.line(), text));
            }
            return texts;
        }
        String text = text(attribute);
        return text == null ? List.of() : List.of(new Line(line(attribute), text));
    }

    /** At least one text. */
    List<Line> requiredLines(String attribute) {
        List<Line> lines = lines(attribute);
        if (lines.isEmpty()) {
            throw missing(attribute);
        }
        return lines;
    }

    /** The end of the day that an attribute names, UTC; null where there is none. */
    @Nullable Instant endOfDay(String attribute) {
        String text = text(attribute);
        if (text == null) {
            return null;
        }
        try {
            return LocalDate.parse(text).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw refusal(
                    ProblemCode.INVALID_ATTRIBUTE,
                    attribute,
                    "is '" + text + "', must be a day such as 2026-12-31");
        }
    }
}
