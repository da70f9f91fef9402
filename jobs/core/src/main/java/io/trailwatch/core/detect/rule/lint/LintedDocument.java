package io.trailwatch.core.detect.rule.lint;

import io.trailwatch.core.text.YamlNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One document under examination, and what was found in it so far. */
record LintedDocument(String file, YamlNode.Mapping root, Kind kind, List<LintWarning> warnings) {
    /** Sigma's kinds of documents, and ours. */
    enum Kind {
        RULE("detection"),
        CORRELATION("correlation"),
        FILTER("filter"),
        OPERATOR("trailwatch");

        private final String attribute;

        Kind(String attribute) {
            this.attribute = attribute;
        }
    }

    /** Null for what is no document of a known kind, which the loader refuses. */
    static @Nullable LintedDocument of(String file, YamlNode node) {
        if (node instanceof YamlNode.Mapping root) {
            for (Kind kind : Kind.values()) {
                if (root.entry(kind.attribute) != null) {
                    return new LintedDocument(file, root, kind, new ArrayList<>());
                }
            }
        }
        return null;
    }

    /** Null where the attribute is missing or no scalar. */
    @Nullable String text(String attribute) {
        return text(root, attribute);
    }

    static @Nullable String text(YamlNode.Mapping map, String attribute) {
        YamlNode.Entry entry = map.entry(attribute);
        return entry != null && entry.value() instanceof YamlNode.Scalar scalar
                ? scalar.text()
                : null;
    }

    String textOr(String attribute, String absent) {
        String text = text(attribute);
        return text == null ? absent : text;
    }

    /** The scalars of a list, or the one that stands in its place. */
    static List<YamlNode.Scalar> scalars(YamlNode value) {
        if (value instanceof YamlNode.Sequence list) {
            List<YamlNode.Scalar> scalars = new ArrayList<>();
            for (YamlNode item : list.items()) {
                if (item instanceof YamlNode.Scalar scalar) {
                    scalars.add(scalar);
                }
            }
            return scalars;
        }
        return value instanceof YamlNode.Scalar scalar ? List.of(scalar) : List.of();
    }

    void warn(int line, String path, LintCode code, String message) {
        warnings.add(new LintWarning(file, line, text("id"), path, code, message));
    }

    /** Names the document to people: its title and place. */
    String name() {
        return "'%s' (%s:%d)".formatted(textOr("title", "untitled"), file, root.line());
    }
}
