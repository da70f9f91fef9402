package io.trailwatch.core.detect.correlation;

import static java.util.Objects.requireNonNull;

import io.trailwatch.core.detect.window.Feature;
import io.trailwatch.finding.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event, or one finding of a lower correlation, that counts towards one group of a correlation.
 * It carries the definition, so that whoever counts it needs no rules, and a changed definition
 * counts apart from the old one.
 *
 * @param detectKey version of the definition and values of the group; see {@link GroupKey}
 * @param level of the correlation, from 1
 * @param definition of the correlation, compact JSON
 * @param timeMillis event time, milliseconds since 1970-01-01T00:00:00Z
 * @param eventKey as in {@code LogEvent.key()}, or the id of the lower finding
 * @param items what is counted besides the event itself: values of the field; for temporal types
 *     the places of the rules it matched
 * @param evidence keys of the events of a lower finding; empty for an event, which is its own
 * @param account AWS account; null where the log names none
 * @param firstMillis event time of the first event it stands for
 * @param lastMillis event time of the last event it stands for
 */
public record CorrelationHit(
        String detectKey,
        int level,
        String definition,
        long timeMillis,
        String eventKey,
        List<String> items,
        List<String> evidence,
        @Nullable String account,
        @Nullable String region,
        long firstMillis,
        long lastMillis)
        implements Feature {
    public CorrelationHit {
        requireNonNull(detectKey, "detectKey");
        requireNonNull(definition, "definition");
        requireNonNull(eventKey, "eventKey");
        requireNonNull(items, "items");
        requireNonNull(evidence, "evidence");
    }

    /** Keys of the events it stands for; at most {@link Finding#MAX_EVIDENCE}. */
    List<String> events() {
        return evidence.isEmpty() ? List.of(eventKey) : evidence;
    }
}
