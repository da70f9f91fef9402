package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.rule.RuleFindings;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.rule.SigmaRule;
import io.trailwatch.event.LogEvent;
import io.trailwatch.finding.Finding;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.util.ArrayList;
import java.util.List;
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
        List<Finding> findings = new ArrayList<>(0);
        try {
            for (SigmaRule rule : rules.match(event.decoded())) {
                findings.add(RuleFindings.finding(rule, event.decoded()));
            }
        } catch (RuntimeException e) {
            // One event must not stop all: its bytes are kept, and the job goes on.
            LogEvent logEvent = event.decoded().event();
            context.output(
                    Side.QUARANTINE,
                    Quarantined.of(
                            logEvent, "match", RejectReason.DECODER_BUG, "matching failed: " + e));
            return;
        }
        findings.forEach(finding -> context.output(Side.FINDINGS, finding));
        out.collect(event);
    }
}
