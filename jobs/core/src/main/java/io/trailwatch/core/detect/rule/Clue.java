package io.trailwatch.core.detect.rule;

import io.trailwatch.core.detect.rule.ValueTest.Literal;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be looked up in an event before its rule is asked.
 *
 * @param path where; null for any scalar of the event
 * @param text what, folded
 * @param whole whether the value is the text, and not only has it within
 */
record Clue(@Nullable FieldPath path, String text, boolean whole) {
    /**
     * Longer texts are cut to their last characters, which tell ARNs and addresses apart better
     * than their first: it bounds the automaton, and what is found too often costs only time.
     */
    private static final int MAX_CHARS = 16;

    /** The clues of a test of one field; empty when it gives none. */
    static List<List<Clue>> of(@Nullable FieldPath path, ValueTest test) {
        List<Literal> literals = test.literals();
        return literals == null
                ? List.of()
                : List.of(literals.stream().map(literal -> of(path, literal)).toList());
    }

    private static Clue of(@Nullable FieldPath path, Literal literal) {
        String folded = CaseFolding.fold(literal.text());
        return new Clue(
                path,
                literal.whole()
                        ? folded
                        : folded.substring(Math.max(0, folded.length() - MAX_CHARS)),
                literal.whole());
    }

    /** The list that the fewest events have a clue of; null when there is no list. */
    static @Nullable List<Clue> rarest(List<List<Clue>> lists) {
        return lists.stream().min(Comparator.comparingDouble(Clue::frequency)).orElse(null);
    }

    private static double frequency(List<Clue> clues) {
        return clues.stream().mapToDouble(Clue::frequency).sum();
    }

    /**
     * A guess at the share of events that have it. Only its order matters: names of calls are rarer
     * than services, whole values rarer than parts of them, long parts rarer than short ones.
     */
    private double frequency() {
        String name = path == null ? "" : path.name();
        if (whole) {
            return switch (name) {
                case "eventName", "type" -> 0.001;
                case "eventSource" -> 0.02;
                case "awsRegion", "userIdentity.type", "eventType", "recipientAccountId" -> 0.3;
                default -> text.length() < 3 ? 0.2 : isSwitch() ? 0.4 : 0.005;
            };
        }
        // Texts are sought in every character of the field, whole values are one look-up: of two
        // that are as rare the whole value is better
        double inOnePlace = Math.pow(0.3, Math.min(6, text.length()));
        return Math.min(0.9, 0.008 + inOnePlace * (path == null ? 100 : 10));
    }

    private boolean isSwitch() {
        return text.equals("true") || text.equals("false") || text.equals("success");
    }
}
