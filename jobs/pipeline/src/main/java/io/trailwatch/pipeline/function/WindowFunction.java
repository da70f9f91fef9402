package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.window.Feature;
import io.trailwatch.core.detect.window.Step;
import io.trailwatch.core.detect.window.WindowDetector;
import io.trailwatch.finding.Finding;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a windowed detector with the features of one key in event-time order, ties in the order of
 * their event keys, so that its findings do not depend on the order of arrival.
 *
 * <p>In a stream without end, features wait in state until the watermark has passed them; one that
 * comes behind the watermark, or that is more than {@value #MAX_PENDING} for one key, is counted
 * and passed over. In a bounded run Flink delivers each key's features sorted by event time, so
 * that only those of one instant wait.
 */
public final class WindowFunction<F extends Feature, S>
        extends KeyedProcessFunction<String, F, Finding> {
    private static final long serialVersionUID = 1L;

    /** Features of one key that may wait for the watermark. */
    static final int MAX_PENDING = 100_000;

    /** How features reach this function. */
    public enum Arrival {
        /** In any order, behind a watermark. */
        BY_WATERMARK,
        /** Sorted by event time within each key, as Flink's batch mode delivers them. */
        SORTED
    }

    private final WindowDetector<F, S> detector;
    private final TypeInformation<F> featureType;
    private final TypeInformation<S> stateType;
    private final Arrival arrival;

    private transient @Nullable MapState<Long, List<F>> pending;
    private transient @Nullable ValueState<Integer> pendingCount;

    /** In a stream: how far features were folded; in a bounded run: the instant that waits. */
    private transient @Nullable ValueState<Long> openInstant;

    private transient @Nullable ValueState<S> window;
    private transient @Nullable Counter passedOver;

    public WindowFunction(
            WindowDetector<F, S> detector,
            TypeInformation<F> featureType,
            TypeInformation<S> stateType,
            Arrival arrival) {
        this.detector = detector;
        this.featureType = featureType;
        this.stateType = stateType;
        this.arrival = arrival;
    }

    @Override
    public void open(OpenContext context) {
        pending =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "pending", Types.LONG, Types.LIST(featureType)));
        pendingCount =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("pending-count", Types.INT));
        openInstant =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("open-instant", Types.LONG));
        window = getRuntimeContext().getState(new ValueStateDescriptor<>("window", stateType));
        passedOver =
                getRuntimeContext()
                        .getMetricGroup()
                        .addGroup("kinesisanalytics")
                        .counter("featuresPassedOver", new SimpleCounter());
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement(F feature, Context context, Collector<Finding> out)
            throws Exception {
        long instant = feature.timeMillis();
        if (arrival == Arrival.SORTED) {
            Long open = openInstant.value();
            if (open == null) {
                // Fires once, after the last feature of the key.
                context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
            } else if (instant > open) {
                advance(open, out);
            }
            openInstant.update(instant);
            keep(instant, feature);
            return;
        }
        Integer waiting = pendingCount.value();
        Long folded = openInstant.value();
        // A restored job has no watermark for a while, but its windows have moved on.
        if (instant <= context.timerService().currentWatermark()
                || (folded != null && instant <= folded)
                || (waiting != null && waiting >= MAX_PENDING)) {
            passedOver.inc();
            return;
        }
        keep(instant, feature);
        pendingCount.update(waiting == null ? 1 : waiting + 1);
        context.timerService().registerEventTimeTimer(instant);
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void onTimer(long timestamp, OnTimerContext context, Collector<Finding> out)
            throws Exception {
        if (arrival == Arrival.SORTED) {
            advance(openInstant.value(), out);
            openInstant.clear();
            window.clear();
            return;
        }
        advance(timestamp, out);
        S state = window.value();
        if (state == null) {
            return;
        }
        long expiry = detector.expiresAt(state);
        if (expiry <= timestamp) {
            window.clear();
            openInstant.clear();
        } else {
            openInstant.update(timestamp);
            context.timerService().registerEventTimeTimer(expiry);
        }
    }

    @SuppressWarnings("NullAway") // open() ran before
    private void keep(long instant, F feature) throws Exception {
        List<F> ofInstant = pending.get(instant);
        if (ofInstant == null) {
            ofInstant = new ArrayList<>(1);
        }
        ofInstant.add(feature);
        pending.put(instant, ofInstant);
    }

    /** Folds the features of one instant into the window. */
    @SuppressWarnings("NullAway") // open() ran before
    private void advance(long instant, Collector<Finding> out) throws Exception {
        List<F> ofInstant = pending.get(instant);
        if (ofInstant == null) {
            return;
        }
        pending.remove(instant);
        Integer waiting = pendingCount.value();
        if (waiting != null) {
            int left = waiting - ofInstant.size();
            if (left == 0) {
                pendingCount.clear();
            } else {
                pendingCount.update(left);
            }
        }
        List<F> ordered = new ArrayList<>(ofInstant);
        ordered.sort(Feature.ORDER);
        S state = window.value();
        if (state == null) {
            state = detector.empty();
        }
        for (F feature : ordered) {
            Step<S> step = detector.advance(state, feature);
            state = step.state();
            step.findings().forEach(out::collect);
        }
        window.update(state);
    }
}
