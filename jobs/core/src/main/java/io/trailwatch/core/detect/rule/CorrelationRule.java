package io.trailwatch.core.detect.rule;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule over several events (Sigma correlation rules specification 2.1), its references resolved.
 *
 * @param rules ids of the rules or correlations it counts, in the order written, which is the order
 *     that {@link Type#TEMPORAL_ORDERED} asks for
 * @param groupBy fields, or names of aliases, whose values must be the same; empty for one group
 * @param aliases by name: the field that stands for it in each rule, by rule id
 * @param timespan longest distance between the first and the last event that count together
 * @param generate whether the rules it refers to give findings of their own all the same
 * @param level 1 for a correlation of single-event rules, else one more than the highest level it
 *     refers to; at most {@link #MAX_LEVEL}
 */
public record CorrelationRule(
        RuleMetadata metadata,
        Type type,
        List<String> rules,
        List<String> groupBy,
        Map<String, Map<String, String>> aliases,
        Duration timespan,
        Threshold threshold,
        boolean generate,
        int level)
        implements Serializable {
    /** Longest chain of correlations. */
    public static final int MAX_LEVEL = 3;

    /** The types of the specification; the median is the percentile 50. */
    public enum Type {
        EVENT_COUNT,
        VALUE_COUNT,
        TEMPORAL,
        TEMPORAL_ORDERED,
        VALUE_SUM,
        VALUE_AVG,
        VALUE_PERCENTILE,
        VALUE_MEDIAN;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How the aggregate is compared with the limit. */
    public enum Operator {
        GT,
        GTE,
        LT,
        LTE,
        EQ,
        NEQ;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public boolean holds(int sign) {
            return switch (this) {
                case GT -> sign > 0;
                case GTE -> sign >= 0;
                case LT -> sign < 0;
                case LTE -> sign <= 0;
                case EQ -> sign == 0;
                case NEQ -> sign != 0;
            };
        }
    }

    /**
     * When it fires.
     *
     * @param operator of the aggregate with the limit
     * @param field whose values are counted, summed or ranked; null for event_count and temporal
     * @param percentile 0 to 100; 50 for the median; 0 for types that rank nothing
     */
    public record Threshold(
            Operator operator, double limit, @Nullable String field, double percentile)
            implements Serializable {
        public Threshold {
            requireNonNull(operator, "operator");
        }
    }

    public CorrelationRule {
        requireNonNull(metadata, "metadata");
        requireNonNull(type, "type");
        requireNonNull(timespan, "timespan");
        requireNonNull(threshold, "threshold");
        rules = List.copyOf(rules);
        groupBy = List.copyOf(groupBy);
        aliases = Map.copyOf(aliases);
    }

    public String id() {
        return metadata.id();
    }

    public String title() {
        return metadata.title();
    }
}
