package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.event.LogEvent;
import io.trailwatch.pipeline.rules.RuleReload;
import io.trailwatch.pipeline.rules.RuleUpdate;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * {@link DedupeFunction} whose rules change while the job runs: an event gets those of the latest
 * update. Rules are compiled once in each subtask, between two events.
 */
public final class ReloadingDedupeFunction
        extends KeyedBroadcastProcessFunction<EventIdentity, LogEvent, RuleUpdate, RuledEvent>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private final Duration ttl;
    private final RuleReload reload;
    private transient @Nullable ValueState<Boolean> seen;
    private transient @Nullable RulesInForce inForce;
    private transient @Nullable RuleSet rules;

    public ReloadingDedupeFunction(Duration ttl, RuleReload reload) {
        this.ttl = ttl;
        this.reload = reload;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        inForce = RulesInForce.restored(reload, context);
    }

    @Override
    @SuppressWarnings("NullAway") // initializeState() ran before
    public void open(OpenContext context) {
        seen = getRuntimeContext().getState(SeenState.descriptor(ttl));
        rules = RuleSet.compile(inForce.linked().collection());
        inForce.register(getRuntimeContext().getMetricGroup());
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement(LogEvent event, ReadOnlyContext context, Collector<RuledEvent> out)
            throws Exception {
        if (seen.value() == null) {
            out.collect(new RuledEvent(event, rules));
        } else {
            context.output(Side.LEDGER, Ledger.of(event.origin()).withDeduplicated(1));
        }
        seen.update(true);
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processBroadcastElement(
            RuleUpdate update, Context context, Collector<RuledEvent> out) throws Exception {
        if (inForce.update(update, context.getBroadcastState(RuleUpdate.STATE))) {
            rules = RuleSet.compile(inForce.linked().collection());
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        // Broadcast state is written where it changes.
    }
}
