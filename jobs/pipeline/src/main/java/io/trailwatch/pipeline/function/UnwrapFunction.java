package io.trailwatch.pipeline.function;

import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
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
    private final LongCounter unwrapped = new LongCounter();
    private transient @Nullable Map<String, Counter> controls;
    private transient @Nullable Unwrapper unwrapper;

    public UnwrapFunction(UnwrapSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        unwrapper = new Unwrapper(settings);
        controls = new HashMap<>();
        getRuntimeContext().addAccumulator(RunCounters.UNWRAPPED, unwrapped);
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
