package io.trailwatch.core.detect.window;

import io.trailwatch.finding.Finding;
import java.util.List;

/** What comes of one feature: the next state, and what was found. */
public record Step<S>(S state, List<Finding> findings) {
    public Step {
        findings = List.copyOf(findings);
    }
}
