package io.trailwatch.pipeline.function;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Lets the first value of each key pass, in a stream without end; the key is forgotten after {@code
 * ttl}.
 */
public final class NewOnlyFunction<T> extends KeyedProcessFunction<String, T, T> {
    private static final long serialVersionUID = 1L;

    private final Duration ttl;
    private transient @Nullable ValueState<Boolean> seen;

    public NewOnlyFunction(Duration ttl) {
        this.ttl = ttl;
    }

    @Override
    public void open(OpenContext context) {
        seen = getRuntimeContext().getState(SeenState.descriptor(ttl));
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement(T value, Context context, Collector<T> out) throws Exception {
        if (seen.value() == null) {
            seen.update(true);
            out.collect(value);
        }
    }
}
