package io.trailwatch.core.detect.window;

import java.util.Comparator;

/** The little that a detector keeps of an event; flat, so that it travels and rests cheaply. */
public interface Feature {
    /** Order in which a detector takes the features of one key. */
    Comparator<Feature> ORDER =
            Comparator.comparingLong(Feature::timeMillis).thenComparing(Feature::eventKey);

    /** What is counted together: a principal or an address. */
    String detectKey();

    /** Event time, milliseconds since 1970-01-01T00:00:00Z. */
    long timeMillis();

    /** Key of the log event, as in {@code LogEvent.key()}. */
    String eventKey();
}
