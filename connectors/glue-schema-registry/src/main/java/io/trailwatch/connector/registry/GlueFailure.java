package io.trailwatch.connector.registry;

import io.trailwatch.connector.registry.SchemaRegistryException.Kind;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.glue.model.ConcurrentModificationException;
import software.amazon.awssdk.services.glue.model.OperationTimeoutException;

/** Sorts what the SDK throws. */
final class GlueFailure {
    private static final int TOO_MANY_REQUESTS = 429;

    private GlueFailure() {}

    static SchemaRegistryException of(String operation, SdkException failure) {
        if (failure instanceof AwsServiceException service) {
            String code =
                    service.awsErrorDetails() == null
                            ? "unnamed error"
                            : service.awsErrorDetails().errorCode();
            return new SchemaRegistryException(
                    isWorthRepeating(service) ? Kind.UNAVAILABLE : Kind.REFUSED,
                    "%s answered %s (status %d)".formatted(operation, code, service.statusCode()),
                    failure);
        }
        // The client's own failures: no connection, no answer in time, no credentials just now.
        return new SchemaRegistryException(
                Kind.UNAVAILABLE,
                "%s failed: %s".formatted(operation, failure.getMessage()),
                failure);
    }

    private static boolean isWorthRepeating(AwsServiceException service) {
        return service.isThrottlingException()
                || service.statusCode() == TOO_MANY_REQUESTS
                || service.statusCode() >= 500
                || service instanceof OperationTimeoutException
                || service instanceof ConcurrentModificationException;
    }
}
