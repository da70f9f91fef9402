package io.trailwatch.pipeline.function;

import static java.util.Objects.requireNonNull;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.enrich.IpContext;

/**
 * A parsed event with what is known of its addresses, and the rules of its {@link RuledEvent}.
 *
 * @param source context of the source address
 * @param destination context of the destination address; empty for all but flow records
 */
public record EnrichedEvent(
        DecodedEvent decoded, IpContext source, IpContext destination, RuleSet rules) {
    public EnrichedEvent {
        requireNonNull(decoded, "decoded");
        requireNonNull(source, "source");
        requireNonNull(destination, "destination");
        requireNonNull(rules, "rules");
    }
}
