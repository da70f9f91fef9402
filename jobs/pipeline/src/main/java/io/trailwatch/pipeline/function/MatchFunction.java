package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.rule.RuleFindings;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.rule.SigmaRule;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Matches every event with the rules; the event goes on unchanged, findings leave by {@link
 * Side#FINDINGS}.
 */
public final class MatchFunction extends ProcessFunction<EnrichedEvent, EnrichedEvent> {
    private static final long serialVersionUID = 1L;

    private final RuleSet rules;

    public MatchFunction(RuleSet rules) {
        this.rules = rules;
    }

    @Override
    public void processElement(EnrichedEvent event, Context context, Collector<EnrichedEvent> out) {
        for (SigmaRule rule : rules.match(event.decoded())) {
            context.output(Side.FINDINGS, RuleFindings.finding(rule, event.decoded()));
        }
        out.collect(event);
    }
}
