package io.trailwatch.core.detect.rule;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Sigma filter (Sigma filters specification 2.1): what else must hold of an event for the rules
 * it names. Its description is the reason why.
 *
 * @param rules ids of the rules it narrows; empty for all rules of its log source
 * @param condition joined to theirs by "and"
 * @param expires instant from which, by the time of the event, it no longer narrows anything; null
 *     for never
 */
public record FilterRule(
        RuleMetadata metadata,
        LogSource logSource,
        List<String> rules,
        Condition condition,
        @Nullable Instant expires)
        implements Serializable {
    public FilterRule {
        requireNonNull(metadata, "metadata");
        requireNonNull(logSource, "logSource");
        requireNonNull(condition, "condition");
        rules = List.copyOf(rules);
    }

    /** Whether it narrows anything at a time. */
    boolean isInForce(Instant eventTime) {
        return expires == null || eventTime.isBefore(expires);
    }
}
