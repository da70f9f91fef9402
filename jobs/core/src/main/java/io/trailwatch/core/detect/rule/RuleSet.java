package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.rule.Explanation.Kind;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogKind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rules compiled for matching. Immutable: any number of threads may share one.
 *
 * <p>An event is shown to few of them, see {@link RuleIndex}.
 */
public final class RuleSet implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Comparator<SigmaRule> BY_ID = Comparator.comparing(SigmaRule::id);

    private final RuleCollection collection;

    /** Made again from the rules where they arrive. */
    private final transient Map<LogKind, RulesOfLog> logs = new EnumMap<>(LogKind.class);

    private RuleSet(RuleCollection collection) {
        this.collection = collection;
        Map<LogKind, List<CompiledRule>> byKind = new EnumMap<>(LogKind.class);
        List<SigmaRule> rules = collection.rules();
        for (int i = 0; i < rules.size(); i++) {
            SigmaRule rule = rules.get(i);
            byKind.computeIfAbsent(rule.kind(), kind -> new ArrayList<>())
                    .add(new CompiledRule(i, rule, filtersOf(rule)));
        }
        byKind.forEach((kind, ofKind) -> logs.put(kind, new RulesOfLog(ofKind)));
    }

    private Object readResolve() {
        return new RuleSet(collection);
    }

    /**
     * Compiles the rules.
     *
     * @throws IllegalArgumentException if two of them have the same id
     */
    public static RuleSet compile(Collection<SigmaRule> rules) {
        List<SigmaRule> sorted = rules.stream().sorted(BY_ID).toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).id().equals(sorted.get(i - 1).id())) {
                throw new IllegalArgumentException(
                        "rule id '%s' is in %s and in %s"
                                .formatted(
                                        sorted.get(i).id(),
                                        sorted.get(i - 1).file(),
                                        sorted.get(i).file()));
            }
        }
        return compile(new RuleCollection(sorted, List.of(), List.of(), List.of()));
    }

    /** Compiles the single-event rules of a collection. */
    public static RuleSet compile(RuleCollection collection) {
        return new RuleSet(collection);
    }

    /** What was compiled. */
    public RuleCollection collection() {
        return collection;
    }

    /** The rules compiled, sorted by id. */
    public List<SigmaRule> rules() {
        return collection.rules();
    }

    /** The rules for events of a kind and a format; null when there are none. */
    @Nullable RuleIndex index(LogKind kind, String format) {
        RulesOfLog log = logs.get(kind);
        return log == null ? null : log.index(format);
    }

    /** The rules for events of a kind, of whatever format; null when there are none. */
    @Nullable RuleIndex index(LogKind kind) {
        RulesOfLog log = logs.get(kind);
        return log == null ? null : log.all;
    }

    /**
     * The rules for this kind of log that match a record of which only its JSON is known, of
     * whatever format, sorted by id. Filters narrow them as if none had expired.
     *
     * @param event the record with its fields named as in the log
     */
    public List<SigmaRule> match(ObjectNode event, LogKind kind) {
        return new RuleMatcher(this).match(event, kind);
    }

    /** The same as {@link #match(DecodedEvent, IpContext)} with nothing known of the address. */
    public List<SigmaRule> match(DecodedEvent event) {
        return match(event, IpContext.EMPTY);
    }

    /**
     * The rules that match one event; {@link RuleMatcher} tells the same of many events sooner.
     *
     * @param source context of the event's source address
     */
    public List<SigmaRule> match(DecodedEvent event, IpContext source) {
        return new RuleMatcher(this).match(event, source);
    }

    /**
     * Why a rule matches an event or does not, filters included.
     *
     * @param rule of this set, or another one; the filters are those of this set
     * @param source context of the event's source address
     */
    public Explanation explain(SigmaRule rule, DecodedEvent event, IpContext source) {
        List<Explanation> parts = new ArrayList<>();
        String format = name(event.event().format());
        Set<String> formats = rule.logSource().formats();
        boolean sameLog =
                rule.kind() == event.event().kind()
                        && (formats.isEmpty() || formats.contains(format));
        String log = label(event.event().kind());
        parts.add(
                Explanation.leaf(
                        Kind.LOG_SOURCE,
                        "logsource",
                        formats.isEmpty()
                                ? List.of(label(rule.kind()))
                                : formats.stream().sorted().toList(),
                        List.of(formats.isEmpty() ? log : log + " " + format),
                        sameLog));
        if (sameLog) {
            EventFields fields = EventFields.of(event, source);
            parts.add(rule.condition().explain(fields));
            for (FilterRule filter : filtersOf(rule)) {
                boolean expired = !filter.isInForce(event.body().time());
                parts.add(
                        Explanation.all(
                                Kind.FILTER,
                                "filter " + filter.metadata().id() + (expired ? " (expired)" : ""),
                                expired ? List.of() : List.of(filter.condition().explain(fields))));
            }
        }
        return Explanation.all(Kind.RULE, rule.title(), parts);
    }

    private List<FilterRule> filtersOf(SigmaRule rule) {
        return collection.filters().stream()
                .filter(
                        filter ->
                                filter.rules().isEmpty()
                                        ? filter.logSource().equals(rule.logSource())
                                        : filter.rules().contains(rule.id()))
                .toList();
    }

    private static String label(LogKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Name of a format, without its columns. */
    private static String name(String format) {
        int space = format.indexOf(' ');
        return space < 0 ? format : format.substring(0, space);
    }

    /** The rules of one kind of log, apart for the formats that some of them name. */
    private static final class RulesOfLog {
        private final RuleIndex all;
        private final Map<String, RuleIndex> named = new HashMap<>();
        private final RuleIndex others;

        RulesOfLog(List<CompiledRule> rules) {
            all = RuleIndex.of(rules);
            Set<String> names = new TreeSet<>();
            rules.forEach(rule -> names.addAll(rule.rule().logSource().formats()));
            for (String name : names) {
                named.put(name, RuleIndex.of(ofFormat(rules, name)));
            }
            others = names.isEmpty() ? all : RuleIndex.of(ofFormat(rules, ""));
        }

        private static List<CompiledRule> ofFormat(List<CompiledRule> rules, String name) {
            return rules.stream()
                    .filter(
                            rule -> {
                                Set<String> formats = rule.rule().logSource().formats();
                                return formats.isEmpty() || formats.contains(name);
                            })
                    .toList();
        }

        RuleIndex index(String format) {
            return named.isEmpty() ? others : named.getOrDefault(name(format), others);
        }
    }
}
