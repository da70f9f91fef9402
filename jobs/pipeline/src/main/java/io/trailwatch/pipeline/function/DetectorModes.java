package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.finding.Finding;
import org.apache.flink.util.Collector;

/** What settings say of findings whose detector knows no rules. */
final class DetectorModes {
    private DetectorModes() {}

    /** Passes a finding on as its mode says. */
    static void apply(RuleCollection rules, Finding finding, Collector<Finding> out) {
        Mode mode = rules.mode(finding.ruleId(), finding.account(), finding.time());
        if (mode != Mode.DISABLED) {
            out.collect(mode == Mode.DRY_RUN ? finding.asDryRun() : finding);
        }
    }
}
