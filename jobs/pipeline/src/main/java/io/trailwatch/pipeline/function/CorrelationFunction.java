package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.correlation.Correlation;
import io.trailwatch.core.detect.correlation.CorrelationFinding;
import io.trailwatch.core.detect.correlation.CorrelationFold;
import io.trailwatch.core.detect.correlation.CorrelationHit;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.correlation.KeptHit;
import io.trailwatch.finding.Finding;
import io.trailwatch.pipeline.function.WindowFunction.Arrival;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Counts the hits of the correlations of one level, in event-time order, ties in the order of their
 * event keys, so that the findings do not depend on the order of arrival. Hits of higher
 * correlations leave by {@link Side#HITS}.
 *
 * <p>In a stream without end, hits wait in state until the watermark has passed them; one that
 * comes behind it is counted and passed over. In a bounded run Flink delivers each key's hits
 * sorted by event time, so that only those of one instant wait.
 */
public final class CorrelationFunction extends KeyedProcessFunction<String, CorrelationHit, Finding>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    /** Definitions that are kept parsed; more are in force only while rules are exchanged. */
    private static final int MAX_PARSED = 10_000;

    private final CorrelationLimits limits;
    private final Arrival arrival;

    private transient @Nullable OpenKeys openKeys;
    private transient @Nullable ValueState<KeyProgress> progress;
    private transient @Nullable ValueState<String> definition;
    private transient @Nullable PendingHits pending;
    private transient @Nullable CorrelationKeyedState window;
    private transient @Nullable Map<String, Correlation> parsed;
    private transient @Nullable Counter late;
    private transient @Nullable Counter hitsPassedOver;
    private transient @Nullable Counter keysRefused;
    private transient @Nullable Counter valuesPassedOver;

    public CorrelationFunction(CorrelationLimits limits, Arrival arrival) {
        this.limits = limits;
        this.arrival = arrival;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        openKeys = new OpenKeys(limits.keysPerTask());
        openKeys.restore(context.getOperatorStateStore(), getRuntimeContext().getTaskInfo());
    }

    @Override
    @SuppressWarnings("NullAway") // initializeState() ran before
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        openKeys.store();
    }

    @Override
    @SuppressWarnings("NullAway") // initializeState() ran before
    public void open(OpenContext context) {
        progress =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "progress", TypeInformation.of(KeyProgress.class)));
        definition =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("definition", Types.STRING));
        pending = new PendingHits(getRuntimeContext());
        window = new CorrelationKeyedState(getRuntimeContext());
        parsed = new HashMap<>();
        MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup("kinesisanalytics");
        late = metrics.counter("correlationHitsLate");
        hitsPassedOver = metrics.counter("correlationHitsPassedOver");
        keysRefused = metrics.counter("correlationHitsOfRefusedKeys");
        valuesPassedOver = metrics.counter("correlationValuesPassedOver");
        OpenKeys keys = openKeys;
        metrics.gauge("correlationOpenKeys", (Gauge<Long>) keys::count);
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement(CorrelationHit hit, Context context, Collector<Finding> out)
            throws Exception {
        long instant = hit.timeMillis();
        if (arrival == Arrival.BY_WATERMARK
                && instant <= context.timerService().currentWatermark()) {
            late.inc();
            return;
        }
        KeyProgress known = progress.value();
        if (known != null && arrival == Arrival.BY_WATERMARK && instant <= known.instant()) {
            // A restored job has no watermark for a while, but its windows have moved on.
            late.inc();
            return;
        }
        if (known == null) {
            if (!openKeys.open(context.getCurrentKey())) {
                keysRefused.inc();
                return;
            }
            // The parsed text rather than the hit's own: on the heap all keys share one.
            definition.update(parse(hit).text());
            known = KeyProgress.NEW;
        }
        if (arrival == Arrival.SORTED) {
            if (known.instant() == KeyProgress.NONE) {
                // Fires once, after the last hit of the key.
                context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
            } else if (instant > known.instant()) {
                count(known.instant(), known.instant(), context, out);
                known = known.withWaiting(0);
            }
            known = known.withInstant(instant);
        }
        if (known.waiting() >= limits.hitsPerKey()) {
            hitsPassedOver.inc();
            progress.update(known);
            return;
        }
        boolean first = pending.add(KeptHit.of(hit));
        if (first && arrival == Arrival.BY_WATERMARK) {
            context.timerService().registerEventTimeTimer(instant);
        }
        progress.update(known.withWaiting(known.waiting() + 1));
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void onTimer(long timestamp, OnTimerContext context, Collector<Finding> out)
            throws Exception {
        KeyProgress known = progress.value();
        long instant = arrival == Arrival.SORTED ? known.instant() : timestamp;
        Counted counted = count(instant, timestamp, context, out);
        int waiting = known.waiting() - counted.hits();
        if (counted.due().isEmpty() && waiting == 0) {
            progress.clear();
            definition.clear();
            openKeys.close(context.getCurrentKey());
            return;
        }
        KeyProgress next = known.withWaiting(waiting).withInstant(timestamp);
        if (counted.due().isPresent() && next.wakeAt() <= timestamp) {
            // One timer at a time: it finds out itself whether the window has moved on.
            long due = counted.due().getAsLong();
            context.timerService().registerEventTimeTimer(due);
            next = next.withWakeAt(due);
        }
        progress.update(next);
    }

    /**
     * What was done.
     *
     * @param due when the window must be settled again
     */
    private record Counted(int hits, OptionalLong due) {}

    /** Counts the hits of an instant, and settles what is over. */
    @SuppressWarnings("NullAway") // open() ran before
    private Counted count(long instant, long settled, Context context, Collector<Finding> out)
            throws Exception {
        CorrelationFold fold =
                new CorrelationFold(
                        correlation(context.getCurrentKey()),
                        context.getCurrentKey(),
                        limits,
                        window,
                        new Outputs(context, out));
        int hits = 0;
        for (KeptHit hit : pending.take(instant)) {
            fold.take(hit);
            hits++;
        }
        fold.settle(settled);
        return new Counted(hits, fold.close());
    }

    @SuppressWarnings("NullAway") // open() ran before
    private Correlation correlation(String detectKey) throws Exception {
        Correlation known = parsed.get(Correlation.versionOf(detectKey));
        return known != null ? known : remember(Correlation.parse(definition.value()));
    }

    @SuppressWarnings("NullAway") // open() ran before
    private Correlation parse(CorrelationHit hit) {
        Correlation known = parsed.get(Correlation.versionOf(hit.detectKey()));
        return known != null ? known : remember(Correlation.parse(hit.definition()));
    }

    @SuppressWarnings("NullAway") // open() ran before
    private Correlation remember(Correlation correlation) {
        if (parsed.size() >= MAX_PARSED) {
            parsed.clear();
        }
        parsed.put(correlation.version(), correlation);
        return correlation;
    }

    /** Hits that came behind the watermark since this task began. */
    @SuppressWarnings("NullAway") // open() ran before
    long lateHits() {
        return late.getCount();
    }

    /** Hits not counted, or no longer, because there were too many for their key. */
    @SuppressWarnings("NullAway") // open() ran before
    long hitsPassedOver() {
        return hitsPassedOver.getCount();
    }

    /** Hits not counted because there were too many keys. */
    @SuppressWarnings("NullAway") // open() ran before
    long refusedKeys() {
        return keysRefused.getCount();
    }

    private final class Outputs implements CorrelationFold.Output {
        private final Context context;
        private final Collector<Finding> out;

        Outputs(Context context, Collector<Finding> out) {
            this.context = context;
            this.out = out;
        }

        @Override
        @SuppressWarnings("NullAway") // open() ran before
        public void found(CorrelationFinding found) {
            if (found.reported()) {
                out.collect(found.finding());
            }
            found.hits().forEach(hit -> context.output(Side.HITS, hit));
            valuesPassedOver.inc(found.passedOver());
        }

        @Override
        @SuppressWarnings("NullAway") // open() ran before
        public void passedOver() {
            hitsPassedOver.inc();
        }
    }
}
