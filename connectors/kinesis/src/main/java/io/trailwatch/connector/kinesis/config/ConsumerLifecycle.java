package io.trailwatch.connector.kinesis.config;

/** Who makes the consumer of enhanced fan-out. */
public enum ConsumerLifecycle {
    /** It exists, made by whoever owns the stream; without it the job does not start. */
    SELF_MANAGED,
    /**
     * The job registers it when it does not exist, and removes it only when a bounded read has come
     * to its end. A cancelled or failed job leaves it behind, since it may come back.
     */
    JOB_MANAGED
}
