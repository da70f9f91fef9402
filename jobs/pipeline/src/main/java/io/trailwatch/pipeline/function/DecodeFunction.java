package io.trailwatch.pipeline.function;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.event.LogEvent;
import io.trailwatch.quarantine.Quarantined;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to a parsed event; what cannot be read leaves by {@link Side#QUARANTINE}. The one place
 * where an event is parsed.
 */
public final class DecodeFunction extends ProcessFunction<RuledEvent, ParsedEvent> {
    private static final long serialVersionUID = 1L;

    private final UnwrapSettings source;
    private final DecodeLimits limits;
    private transient @Nullable Decoder decoder;

    /**
     * Decodes what a source is opened to.
     *
     * @param source whose formats the events have
     */
    public DecodeFunction(UnwrapSettings source, DecodeLimits limits) {
        this.source = source;
        this.limits = limits;
    }

    @Override
    public void open(OpenContext context) {
        decoder = new Decoder(source.formats(), limits);
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement(RuledEvent ruled, Context context, Collector<ParsedEvent> out) {
        LogEvent event = ruled.event();
        decoder.decode(event)
                .route(
                        decoded -> out.collect(new ParsedEvent(decoded, ruled.rules())),
                        (reason, detail) ->
                                context.output(
                                        Side.QUARANTINE,
                                        Quarantined.of(event, "decode", reason, detail)));
    }
}
