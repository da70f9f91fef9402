package io.trailwatch.connector.kinesis.config;

/** How records come to the source. */
public enum ReaderType {
    /** GetRecords: five calls and 2 MB a second and shard, shared by all who poll the stream. */
    POLLING,
    /**
     * Enhanced fan-out: records are pushed, with 2 MB a second and shard for this consumer alone.
     */
    EFO
}
