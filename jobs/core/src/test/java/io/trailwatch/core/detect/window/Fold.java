package io.trailwatch.core.detect.window;

import io.trailwatch.finding.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a detector as the engine does: sorts, keeps a state per key, forgets what has expired. */
final class Fold<F extends Feature, S> {
    static final long T0 = Instant.parse("2026-11-20T08:00:00Z").toEpochMilli();
    static final long SECOND = 1_000;
    static final long MINUTE = 60 * SECOND;

    final Map<String, S> states = new HashMap<>();
    private final WindowDetector<F, S> detector;
    private final boolean forgets;

    Fold(WindowDetector<F, S> detector) {
        this(detector, true);
    }

    Fold(WindowDetector<F, S> detector, boolean forgets) {
        this.detector = detector;
        this.forgets = forgets;
    }

    List<Finding> send(List<F> features) {
        List<Finding> findings = new ArrayList<>();
        for (F feature : features.stream().sorted(Feature.ORDER).toList()) {
            if (forgets) {
                states.values().removeIf(s -> detector.expiresAt(s) < feature.timeMillis());
            }
            S before = states.getOrDefault(feature.detectKey(), detector.empty());
            Step<S> step = detector.advance(before, feature);
            states.put(feature.detectKey(), step.state());
            findings.addAll(step.findings());
        }
        return findings;
    }

    List<Finding> send(F feature) {
        return send(List.of(feature));
    }
}
