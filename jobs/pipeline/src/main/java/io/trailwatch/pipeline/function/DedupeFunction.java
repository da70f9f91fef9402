package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.event.LogEvent;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Lets the first of several equal events pass, in a stream without end. A key is forgotten {@code
 * ttl} after it was last seen: CloudWatch Logs and EventBridge retry for 24 hours. The rules are
 * those of the start.
 */
public final class DedupeFunction
        extends KeyedProcessFunction<EventIdentity, LogEvent, RuledEvent> {
    private static final long serialVersionUID = 1L;

    private final Duration ttl;
    private final RuleSet rules;
    private transient @Nullable ValueState<Boolean> seen;

    public DedupeFunction(Duration ttl, RuleSet rules) {
        this.ttl = ttl;
        this.rules = rules;
    }

    @Override
    public void open(OpenContext context) {
        seen = getRuntimeContext().getState(SeenState.descriptor(ttl));
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement(LogEvent event, Context context, Collector<RuledEvent> out)
            throws Exception {
        if (seen.value() == null) {
            out.collect(new RuledEvent(event, rules));
        } else {
            context.output(Side.LEDGER, Ledger.of(event.origin()).withDeduplicated(1));
        }
        seen.update(true);
    }
}
