package io.trailwatch.core.detect.correlation;

import io.trailwatch.core.detect.window.Feature;

/**
 * One event, or one finding of another correlation, that counts towards a correlation.
 *
 * @param detectKey correlation, version of its definition, and values of its group
 * @param timeMillis event time, milliseconds since 1970-01-01T00:00:00Z
 * @param eventKey as in {@code LogEvent.key()}
 */
public record CorrelationHit(String detectKey, long timeMillis, String eventKey)
        implements Feature {}
