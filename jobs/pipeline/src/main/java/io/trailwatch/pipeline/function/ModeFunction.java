package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.finding.Finding;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Drops findings of windowed detectors that are disabled, and sets those apart that are being
 * tried.
 */
public final class ModeFunction implements FlatMapFunction<Finding, Finding> {
    private static final long serialVersionUID = 1L;

    private final RuleCollection rules;

    /** With the settings beside these rules. */
    public ModeFunction(RuleCollection rules) {
        this.rules = rules;
    }

    @Override
    public void flatMap(Finding finding, Collector<Finding> out) {
        rules.decided(finding).ifPresent(out::collect);
    }
}
