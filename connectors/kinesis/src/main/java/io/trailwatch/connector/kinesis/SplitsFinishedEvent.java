package io.trailwatch.connector.kinesis;

import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Reader to enumerator: these splits were read to their end, their children may start.
 *
 * @param splitIds ids of the splits
 */
@SuppressWarnings("serial") // Set.of and Set.copyOf are serialisable
record SplitsFinishedEvent(Set<String> splitIds) implements SourceEvent {
    SplitsFinishedEvent {
        splitIds = Set.copyOf(splitIds);
    }
}
