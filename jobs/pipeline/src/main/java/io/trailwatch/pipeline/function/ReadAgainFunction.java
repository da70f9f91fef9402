package io.trailwatch.pipeline.function;

import io.trailwatch.core.decode.SchemaResolver;
import io.trailwatch.core.unwrap.SecondReading;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.event.LogEvent;
import io.trailwatch.pipeline.registry.RegistrySettings;
import io.trailwatch.quarantine.Quarantined;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Quarantined piece to log events. Counts every piece it makes in the ledger. */
public final class ReadAgainFunction extends ProcessFunction<Quarantined, LogEvent> {
    private static final long serialVersionUID = 1L;

    private final UnwrapSettings settings;
    private final @Nullable RegistrySettings registry;
    private final LongCounter unwrapped = new LongCounter();
    private transient @Nullable SchemaResolver schemas;
    private transient @Nullable SecondReading reading;

    /**
     * @param registry of the schemas of records that name one; null to read no such records
     */
    public ReadAgainFunction(UnwrapSettings settings, @Nullable RegistrySettings registry) {
        this.settings = settings;
        this.registry = registry;
    }

    @Override
    public void open(OpenContext context) {
        schemas =
                RegistrySettings.open(
                        registry, settings.limits(), getRuntimeContext().getMetricGroup());
        reading = new SecondReading(settings, schemas);
        getRuntimeContext().addAccumulator(RunCounters.UNWRAPPED, unwrapped);
    }

    @Override
    public void close() throws Exception {
        if (schemas != null) {
            schemas.close();
        }
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement(Quarantined piece, Context context, Collector<LogEvent> out) {
        CountedPieces<Quarantined> pieces = new CountedPieces<>(context, out, what -> {});
        reading.read(piece, pieces);
        unwrapped.add(pieces.received());
        if (pieces.received() > 0) {
            context.output(
                    Side.LEDGER,
                    Ledger.of(piece.origin())
                            .withReceived(pieces.received())
                            .withControl(pieces.control()));
        }
    }
}
