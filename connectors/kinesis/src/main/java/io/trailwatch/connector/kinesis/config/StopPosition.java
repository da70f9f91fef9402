package io.trailwatch.connector.kinesis.config;

/** Where a source ends. */
public enum StopPosition {
    /** It does not end. */
    NONE,
    /** At what was the latest record when the source was built. */
    LATEST,
    /** Before the first record that arrived at or after a given time. */
    AT_TIMESTAMP
}
