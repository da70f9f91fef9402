package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rules by what an event must have for them to hold, so that few of them are asked: of each rule
 * the rarest of its {@link Clue}s is looked up, whole values in a table, texts within values with
 * an automaton per field. Where one clue leaves many rules, they are indexed again by their other
 * clues: those of one {@code eventName} by what its parameters hold, for example. Rules without
 * clues are asked for every event.
 *
 * <p>Immutable; what one look-up needs is in {@link RuleMatcher}.
 */
final class RuleIndex {
    /** Depth of indexes within indexes, this one included. */
    static final int MAX_DEPTH = 3;

    /** So few rules are asked sooner than looked up. */
    private static final int FEW = 4;

    private final CompiledRule[] always;
    private final Probe[] probes;
    private final int number;

    private final Counter counter;

    /** Counts an index and those within. */
    private static final class Counter {
        private int indexes;
    }

    /** A rule and those of its clues that are not looked up yet. */
    private record Entry(CompiledRule rule, List<List<Clue>> clues) {
        Entry without(List<Clue> used) {
            return new Entry(rule, clues.stream().filter(list -> list != used).toList());
        }
    }

    private RuleIndex(List<Entry> entries, int depth, Counter counter) {
        this.counter = counter;
        this.number = counter.indexes++;
        List<CompiledRule> asked = new ArrayList<>();
        Map<String, List<Map.Entry<Clue, Entry>>> byPath = new LinkedHashMap<>();
        boolean worthIt = depth < MAX_DEPTH && (depth == 0 || entries.size() > FEW);
        for (Entry entry : entries) {
            List<Clue> rarest = worthIt ? Clue.rarest(entry.clues()) : null;
            if (rarest == null) {
                asked.add(entry.rule());
                continue;
            }
            Entry rest = entry.without(rarest);
            for (Clue clue : rarest) {
                byPath.computeIfAbsent(
                                clue.path() == null ? "" : clue.path().name(),
                                path -> new ArrayList<>())
                        .add(Map.entry(clue, rest));
            }
        }
        always = asked.toArray(CompiledRule[]::new);
        probes =
                byPath.values().stream()
                        .map(found -> new Probe(found, depth, counter))
                        .toArray(Probe[]::new);
    }

    static RuleIndex of(List<CompiledRule> rules) {
        List<Entry> entries =
                rules.stream()
                        .map(rule -> new Entry(rule, rule.rule().condition().clues()))
                        .toList();
        return new RuleIndex(entries, 0, new Counter());
    }

    boolean isEmpty() {
        return always.length == 0 && probes.length == 0;
    }

    /** Place among the indexes of the outermost one, from 0. */
    int number() {
        return number;
    }

    /** How many indexes the outermost one has within, itself included. */
    int size() {
        return counter.indexes;
    }

    /** Tells the matcher which rules may hold for its event, and which indexes to go on with. */
    void look(RuleMatcher matcher, Search search) {
        for (CompiledRule rule : always) {
            matcher.candidate(rule);
        }
        for (Probe probe : probes) {
            probe.look(matcher, search);
        }
    }

    /** What is looked up in one field. */
    private static final class Probe {
        /** Null for any scalar. */
        private final @Nullable FieldPath path;

        private final @Nullable FoldedTexts<RuleIndex> wholes;
        private final boolean objects;
        private final @Nullable LiteralAutomaton parts;
        private final RuleIndex[] byPart;

        Probe(List<Map.Entry<Clue, Entry>> found, int depth, Counter counter) {
            path = found.get(0).getKey().path();
            Map<String, List<Entry>> byWhole = byText(found, Clue::whole);
            Map<String, List<Entry>> within = byText(found, clue -> !clue.whole());
            wholes =
                    byWhole.isEmpty()
                            ? null
                            : FoldedTexts.of(
                                    byWhole, all -> new RuleIndex(all, depth + 1, counter));
            objects = byWhole.keySet().stream().anyMatch(text -> text.startsWith("{"));
            parts = within.isEmpty() ? null : new LiteralAutomaton(List.copyOf(within.keySet()));
            byPart =
                    within.values().stream()
                            .map(all -> new RuleIndex(all, depth + 1, counter))
                            .toArray(RuleIndex[]::new);
        }

        private static Map<String, List<Entry>> byText(
                List<Map.Entry<Clue, Entry>> found, Predicate<Clue> which) {
            Map<String, List<Entry>> byText = new LinkedHashMap<>();
            for (Map.Entry<Clue, Entry> entry : found) {
                if (which.test(entry.getKey())) {
                    List<Entry> same =
                            byText.computeIfAbsent(
                                    entry.getKey().text(), text -> new ArrayList<>(1));
                    if (same.stream().noneMatch(other -> other.rule() == entry.getValue().rule())) {
                        same.add(entry.getValue());
                    }
                }
            }
            return byText;
        }

        void look(RuleMatcher matcher, Search search) {
            search.probe = this;
            if (path == null) {
                matcher.event().anyScalar(search);
            } else {
                path.any(matcher.event(), search);
            }
        }
    }

    /**
     * One look-up under way. As a test it passes no value, so that it is shown all of them; it
     * tells the matcher where they lead to.
     */
    static final class Search implements ValueTest, LiteralAutomaton.Found {
        private static final long serialVersionUID = 1L;

        private final transient RuleMatcher matcher;
        private transient @Nullable Probe probe;

        Search(RuleMatcher matcher) {
            this.matcher = matcher;
        }

        @Override
        public boolean matches(String text) {
            return look(text);
        }

        @Override
        public boolean matchesNumber(JsonNode number) {
            return look(
                    number.isInt() || number.isLong()
                            ? matcher.event().written(number.longValue())
                            : number.asText());
        }

        @Override
        public boolean matchesObject(EventFields event, JsonNode object) {
            Probe now = probe;
            return now != null && (now.objects || now.parts != null) && look(event.written(object));
        }

        private boolean look(CharSequence text) {
            Probe now = probe;
            if (now != null && now.wholes != null) {
                RuleIndex rules = now.wholes.find(text);
                if (rules != null) {
                    matcher.goOnWith(rules);
                }
            }
            if (now != null && now.parts != null) {
                now.parts.find(text, this);
            }
            return false;
        }

        @Override
        public void literal(int number) {
            Probe now = probe;
            if (now != null) {
                matcher.goOnWith(now.byPart[number]);
            }
        }
    }
}
