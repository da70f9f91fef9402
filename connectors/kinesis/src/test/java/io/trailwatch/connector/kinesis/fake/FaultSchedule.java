package io.trailwatch.connector.kinesis.fake;

/** Decides what happens to each call; asked once a call, in the order in which they are made. */
@FunctionalInterface
public interface FaultSchedule {
    /** Called by one thread at a time. */
    Fault on(Call call);

    /** All calls work. */
    static FaultSchedule none() {
        return call -> Fault.NONE;
    }
}
