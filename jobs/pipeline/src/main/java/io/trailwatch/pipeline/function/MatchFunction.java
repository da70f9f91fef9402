package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.correlation.CorrelationHit;
import io.trailwatch.core.detect.correlation.CorrelationHits;
import io.trailwatch.core.detect.rule.RuleFindings;
import io.trailwatch.core.detect.rule.RuleMatcher;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.event.LogEvent;
import io.trailwatch.finding.Finding;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Matches every event with the rules it came with; the event goes on unchanged, findings leave by
 * {@link Side#FINDINGS}, and what correlations count of it by {@link Side#HITS}.
 */
public final class MatchFunction extends ProcessFunction<EnrichedEvent, EnrichedEvent> {
    private static final long serialVersionUID = 1L;

    private transient @Nullable RuleMatcher matcher;
    private transient @Nullable CorrelationHits hits;
    private transient @Nullable Counter passedOver;

    @Override
    public void open(OpenContext context) {
        passedOver =
                getRuntimeContext()
                        .getMetricGroup()
                        .addGroup("kinesisanalytics")
                        .counter("correlationValuesPassedOver");
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement(EnrichedEvent event, Context context, Collector<EnrichedEvent> out) {
        RuleSet rules = event.rules();
        List<Finding> matches;
        CorrelationHits.Emitted counted;
        try {
            matches =
                    RuleFindings.of(
                            rules.collection(),
                            matcher(rules).match(event.decoded(), event.source()),
                            event.decoded());
            counted = hits(rules).of(event.decoded(), event.source(), matches);
        } catch (RuntimeException e) {
            // One event must not stop all: its bytes are kept, and the job goes on.
            LogEvent logEvent = event.decoded().event();
            context.output(
                    Side.QUARANTINE,
                    Quarantined.of(
                            logEvent, "match", RejectReason.DECODER_BUG, "matching failed: " + e));
            return;
        }
        for (Finding match : matches) {
            if (rules.collection().reports(match.ruleId())) {
                context.output(Side.FINDINGS, match);
            }
        }
        for (CorrelationHit hit : counted.hits()) {
            context.output(Side.HITS, hit);
        }
        passedOver.inc(counted.passedOver());
        out.collect(event);
    }

    /** Made once for each set of rules: it uses its room again. */
    private RuleMatcher matcher(RuleSet inForce) {
        RuleMatcher known = matcher;
        if (known == null || known.rules() != inForce) {
            known = new RuleMatcher(inForce);
            matcher = known;
        }
        return known;
    }

    /** Made once for each collection of rules. */
    private CorrelationHits hits(RuleSet inForce) {
        CorrelationHits known = hits;
        if (known == null || known.rules() != inForce.collection()) {
            known = new CorrelationHits(inForce.collection());
            hits = known;
        }
        return known;
    }
}
