package io.trailwatch.core.detect.correlation;

import io.trailwatch.finding.Finding;
import java.util.List;

/**
 * What a correlation found, and what comes of it.
 *
 * @param finding marked where its correlation is being tried
 * @param reported whether it is a finding of its own; else it only counts towards others
 * @param hits what it counts towards
 * @param passedOver groups that it does not count towards because there are too many
 */
public record CorrelationFinding(
        Finding finding, boolean reported, List<CorrelationHit> hits, long passedOver) {}
