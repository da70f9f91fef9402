package io.trailwatch.pipeline.function;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.enrich.IpContext;

/**
 * A parsed event with what is known of its addresses.
 *
 * @param source context of the source address
 * @param destination context of the destination address; empty for all but flow records
 */
public record EnrichedEvent(DecodedEvent decoded, IpContext source, IpContext destination) {}
