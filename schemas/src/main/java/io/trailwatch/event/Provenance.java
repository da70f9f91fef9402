package io.trailwatch.event;

import static java.util.Objects.requireNonNull;

/**
 * What the envelopes of an event say of where it comes from; a text is empty where they do not.
 *
 * @param account AWS account that owns the log: {@code owner} of a CloudWatch Logs subscription, or
 *     its system field {@code @aws.account}; {@code account} of EventBridge
 * @param region AWS Region, from {@code @aws.region} or EventBridge
 * @param logGroup log group in CloudWatch Logs
 * @param logStream log stream in CloudWatch Logs
 * @param timestamp time of the log event in CloudWatch Logs, milliseconds since 1970; 0 where it
 *     did not come from there
 */
public record Provenance(
        String account, String region, String logGroup, String logStream, long timestamp) {
    /** No envelope says anything. */
    public static final Provenance NONE = new Provenance("", "", "", "", 0);

    public Provenance {
        requireNonNull(account, "account");
        requireNonNull(region, "region");
        requireNonNull(logGroup, "logGroup");
        requireNonNull(logStream, "logStream");
    }
}
