package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.event.LogEvent;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Of several equal events of a bounded input keeps the one whose origin comes first, whatever order
 * they are read in; marks it when the lake already holds the key. The second input carries the keys
 * the lake holds. Flink groups a bounded input by key, so that state holds one key at a time and
 * the timer fires when its last event was seen.
 */
public final class BoundedDedupeFunction
        extends KeyedCoProcessFunction<EventIdentity, LogEvent, EventIdentity, RuledEvent> {
    private static final long serialVersionUID = 1L;

    private final RuleSet rules;
    private transient @Nullable ValueState<LogEvent> first;
    private transient @Nullable ValueState<Boolean> stored;

    public BoundedDedupeFunction(RuleSet rules) {
        this.rules = rules;
    }

    @Override
    public void open(OpenContext context) {
        first =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("first", LogEventType.INSTANCE));
        stored = getRuntimeContext().getState(new ValueStateDescriptor<>("stored", Types.BOOLEAN));
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement1(LogEvent event, Context context, Collector<RuledEvent> out)
            throws Exception {
        LogEvent held = first.value();
        if (held == null) {
            first.update(event);
            context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
            return;
        }
        boolean earlier = event.origin().compareTo(held.origin()) < 0;
        LogEvent repeated = earlier ? held : event;
        context.output(Side.LEDGER, Ledger.of(repeated.origin()).withDeduplicated(1));
        if (earlier) {
            first.update(event);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement2(EventIdentity storedKey, Context context, Collector<RuledEvent> out)
            throws Exception {
        stored.update(true);
        context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void onTimer(long timestamp, OnTimerContext context, Collector<RuledEvent> out)
            throws Exception {
        LogEvent event = first.value();
        if (event != null) {
            out.collect(new RuledEvent(stored.value() == null ? event : event.asStored(), rules));
        }
        first.clear();
        stored.clear();
    }
}
