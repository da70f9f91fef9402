package io.trailwatch.core.detect.rule;

import io.trailwatch.core.detect.rule.Explanation.Kind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** What must hold of an event, as a tree. Immutable and free of state: any thread may ask it. */
sealed interface Condition extends Serializable {
    boolean holds(EventFields event);

    /** What each part of it comes to. */
    Explanation explain(EventFields event);

    /**
     * What the event must have for this to hold: of each list at least one clue. Empty when nothing
     * of the kind is known.
     */
    default List<List<Clue>> clues() {
        return List.of();
    }

    static Condition all(List<Condition> parts) {
        return parts.size() == 1 ? parts.get(0) : new All(List.copyOf(parts));
    }

    static Condition any(List<Condition> parts) {
        return parts.size() == 1 ? parts.get(0) : new Any(List.copyOf(parts));
    }

    /** Every part holds. */
    record All(List<Condition> parts) implements Condition {
        @Override
        public List<List<Clue>> clues() {
            return parts.stream().flatMap(part -> part.clues().stream()).toList();
        }

        @Override
        public boolean holds(EventFields event) {
            for (int i = 0; i < parts.size(); i++) {
                if (!parts.get(i).holds(event)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Explanation explain(EventFields event) {
            return Explanation.all(
                    Kind.ALL, "all of", parts.stream().map(part -> part.explain(event)).toList());
        }
    }

    /** One part holds. */
    record Any(List<Condition> parts) implements Condition {
        @Override
        public List<List<Clue>> clues() {
            List<Clue> alternatives = new ArrayList<>();
            for (Condition part : parts) {
                List<Clue> best = Clue.rarest(part.clues());
                if (best == null) {
                    return List.of();
                }
                alternatives.addAll(best);
            }
            return List.of(alternatives);
        }

        @Override
        public boolean holds(EventFields event) {
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i).holds(event)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public Explanation explain(EventFields event) {
            return Explanation.any(
                    "one of", parts.stream().map(part -> part.explain(event)).toList());
        }
    }

    /** The part does not hold. */
    record Not(Condition part) implements Condition {
        @Override
        public boolean holds(EventFields event) {
            return !part.holds(event);
        }

        @Override
        public Explanation explain(EventFields event) {
            return Explanation.not(part.explain(event));
        }
    }

    /** One value of the field passes the test. */
    record Field(FieldPath path, ValueTest test) implements Condition {
        @Override
        public List<List<Clue>> clues() {
            return Clue.of(path, test);
        }

        @Override
        public boolean holds(EventFields event) {
            return path.any(event, test);
        }

        @Override
        public Explanation explain(EventFields event) {
            return Explanation.leaf(
                    Kind.FIELD,
                    path.name() + test.modifiers(),
                    test.wanted(),
                    event.values(path),
                    holds(event));
        }
    }

    /** The field has no value: it is missing, null, or an empty array. */
    record Valueless(FieldPath path) implements Condition {
        @Override
        public boolean holds(EventFields event) {
            return !path.any(event, ValueTest.ANYTHING);
        }

        @Override
        public Explanation explain(EventFields event) {
            return Explanation.leaf(
                    Kind.FIELD, path.name(), List.of("null"), event.values(path), holds(event));
        }
    }

    /** The field is there, null included. */
    record Exists(FieldPath path) implements Condition {
        @Override
        public boolean holds(EventFields event) {
            return path.exists(event);
        }

        @Override
        public Explanation explain(EventFields event) {
            return Explanation.leaf(
                    Kind.FIELD,
                    path.name() + "|exists",
                    List.of("true"),
                    event.values(path),
                    holds(event));
        }
    }

    /** A value of one field stands in the relation to a value of another field. */
    record Reference(FieldPath path, FieldPath other, TextRelation relation, boolean cased)
            implements Condition {
        @Override
        public boolean holds(EventFields event) {
            return path.any(
                    event, text -> other.any(event, part -> relation.holds(text, part, cased)));
        }

        @Override
        public Explanation explain(EventFields event) {
            String modifiers = relation.modifiers() + (cased ? "|cased" : "");
            List<String> wanted = new ArrayList<>();
            event.values(other).forEach(value -> wanted.add(other.name() + " = " + value));
            return Explanation.leaf(
                    Kind.FIELD,
                    path.name() + "|fieldref" + modifiers,
                    wanted.isEmpty() ? List.of(other.name()) : wanted,
                    event.values(path),
                    holds(event));
        }
    }

    /** Some scalar of the event, at whatever depth, passes the test. */
    record Keyword(ValueTest test) implements Condition {
        @Override
        public List<List<Clue>> clues() {
            return Clue.of(null, test);
        }

        @Override
        public boolean holds(EventFields event) {
            return event.anyScalar(test);
        }

        @Override
        public Explanation explain(EventFields event) {
            List<String> found = new ArrayList<>();
            event.anyScalar(
                    text -> {
                        if (test.matches(text)) {
                            found.add(text);
                        }
                        return found.size() == Explanation.MAX_FOUND;
                    });
            return Explanation.leaf(
                    Kind.KEYWORD, "keyword" + test.modifiers(), test.wanted(), found, holds(event));
        }
    }

    /** A part of the detection by its name. */
    record Selection(String name, Condition part) implements Condition {
        @Override
        public List<List<Clue>> clues() {
            return part.clues();
        }

        @Override
        public boolean holds(EventFields event) {
            return part.holds(event);
        }

        @Override
        public Explanation explain(EventFields event) {
            return Explanation.all(Kind.SELECTION, name, List.of(part.explain(event)));
        }
    }
}
