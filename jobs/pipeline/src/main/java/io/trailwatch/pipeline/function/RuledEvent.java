package io.trailwatch.pipeline.function;

import static java.util.Objects.requireNonNull;

import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.event.LogEvent;

/**
 * An event with the rules that were in force when it passed dedupe: whatever becomes of it, up to
 * its findings, is decided by these.
 */
public record RuledEvent(LogEvent event, RuleSet rules) {
    public RuledEvent {
        requireNonNull(event, "event");
        requireNonNull(rules, "rules");
    }
}
