package io.trailwatch.pipeline.function;

import io.trailwatch.pipeline.rules.LinkedRules;
import io.trailwatch.pipeline.rules.RuleReload;
import io.trailwatch.pipeline.rules.RuleUpdate;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * The rules that one subtask follows: those of the job's start, those of the snapshot after a
 * restore, and from then on those of the latest update.
 */
final class RulesInForce {
    private final RuleReload reload;
    private LinkedRules linked;

    private RulesInForce(RuleReload reload, RuleUpdate first) {
        this.reload = reload;
        this.linked = LinkedRules.link(reload.pack(), first.texts());
    }

    /** For {@code initializeState}, before any element. */
    static RulesInForce restored(RuleReload reload, FunctionInitializationContext context)
            throws Exception {
        BroadcastState<String, RuleUpdate> state =
                context.getOperatorStateStore().getBroadcastState(RuleUpdate.STATE);
        RuleUpdate restored = state.get(RuleUpdate.KEY);
        return new RulesInForce(reload, restored == null ? reload.start() : restored);
    }

    LinkedRules linked() {
        return linked;
    }

    /** Remembers an update; returns whether it changes the rules. */
    boolean update(RuleUpdate update, BroadcastState<String, RuleUpdate> state) throws Exception {
        state.put(RuleUpdate.KEY, update);
        if (update.version().equals(linked.version())) {
            return false;
        }
        linked = LinkedRules.link(reload.pack(), update.texts());
        return true;
    }

    /** The version in force as a number, equal in all subtasks but for a moment. */
    void register(MetricGroup metrics) {
        MetricGroup group = metrics.addGroup("kinesisanalytics");
        group.gauge("rulesVersion", () -> linked.versionNumber());
        group.gauge("rulesInForce", () -> linked.collection().rules().size());
    }
}
