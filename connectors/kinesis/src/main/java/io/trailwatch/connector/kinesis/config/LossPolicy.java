package io.trailwatch.connector.kinesis.config;

/** What to do when the stream no longer holds records that were not read. */
public enum LossPolicy {
    /** Tell it, then fail the job until someone decides. */
    FAIL,
    /** Tell it, count it, and read on with what is left. */
    CONTINUE
}
