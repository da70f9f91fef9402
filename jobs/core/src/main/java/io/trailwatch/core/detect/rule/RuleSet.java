package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.event.LogKind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
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
            indexes.put(kind, new Index(ofKind, indexedFields(kind)));
            if (ofKind.stream().anyMatch(rule -> !rule.logSource().formats().isEmpty())) {
                formats.put(kind, new ByFormat(ofKind, indexedFields(kind)));
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
     * The rules for this kind of log that match an event, of whatever format, sorted by id.
     *
     * @param event the record with its fields named as in the log
     */
    public List<SigmaRule> match(ObjectNode event, LogKind kind) {
        Index index = indexes.get(kind);
        return index == null ? List.of() : index.match(event);
    }

    /**
     * The rules that match an event, sorted by id; an event of a log without rules is not looked
     * at.
     */
    public List<SigmaRule> match(DecodedEvent event) {
        LogKind kind = event.event().kind();
        ByFormat byFormat = formats.get(kind);
        Index index = byFormat == null ? indexes.get(kind) : byFormat.index(event.event().format());
        return index == null || index.isEmpty()
                ? List.of()
                : index.match(RuleFields.of(event.body()));
    }

    /** The rules of one kind of log, apart for the formats that some of them name. */
    private static final class ByFormat implements Serializable {
        private static final long serialVersionUID = 1L;

        private final Map<String, Index> named = new HashMap<>();
        private final Index others;

        ByFormat(List<SigmaRule> rules, List<String> fields) {
            Set<String> names = new TreeSet<>();
            rules.forEach(rule -> names.addAll(rule.logSource().formats()));
            for (String name : names) {
                named.put(name, new Index(ofFormat(rules, name), fields));
            }
            others = new Index(ofFormat(rules, ""), fields);
        }

        private static List<SigmaRule> ofFormat(List<SigmaRule> rules, String name) {
            return rules.stream()
                    .filter(
                            rule ->
                                    rule.logSource().formats().isEmpty()
                                            || rule.logSource().formats().contains(name))
                    .toList();
        }

        Index index(String format) {
            int space = format.indexOf(' ');
            return named.getOrDefault(space < 0 ? format : format.substring(0, space), others);
        }
    }

    /** The rules of one log, by what they require of one of its fields. */
    private static final class Index implements Serializable {
        private static final long serialVersionUID = 1L;

        private final List<KeyedRules> keyed = new ArrayList<>();
        private final List<SigmaRule> general = new ArrayList<>();

        Index(List<SigmaRule> rules, List<String> fields) {
            fields.forEach(field -> keyed.add(new KeyedRules(field)));
            for (SigmaRule rule : rules) {
                if (keyed.stream().noneMatch(keys -> keys.add(rule))) {
                    general.add(rule);
                }
            }
            keyed.removeIf(keys -> keys.all.isEmpty());
        }

        boolean isEmpty() {
            return general.isEmpty() && keyed.isEmpty();
        }

        List<SigmaRule> match(ObjectNode event) {
            List<SigmaRule> found = addMatching(general, event, null);
            for (int i = 0; i < keyed.size(); i++) {
                found = addMatching(keyed.get(i).candidates(event), event, found);
            }
            if (found == null) {
                return List.of();
            }
            found.sort(BY_ID);
            return List.copyOf(found);
        }

        private static @Nullable List<SigmaRule> addMatching(
                List<SigmaRule> candidates, ObjectNode event, @Nullable List<SigmaRule> found) {
            List<SigmaRule> result = found;
            for (int i = 0; i < candidates.size(); i++) {
                SigmaRule rule = candidates.get(i);
                if (rule.condition().holds(event)) {
                    if (result == null) {
                        result = new ArrayList<>(2);
                    }
                    result.add(rule);
                }
            }
            return result;
        }
    }

    /** Rules by the values that a field must have, whatever its case. */
    private static final class KeyedRules implements Serializable {
        private static final long serialVersionUID = 1L;

        private final String field;
        private final Map<String, List<SigmaRule>> byValue =
                new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private final List<SigmaRule> all = new ArrayList<>();

        KeyedRules(String field) {
            this.field = field;
        }

        boolean add(SigmaRule rule) {
            Set<String> values = rule.condition().requiredValues(field);
            if (values == null) {
                return false;
            }
            all.add(rule);
            for (String value : values) {
                List<SigmaRule> sameValue =
                        byValue.computeIfAbsent(value, key -> new ArrayList<>(1));
                if (!sameValue.contains(rule)) {
                    sameValue.add(rule);
                }
            }
            return true;
        }

        List<SigmaRule> candidates(ObjectNode event) {
            JsonNode value = event.get(field);
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
