package io.trailwatch.pipeline.function;

/**
 * How far a key of a correlation has come; there as long as anything is kept for it.
 *
 * @param waiting hits that wait to be counted
 * @param wakeAt event time of the timer that will settle its window; {@code Long.MIN_VALUE} when
 *     there is none
 * @param instant in a stream without end: event time up to which hits have been counted; in a
 *     bounded run: event time of the hits that wait
 */
public record KeyProgress(int waiting, long wakeAt, long instant) {
    static final long NONE = Long.MIN_VALUE;
    static final KeyProgress NEW = new KeyProgress(0, NONE, NONE);

    KeyProgress withWaiting(int count) {
        return new KeyProgress(count, wakeAt, instant);
    }

    KeyProgress withWakeAt(long time) {
        return new KeyProgress(waiting, time, instant);
    }

    KeyProgress withInstant(long time) {
        return new KeyProgress(waiting, wakeAt, time);
    }
}
