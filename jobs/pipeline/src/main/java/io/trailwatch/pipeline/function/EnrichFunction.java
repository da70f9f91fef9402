package io.trailwatch.pipeline.function;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.FlowRecord;
import io.trailwatch.core.enrich.Enrichment;
import io.trailwatch.core.enrich.IpContext;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.jspecify.annotations.Nullable;

/** Adds what is known of the addresses of an event, from a snapshot loaded when the task starts. */
public final class EnrichFunction extends RichMapFunction<DecodedEvent, EnrichedEvent> {
    private static final long serialVersionUID = 1L;

    private final EnrichmentFiles files;
    private transient @Nullable Enrichment enrichment;

    public EnrichFunction(EnrichmentFiles files) {
        this.files = files;
    }

    @Override
    public void open(OpenContext context) {
        enrichment = files.load();
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public EnrichedEvent map(DecodedEvent decoded) {
        IpContext source = enrichment.context(decoded.body().sourceAddress());
        IpContext destination =
                decoded.body() instanceof FlowRecord flow
                        ? enrichment.context(flow.dstAddr())
                        : IpContext.EMPTY;
        return new EnrichedEvent(decoded, source, destination);
    }

    @Override
    public void close() {
        if (enrichment != null) {
            enrichment.close();
        }
    }
}
