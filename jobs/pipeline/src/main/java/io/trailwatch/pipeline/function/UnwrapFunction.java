package io.trailwatch.pipeline.function;

import io.trailwatch.core.decode.SchemaResolver;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.pipeline.registry.RegistrySettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Raw record to log events. Counts every piece it makes in the ledger, and messages that carry no
 * log by their name, as metric {@code control.<name>}.
 */
public final class UnwrapFunction extends ProcessFunction<RawRecord, LogEvent> {
    private static final long serialVersionUID = 1L;

    private final UnwrapSettings settings;
    private final @Nullable RegistrySettings registry;
    private final LongCounter unwrapped = new LongCounter();
    private transient @Nullable SchemaResolver schemas;
    private transient @Nullable Map<String, Counter> controls;
    private transient @Nullable Unwrapper unwrapper;

    /**
     * @param registry of the schemas of records that name one; null to read no such records
     */
    public UnwrapFunction(UnwrapSettings settings, @Nullable RegistrySettings registry) {
        this.settings = settings;
        this.registry = registry;
    }

    @Override
    public void open(OpenContext context) {
        schemas =
                RegistrySettings.open(
                        registry, settings.limits(), getRuntimeContext().getMetricGroup());
        unwrapper = new Unwrapper(settings, schemas);
        controls = new HashMap<>();
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
    public void processElement(RawRecord raw, Context context, Collector<LogEvent> out) {
        CountedPieces<RawRecord> pieces = new CountedPieces<>(context, out, this::countControl);
        unwrapper.unwrap(raw, pieces);
        unwrapped.add(pieces.received());
        if (pieces.received() > 0) {
            context.output(
                    Side.LEDGER,
                    Ledger.of(Origin.of(raw, 0))
                            .withReceived(pieces.received())
                            .withControl(pieces.control())
                            .withLost(raw.lossNotice() ? 1 : 0));
        }
    }

    @SuppressWarnings("NullAway") // open() ran before
    private void countControl(String what) {
        controls.computeIfAbsent(
                        what,
                        name ->
                                getRuntimeContext()
                                        .getMetricGroup()
                                        .addGroup("kinesisanalytics")
                                        .counter("control." + name))
                .inc();
    }
}
