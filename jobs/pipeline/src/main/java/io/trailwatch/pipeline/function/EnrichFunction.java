package io.trailwatch.pipeline.function;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.enrich.Enrichment;
import io.trailwatch.core.enrich.EnrichmentException;
import io.trailwatch.core.enrich.IpContext;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;

/** Adds what is known of the addresses of an event, from a snapshot loaded when the task starts. */
public final class EnrichFunction extends RichMapFunction<ParsedEvent, EnrichedEvent> {
    private static final long serialVersionUID = 1L;

    private final EnrichmentFiles files;
    private transient @Nullable Enrichment enrichment;
    private transient @Nullable Counter failures;

    public EnrichFunction(EnrichmentFiles files) {
        this.files = files;
    }

    @Override
    public void open(OpenContext context) {
        enrichment = files.load();
        failures =
                getRuntimeContext()
                        .getMetricGroup()
                        .addGroup("kinesisanalytics")
                        .counter("enrichmentFailures");
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public EnrichedEvent map(ParsedEvent parsed) {
        DecodedEvent decoded = parsed.decoded();
        return new EnrichedEvent(
                decoded,
                context(decoded.body().sourceAddress()),
                context(decoded.body().destinationAddress()),
                parsed.rules());
    }

    /**
     * Damage that a geography file shows only at a look-up leaves the event without context, and is
     * counted.
     */
    @SuppressWarnings("NullAway") // open() ran before
    private IpContext context(@Nullable String address) {
        try {
            return enrichment.context(address);
        } catch (EnrichmentException e) {
            failures.inc();
            return IpContext.EMPTY;
        }
    }

    @Override
    public void close() {
        if (enrichment != null) {
            enrichment.close();
        }
    }
}
