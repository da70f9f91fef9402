package io.trailwatch.pipeline.function;

import static java.util.Objects.requireNonNull;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.rule.RuleSet;

/** A parsed event with the rules of its {@link RuledEvent}. */
public record ParsedEvent(DecodedEvent decoded, RuleSet rules) {
    public ParsedEvent {
        requireNonNull(decoded, "decoded");
        requireNonNull(rules, "rules");
    }
}
