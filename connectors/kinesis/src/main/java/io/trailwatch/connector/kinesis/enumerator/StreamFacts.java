package io.trailwatch.connector.kinesis.enumerator;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.apache.flink.api.connector.source.SourceEvent;
import org.jspecify.annotations.Nullable;

/**
 * What a reader must know of a stream; it arrives before the first split of that stream, and again
 * whenever something changed.
 *
 * @param streamArn the stream
 * @param retention how long the stream keeps a record after its arrival
 * @param consumerArn the consumer to subscribe by; null where the stream is polled
 */
public record StreamFacts(String streamArn, Duration retention, @Nullable String consumerArn)
        implements SourceEvent {
    private static final long serialVersionUID = 1L;

    public StreamFacts {
        requireNonNull(streamArn, "streamArn");
        if (retention.isNegative() || retention.isZero()) {
            throw new IllegalArgumentException(
                    "retention of stream "
                            + streamArn
                            + " is "
                            + retention
                            + ", expected more than 0");
        }
    }
}
