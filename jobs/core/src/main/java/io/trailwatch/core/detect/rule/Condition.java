package io.trailwatch.core.detect.rule;

import io.trailwatch.core.detect.rule.Explanation.Kind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What must hold of an event, as a tree. Immutable and free of state: any thread may ask it. */
sealed interface Condition extends Serializable {
    boolean holds(EventFields event);

    /** What each part of it comes to. */
    Explanation explain(EventFields event);

    /**
     * The values of a top-level field one of which an event must carry, ignoring case, for this to
     * hold; null when it may hold for others too.
     */
    default @Nullable Set<String> requiredValues(String field) {
        return null;
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

        @Override
        public @Nullable Set<String> requiredValues(String field) {
            Set<String> fewest = null;
            for (Condition part : parts) {
                Set<String> values = part.requiredValues(field);
                if (values != null && (fewest == null || values.size() < fewest.size())) {
                    fewest = values;
                }
            }
            return fewest;
        }
    }

    /** One part holds. */
    record Any(List<Condition> parts) implements Condition {
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

        @Override
        public @Nullable Set<String> requiredValues(String field) {
            Set<String> union = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            for (Condition part : parts) {
                Set<String> values = part.requiredValues(field);
                if (values == null) {
                    return null;
                }
                union.addAll(values);
            }
            return union;
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

        @Override
        public @Nullable Set<String> requiredValues(String field) {
            return path.name().equals(field) ? test.onlyValues() : null;
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
        public boolean holds(EventFields event) {
            return part.holds(event);
        }

        @Override
        public Explanation explain(EventFields event) {
            return Explanation.all(Kind.SELECTION, name, List.of(part.explain(event)));
        }

        @Override
        public @Nullable Set<String> requiredValues(String field) {
            return part.requiredValues(field);
        }
    }
}
