package io.trailwatch.core.detect.correlation;

import static java.util.Objects.requireNonNull;

import io.trailwatch.core.detect.window.Feature;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a {@link CorrelationHit} in the state of its key.
 *
 * @param previous for temporal_ordered, beside each of {@code items}: number of the hit that was
 *     the step before, its own for the first step, -1 where there was none; else empty
 */
public record KeptHit(
        long timeMillis,
        String eventKey,
        List<String> items,
        List<String> evidence,
        @Nullable String account,
        @Nullable String region,
        long firstMillis,
        long lastMillis,
        List<Long> previous) {
    /** The order in which hits count: that of {@link Feature#ORDER}. */
    public static final Comparator<KeptHit> ORDER =
            Comparator.comparingLong(KeptHit::timeMillis).thenComparing(KeptHit::eventKey);

    public KeptHit {
        requireNonNull(eventKey, "eventKey");
        requireNonNull(items, "items");
        requireNonNull(evidence, "evidence");
        requireNonNull(previous, "previous");
    }

    public static KeptHit of(CorrelationHit hit) {
        return new KeptHit(
                hit.timeMillis(),
                hit.eventKey(),
                hit.items(),
                hit.evidence(),
                hit.account(),
                hit.region(),
                hit.firstMillis(),
                hit.lastMillis(),
                List.of());
    }

    KeptHit after(List<Long> steps) {
        return new KeptHit(
                timeMillis,
                eventKey,
                items,
                evidence,
                account,
                region,
                firstMillis,
                lastMillis,
                steps);
    }

    /** Keys of the events it stands for. */
    List<String> events() {
        return evidence.isEmpty() ? List.of(eventKey) : evidence;
    }
}
