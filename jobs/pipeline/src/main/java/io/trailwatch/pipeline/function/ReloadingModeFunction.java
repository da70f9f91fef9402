package io.trailwatch.pipeline.function;

import io.trailwatch.finding.Finding;
import io.trailwatch.pipeline.rules.RuleReload;
import io.trailwatch.pipeline.rules.RuleUpdate;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** {@link ModeFunction} whose settings change while the job runs. */
public final class ReloadingModeFunction
        extends BroadcastProcessFunction<Finding, RuleUpdate, Finding>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private final RuleReload reload;
    private transient @Nullable RulesInForce inForce;

    public ReloadingModeFunction(RuleReload reload) {
        this.reload = reload;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        inForce = RulesInForce.restored(reload, context);
    }

    @Override
    @SuppressWarnings("NullAway") // initializeState() ran before
    public void processElement(Finding finding, ReadOnlyContext context, Collector<Finding> out) {
        inForce.linked().collection().decided(finding).ifPresent(out::collect);
    }

    @Override
    @SuppressWarnings("NullAway") // initializeState() ran before
    public void processBroadcastElement(RuleUpdate update, Context context, Collector<Finding> out)
            throws Exception {
        inForce.update(update, context.getBroadcastState(RuleUpdate.STATE));
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        // Broadcast state is written where it changes.
    }
}
