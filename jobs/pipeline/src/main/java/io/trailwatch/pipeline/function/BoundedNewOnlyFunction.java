package io.trailwatch.pipeline.function;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Of a bounded input lets those pass whose key the lake does not hold yet, one per key; all others
 * leave by {@code repeated}. Values of one key are equal. The second input carries the keys the
 * lake holds.
 */
public final class BoundedNewOnlyFunction<T> extends KeyedCoProcessFunction<String, T, String, T> {
    private static final long serialVersionUID = 1L;

    private final TypeInformation<T> type;
    private final OutputTag<T> repeated;
    private transient @Nullable ValueState<T> value;
    private transient @Nullable ValueState<Boolean> stored;

    public BoundedNewOnlyFunction(TypeInformation<T> type, OutputTag<T> repeated) {
        this.type = type;
        this.repeated = repeated;
    }

    @Override
    public void open(OpenContext context) {
        value = getRuntimeContext().getState(new ValueStateDescriptor<>("value", type));
        stored = getRuntimeContext().getState(new ValueStateDescriptor<>("stored", Types.BOOLEAN));
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement1(T element, Context context, Collector<T> out) throws Exception {
        if (value.value() == null) {
            value.update(element);
            context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
        } else {
            context.output(repeated, element);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement2(String storedKey, Context context, Collector<T> out)
            throws Exception {
        stored.update(true);
        context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void onTimer(long timestamp, OnTimerContext context, Collector<T> out) throws Exception {
        T element = value.value();
        if (element != null && stored.value() == null) {
            out.collect(element);
        } else if (element != null) {
            context.output(repeated, element);
        }
        value.clear();
        stored.clear();
    }
}
