package io.trailwatch.core.detect.rule;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for parts of a condition that must all hold and cannot: a field that is asked for and
 * excluded, that must have a value and none, or two values where the log has one. What it finds is
 * certain; it does not find everything.
 */
final class Contradictions {
    /** More parts than this are not compared with each other. */
    private static final int MAX_PARTS = 200;

    private final KnownFields known;

    Contradictions(KnownFields known) {
        this.known = known;
    }

    /** Why the condition never holds; null when it may. */
    @Nullable String find(Condition condition) {
        if (condition instanceof Condition.Any any) {
            String first = null;
            for (Condition part : any.parts()) {
                String reason = find(part);
                if (reason == null) {
                    return null;
                }
                first = first == null ? reason : first;
            }
            return first;
        }
        List<Condition> wanted = new ArrayList<>();
        List<Condition> excluded = new ArrayList<>();
        collect(condition, true, wanted, excluded);
        for (Condition part : wanted) {
            String reason = part instanceof Condition.Any ? find(part) : null;
            if (reason != null) {
                return reason;
            }
        }
        return wanted.size() + excluded.size() > MAX_PARTS ? null : compare(wanted, excluded);
    }

    /** Sorts what must hold, and what must not, out of the parts joined by "and". */
    private static void collect(
            Condition condition, boolean holds, List<Condition> wanted, List<Condition> excluded) {
        if (condition instanceof Condition.Selection selection) {
            collect(selection.part(), holds, wanted, excluded);
        } else if (condition instanceof Condition.Not not) {
            collect(not.part(), !holds, wanted, excluded);
        } else if (holds && condition instanceof Condition.All all) {
            all.parts().forEach(part -> collect(part, true, wanted, excluded));
        } else if (!holds && condition instanceof Condition.Any any) {
            any.parts().forEach(part -> collect(part, false, wanted, excluded));
        } else {
            (holds ? wanted : excluded).add(condition);
        }
    }

    private @Nullable String compare(List<Condition> wanted, List<Condition> excluded) {
        for (int i = 0; i < wanted.size(); i++) {
            Condition one = wanted.get(i);
            for (Condition other : excluded) {
                if (one.equals(other) || covers(other, one)) {
                    return "never holds: what is asked of " + name(one) + " is excluded too";
                }
                if (other instanceof Condition.Exists absent && needs(one, absent.path())) {
                    return never(absent.path(), "must be absent and have a value");
                }
            }
            for (int j = 0; j < wanted.size(); j++) {
                Condition other = wanted.get(j);
                if (one instanceof Condition.Valueless none && needs(other, none.path())) {
                    return never(none.path(), "must have no value and a value");
                }
                if (i != j
                        && one instanceof Condition.Field first
                        && other instanceof Condition.Field second
                        && first.path().equals(second.path())
                        && known.isScalar(first.path().name())
                        && disjoint(first.test(), second.test())) {
                    return never(first.path(), "has one value, of which two are asked for");
                }
            }
        }
        return null;
    }

    private static String never(FieldPath path, String reason) {
        return "never holds: '" + path.name() + "' " + reason;
    }

    private static String name(Condition condition) {
        return condition instanceof Condition.Field field
                ? "'" + field.path().name() + "'"
                : "one part";
    }

    /** Whether a value at the path, or below it, is needed. */
    private static boolean needs(Condition condition, FieldPath path) {
        if (!(condition instanceof Condition.Field field)) {
            return false;
        }
        String name = field.path().name();
        return name.equals(path.name()) || name.startsWith(path.name() + ".");
    }

    /** Whether the first holds wherever the second does. */
    private static boolean covers(Condition wide, Condition narrow) {
        if (!(wide instanceof Condition.Field one)
                || !(narrow instanceof Condition.Field other)
                || !one.path().equals(other.path())) {
            return false;
        }
        List<String> only = onlyValues(other.test());
        return only != null && only.stream().allMatch(value -> passes(one.test(), value));
    }

    /** The values that alone can pass, ignoring case; null when they cannot be listed. */
    private static @Nullable List<String> onlyValues(ValueTest test) {
        List<ValueTest.Literal> literals = test.literals();
        return literals != null && literals.stream().allMatch(ValueTest.Literal::whole)
                ? literals.stream().map(ValueTest.Literal::text).toList()
                : null;
    }

    /** Whether the value passes in whatever case it is written. */
    private static boolean passes(ValueTest test, String value) {
        return ignoresCase(test) && test.matches(value);
    }

    private static boolean disjoint(ValueTest one, ValueTest other) {
        List<String> only = onlyValues(one);
        if (only != null && ignoresCase(other)) {
            return only.stream().noneMatch(other::matches);
        }
        return one instanceof ValueTest.Compared first
                && other instanceof ValueTest.Compared second
                && isAbove(first, second);
    }

    /** Tests of which it is known that a value passes or fails in any case. */
    private static boolean ignoresCase(ValueTest test) {
        if (test instanceof ValueTest.Text text) {
            return !text.cased();
        }
        if (test instanceof WildcardText.Glob glob) {
            return !glob.cased();
        }
        if (test instanceof ValueTest.AnyOf any) {
            return any.tests().stream().allMatch(Contradictions::ignoresCase);
        }
        return test instanceof ValueTest.OneOf || test instanceof ValueTest.NonEmpty;
    }

    /** Whether the first asks for larger numbers than the second allows. */
    private static boolean isAbove(ValueTest.Compared lower, ValueTest.Compared upper) {
        boolean strictLower = lower.comparison() == ValueTest.Comparison.GT;
        boolean strictUpper = upper.comparison() == ValueTest.Comparison.LT;
        if (!(strictLower || lower.comparison() == ValueTest.Comparison.GTE)
                || !(strictUpper || upper.comparison() == ValueTest.Comparison.LTE)) {
            return false;
        }
        return lower.limit() > upper.limit()
                || (lower.limit() == upper.limit() && (strictLower || strictUpper));
    }
}
