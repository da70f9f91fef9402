package io.trailwatch.connector.kinesis.kpl;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * One record as an application gave it to the producer library. Its tags are not kept: no writer is
 * known that sets them.
 *
 * @param partitionKey key by which the application spread its records; bytes that are not UTF-8
 *     read as U+FFFD, as in the KCL
 * @param explicitHashKey decimal number of 0 to 2^128-1 that stands in for the hash of the
 *     partition key; null when the application gave none
 * @param payload bytes of the application, a copy that nobody else holds; may be empty
 */
public record UserRecord(String partitionKey, @Nullable String explicitHashKey, byte[] payload) {
    public UserRecord {
        requireNonNull(partitionKey, "partitionKey");
        requireNonNull(payload, "payload");
    }
}
