package io.trailwatch.connector.kinesis.enumerator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a call that is made again and again is due: one at a time, later after a failure. Has no
 * clock; not safe for use by several threads.
 */
final class CallPace {
    private Instant due;
    private boolean underWay;
    private @Nullable Instant wantedMeanwhile;
    private int failures;

    CallPace(Instant firstDue) {
        this.due = firstDue;
    }

    boolean isDue(Instant now) {
        return !underWay && !due.isAfter(now);
    }

    void begun() {
        underWay = true;
        wantedMeanwhile = null;
    }

    /** Makes the call due at this time at the latest; once more if it is under way. */
    void wantBy(Instant time) {
        if (underWay) {
            wantedMeanwhile = time;
        } else if (time.isBefore(due)) {
            due = time;
        }
    }

    void succeeded(Instant next) {
        underWay = false;
        failures = 0;
        due = wantedMeanwhile != null && wantedMeanwhile.isBefore(next) ? wantedMeanwhile : next;
    }

    /** Failures in a row, this one included. */
    int failed() {
        underWay = false;
        return ++failures;
    }

    void retryAt(Instant time) {
        due = time;
    }
}
