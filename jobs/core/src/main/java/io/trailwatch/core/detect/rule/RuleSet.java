package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.rule.Explanation.Kind;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogKind;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rules compiled for matching. Immutable: any number of threads may share one.
 *
 * <p>A rule that can only hold for certain event names (or, failing that, event sources) is asked
 * for those events alone; the others are asked for every event of their log.
 */
public final class RuleSet implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Comparator<SigmaRule> BY_ID = Comparator.comparing(SigmaRule::id);

    private final RuleCollection collection;
    private final EnumMap<LogKind, Index> indexes = new EnumMap<>(LogKind.class);

    /** Of kinds of which some rules read certain formats alone. */
    private final EnumMap<LogKind, ByFormat> formats = new EnumMap<>(LogKind.class);

    private RuleSet(RuleCollection collection) {
        this.collection = collection;
        List<SigmaRule> rules = collection.rules();
        for (LogKind kind : LogKind.values()) {
            List<SigmaRule> ofKind = rules.stream().filter(rule -> rule.kind() == kind).toList();
            indexes.put(kind, new Index(compiled(ofKind), indexedFields(kind)));
            if (ofKind.stream().anyMatch(rule -> !rule.logSource().formats().isEmpty())) {
                formats.put(kind, new ByFormat(compiled(ofKind), indexedFields(kind)));
            }
        }
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

    private static List<String> indexedFields(LogKind kind) {
        return switch (kind) {
            case CLOUDTRAIL -> List.of("eventName", "eventSource");
            case APP_EVENT -> List.of("type");
            case VPC_FLOW, HTTP_ACCESS, DNS_QUERY, KUBERNETES_AUDIT, AWS_FINDING -> List.of();
        };
    }

    /** The rules compiled, sorted by id. */
    public List<SigmaRule> rules() {
        return collection.rules();
    }

    /**
     * The rules for this kind of log that match a record of which only its JSON is known, of
     * whatever format, sorted by id. Filters narrow them as if none had expired.
     *
     * @param event the record with its fields named as in the log
     */
    public List<SigmaRule> match(ObjectNode event, LogKind kind) {
        Index index = indexes.get(kind);
        return index == null ? List.of() : index.match(EventFields.of(event), Instant.MIN);
    }

    /** The same with nothing known of the event's source address. */
    public List<SigmaRule> match(DecodedEvent event) {
        return match(event, IpContext.EMPTY);
    }

    /**
     * The rules that match an event and that no filter keeps from it, sorted by id; an event of a
     * log without rules is not looked at. Filters expire by the time of the event. What the
     * operator's settings say of a rule is not asked here: see {@link RuleCollection#mode}.
     *
     * @param source context of the event's source address
     */
    public List<SigmaRule> match(DecodedEvent event, IpContext source) {
        LogKind kind = event.event().kind();
        ByFormat byFormat = formats.get(kind);
        Index index = byFormat == null ? indexes.get(kind) : byFormat.index(event.event().format());
        return index == null || index.isEmpty()
                ? List.of()
                : index.match(EventFields.of(event, source), event.body().time());
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
                boolean expired = !inForce(filter, event.body().time());
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

    private static boolean inForce(FilterRule filter, Instant eventTime) {
        return filter.expires() == null || eventTime.isBefore(filter.expires());
    }

    private static String label(LogKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Name of a format, without its columns. */
    private static String name(String format) {
        int space = format.indexOf(' ');
        return space < 0 ? format : format.substring(0, space);
    }

    private List<Compiled> compiled(List<SigmaRule> rules) {
        return rules.stream()
                .map(rule -> new Compiled(rule, filtersOf(rule).toArray(FilterRule[]::new)))
                .toList();
    }

    /** A rule and what narrows it. */
    private record Compiled(SigmaRule rule, FilterRule[] filters) implements Serializable {
        boolean holds(EventFields event, Instant time) {
            if (!rule.condition().holds(event)) {
                return false;
            }
            for (FilterRule filter : filters) {
                if (inForce(filter, time) && !filter.condition().holds(event)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The rules of one kind of log, apart for the formats that some of them name. */
    private static final class ByFormat implements Serializable {
        private static final long serialVersionUID = 1L;

        private final Map<String, Index> named = new HashMap<>();
        private final Index others;

        ByFormat(List<Compiled> rules, List<String> fields) {
            Set<String> names = new TreeSet<>();
            rules.forEach(rule -> names.addAll(rule.rule().logSource().formats()));
            for (String name : names) {
                named.put(name, new Index(ofFormat(rules, name), fields));
            }
            others = new Index(ofFormat(rules, ""), fields);
        }

        private static List<Compiled> ofFormat(List<Compiled> rules, String name) {
            return rules.stream()
                    .filter(
                            rule ->
                                    rule.rule().logSource().formats().isEmpty()
                                            || rule.rule().logSource().formats().contains(name))
                    .toList();
        }

        Index index(String format) {
            return named.getOrDefault(name(format), others);
        }
    }

    /** The rules of one log, by what they require of one of its fields. */
    private static final class Index implements Serializable {
        private static final long serialVersionUID = 1L;

        private final List<KeyedRules> keyed = new ArrayList<>();
        private final List<Compiled> general = new ArrayList<>();

        Index(List<Compiled> rules, List<String> fields) {
            fields.forEach(field -> keyed.add(new KeyedRules(field)));
            for (Compiled rule : rules) {
                if (keyed.stream().noneMatch(keys -> keys.add(rule))) {
                    general.add(rule);
                }
            }
            keyed.removeIf(keys -> keys.all.isEmpty());
        }

        boolean isEmpty() {
            return general.isEmpty() && keyed.isEmpty();
        }

        List<SigmaRule> match(EventFields event, Instant time) {
            List<SigmaRule> found = addMatching(general, event, time, null);
            for (int i = 0; i < keyed.size(); i++) {
                found = addMatching(keyed.get(i).candidates(event), event, time, found);
            }
            if (found == null) {
                return List.of();
            }
            found.sort(BY_ID);
            return List.copyOf(found);
        }

        private static @Nullable List<SigmaRule> addMatching(
                List<Compiled> candidates,
                EventFields event,
                Instant time,
                @Nullable List<SigmaRule> found) {
            List<SigmaRule> result = found;
            for (int i = 0; i < candidates.size(); i++) {
                Compiled rule = candidates.get(i);
                if (rule.holds(event, time)) {
                    if (result == null) {
                        result = new ArrayList<>(2);
                    }
                    result.add(rule.rule());
                }
            }
            return result;
        }
    }

    /** Rules by the values that a field must have, whatever its case. */
    private static final class KeyedRules implements Serializable {
        private static final long serialVersionUID = 1L;

        private final String field;
        private final FieldPath path;
        private final Map<String, List<Compiled>> byValue =
                new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private final List<Compiled> all = new ArrayList<>();

        KeyedRules(String field) {
            this.field = field;
            this.path = new FieldPath(field);
        }

        boolean add(Compiled rule) {
            Set<String> values = rule.rule().condition().requiredValues(field);
            if (values == null) {
                return false;
            }
            all.add(rule);
            for (String value : values) {
                List<Compiled> sameValue =
                        byValue.computeIfAbsent(value, key -> new ArrayList<>(1));
                if (!sameValue.contains(rule)) {
                    sameValue.add(rule);
                }
            }
            return true;
        }

        List<Compiled> candidates(EventFields event) {
            JsonNode tree = event.tree();
            if (tree == null) {
                String text = event.plain(path);
                return text == null ? List.of() : byValue.getOrDefault(text, List.of());
            }
            JsonNode value = tree.get(field);
            if (value == null || value.isNull()) {
                return List.of();
            }
            if (value.isContainerNode()) {
                return all;
            }
            return byValue.getOrDefault(value.asText(), List.of());
        }
    }
}
