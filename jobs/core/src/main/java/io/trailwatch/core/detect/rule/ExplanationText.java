package io.trailwatch.core.detect.rule;

import java.util.ArrayList;
import java.util.List;

/** An explanation as lines for people, each part below the one it belongs to. */
public final class ExplanationText {
    private static final int MAX_VALUE_CHARS = 120;
    private static final int MAX_VALUES = 6;

    private ExplanationText() {}

    /**
     * One part of an explanation.
     *
     * @param depth 0 for the whole
     * @param text what it asks for and what was found
     */
    public record Line(int depth, boolean holds, boolean decisive, String text) {}

    /** All parts, each before its own. */
    public static List<Line> all(Explanation explanation) {
        List<Line> lines = new ArrayList<>();
        add(explanation, 0, true, lines);
        return lines;
    }

    /** Those on which the outcome rests, as texts, indented. */
    public static List<String> decisive(Explanation explanation) {
        List<Line> lines = new ArrayList<>();
        add(explanation, 0, false, lines);
        return lines.stream()
                .skip(1)
                .map(
                        line ->
                                "  ".repeat(line.depth() - 1)
                                        + (line.holds() ? "holds: " : "fails: ")
                                        + line.text())
                .toList();
    }

    private static void add(
            Explanation explanation, int depth, boolean indecisive, List<Line> lines) {
        if (explanation.decisive() || indecisive) {
            lines.add(
                    new Line(
                            depth, explanation.holds(), explanation.decisive(), text(explanation)));
            explanation.parts().forEach(part -> add(part, depth + 1, indecisive, lines));
        }
    }

    private static String text(Explanation explanation) {
        if (explanation.wanted().isEmpty()
                && explanation.found().isEmpty()
                && explanation.kind() != Explanation.Kind.FIELD) {
            return explanation.text();
        }
        StringBuilder text = new StringBuilder(explanation.text());
        if (!explanation.wanted().isEmpty()) {
            text.append(" wants ").append(values(explanation.wanted()));
        }
        if (explanation.kind() != Explanation.Kind.KEYWORD) {
            text.append(", the event has ")
                    .append(
                            explanation.found().isEmpty()
                                    ? "no value"
                                    : values(explanation.found()));
        }
        return text.toString();
    }

    private static String values(List<String> values) {
        List<String> shown = new ArrayList<>();
        for (String value : values.subList(0, Math.min(MAX_VALUES, values.size()))) {
            shown.add(
                    value.length() > MAX_VALUE_CHARS
                            ? "'" + value.substring(0, MAX_VALUE_CHARS) + "...'"
                            : "'" + value + "'");
        }
        String more =
                values.size() > MAX_VALUES
                        ? " and %d more".formatted(values.size() - MAX_VALUES)
                        : "";
        return String.join(" or ", shown) + more;
    }
}
