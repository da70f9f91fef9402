package io.trailwatch.connector.kinesis.enumerator;

import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Reader to enumerator: these splits were read to their end, their children may start.
 *
 * @param splitIds ids of the splits
 */
@SuppressWarnings("serial") // Set.of and Set.copyOf are serialisable
public record SplitsFinishedEvent(Set<String> splitIds) implements SourceEvent {
    public SplitsFinishedEvent {
        splitIds = Set.copyOf(splitIds);
    }
}
