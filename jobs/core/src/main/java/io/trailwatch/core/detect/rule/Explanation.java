package io.trailwatch.core.detect.rule;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Why a rule matches an event or does not: the rule's condition as a tree, and what each part of it
 * came to. Every part is judged, also those that matching would not have looked at.
 *
 * @param text the part in the words of the rule: a rule's title, a selection's name, {@code
 *     userAgent|contains}, {@code all of}, {@code not}
 * @param wanted values one of which the rule asks for; empty for parts that ask for none
 * @param found values that the event has there, at most {@link #MAX_FOUND}; empty for parts that
 *     look at no field, and for fields without a value
 * @param holds whether it holds for the event
 * @param decisive whether the outcome of the whole rests on it: parts of an "and" that do not hold
 *     where it fails, parts of an "or" that hold where it holds, else all
 */
public record Explanation(
        Kind kind,
        String text,
        List<String> wanted,
        List<String> found,
        boolean holds,
        boolean decisive,
        List<Explanation> parts) {
    /** Values told of one field. */
    public static final int MAX_FOUND = 20;

    /** What a part is. */
    public enum Kind {
        /** The rule; its parts are its log source, its condition and its filters. */
        RULE,
        /** The log that the rule reads. */
        LOG_SOURCE,
        /** A filter that narrows the rule; expired ones hold without having parts. */
        FILTER,
        /** A named part of the detection. */
        SELECTION,
        ALL,
        ANY,
        NOT,
        /** A test of one field. */
        FIELD,
        /** A text sought in the whole event. */
        KEYWORD
    }

    public Explanation {
        requireNonNull(kind, "kind");
        requireNonNull(text, "text");
        wanted = List.copyOf(wanted);
        found =
                found.size() <= MAX_FOUND
                        ? List.copyOf(found)
                        : List.copyOf(found.subList(0, MAX_FOUND));
        parts = List.copyOf(parts);
    }

    static Explanation leaf(
            Kind kind, String text, List<String> wanted, List<String> found, boolean holds) {
        return new Explanation(kind, text, wanted, found, holds, true, List.of());
    }

    /** All of the parts must hold. */
    static Explanation all(Kind kind, String text, List<Explanation> parts) {
        boolean holds = parts.stream().allMatch(Explanation::holds);
        return branch(kind, text, parts, holds, holds);
    }

    /** One of the parts must hold. */
    static Explanation any(String text, List<Explanation> parts) {
        boolean holds = parts.stream().anyMatch(Explanation::holds);
        return branch(Kind.ANY, text, parts, holds, !holds);
    }

    static Explanation not(Explanation part) {
        return new Explanation(
                Kind.NOT, "not", List.of(), List.of(), !part.holds, true, List.of(part));
    }

    private static Explanation branch(
            Kind kind, String text, List<Explanation> parts, boolean holds, boolean allDecide) {
        List<Explanation> judged =
                parts.stream()
                        .map(part -> allDecide || part.holds == holds ? part : part.indecisive())
                        .toList();
        return new Explanation(kind, text, List.of(), List.of(), holds, true, judged);
    }

    /** The same where the outcome does not rest on it, nor on anything in it. */
    private Explanation indecisive() {
        List<Explanation> inner = parts.stream().map(Explanation::indecisive).toList();
        return new Explanation(kind, text, wanted, found, holds, false, inner);
    }
}
