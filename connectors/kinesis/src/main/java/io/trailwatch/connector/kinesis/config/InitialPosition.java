package io.trailwatch.connector.kinesis.config;

/** Where a source begins when it has no state to continue from. */
public enum InitialPosition {
    /** The oldest record the stream still holds. */
    TRIM_HORIZON,
    /** Records that arrive after the source was built. */
    LATEST,
    /** The first record that arrived at or after a given time. */
    AT_TIMESTAMP
}
