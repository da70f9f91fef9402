package io.trailwatch.cli.backtest;

import io.trailwatch.cli.backtest.Compared.Outcome;
import io.trailwatch.finding.Finding;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Findings made now (first input) beside those that are stored (second input), by id. Flink groups
 * a bounded input by key, so that state holds one finding at a time.
 */
final class CompareFunction extends KeyedCoProcessFunction<String, Finding, Finding, Compared> {
    private static final long serialVersionUID = 1L;

    private transient @Nullable ValueState<Finding> made;
    private transient @Nullable ValueState<Finding> stored;

    @Override
    public void open(OpenContext context) {
        TypeInformation<Finding> type = TypeInformation.of(Finding.class);
        made = getRuntimeContext().getState(new ValueStateDescriptor<>("made", type));
        stored = getRuntimeContext().getState(new ValueStateDescriptor<>("stored", type));
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement1(Finding finding, Context context, Collector<Compared> out)
            throws Exception {
        made.update(finding);
        context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement2(Finding finding, Context context, Collector<Compared> out)
            throws Exception {
        stored.update(finding);
        context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void onTimer(long timestamp, OnTimerContext context, Collector<Compared> out)
            throws Exception {
        Finding now = made.value();
        Finding before = stored.value();
        if (now != null) {
            out.collect(new Compared(now, before == null ? Outcome.NEW : Outcome.SAME));
        } else if (before != null) {
            out.collect(new Compared(before, Outcome.GONE));
        }
        made.clear();
        stored.clear();
    }
}
