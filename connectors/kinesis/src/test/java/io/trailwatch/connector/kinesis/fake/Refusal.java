package io.trailwatch.connector.kinesis.fake;

import io.trailwatch.connector.kinesis.fake.Call.Operation;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.InternalFailureException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/**
 * The service's refusals as the SDK throws them: all modelled errors of the API have status 400.
 */
final class Refusal {
    private Refusal() {}

    static RuntimeException throttled(Operation operation, String what) {
        String message = "Rate exceeded for " + what;
        return switch (operation) {
            case GET_RECORDS, GET_SHARD_ITERATOR ->
                    ProvisionedThroughputExceededException.builder()
                            .message(message)
                            .awsErrorDetails(
                                    details("ProvisionedThroughputExceededException", message))
                            .statusCode(400)
                            .build();
            default ->
                    LimitExceededException.builder()
                            .message(message)
                            .awsErrorDetails(details("LimitExceededException", message))
                            .statusCode(400)
                            .build();
        };
    }

    static RuntimeException internalFailure() {
        return KinesisException.builder()
                .message("Internal service error")
                .awsErrorDetails(details("InternalFailure", "Internal service error"))
                .statusCode(500)
                .build();
    }

    /** As an event of a subscription. */
    static RuntimeException internalFailureEvent() {
        return InternalFailureException.builder()
                .message("Internal Failure")
                .awsErrorDetails(details("InternalFailureException", "Internal Failure"))
                .statusCode(500)
                .build();
    }

    static RuntimeException unavailable() {
        return KinesisException.builder()
                .message("Service unavailable")
                .awsErrorDetails(details("ServiceUnavailable", "Service unavailable"))
                .statusCode(503)
                .build();
    }

    static RuntimeException connectionReset() {
        return SdkClientException.create("Unable to execute HTTP request: Connection reset");
    }

    static RuntimeException notFound(String message) {
        return ResourceNotFoundException.builder()
                .message(message)
                .awsErrorDetails(details("ResourceNotFoundException", message))
                .statusCode(400)
                .build();
    }

    static RuntimeException inUse(String message) {
        return ResourceInUseException.builder()
                .message(message)
                .awsErrorDetails(details("ResourceInUseException", message))
                .statusCode(400)
                .build();
    }

    static RuntimeException invalid(String message) {
        return InvalidArgumentException.builder()
                .message(message)
                .awsErrorDetails(details("InvalidArgumentException", message))
                .statusCode(400)
                .build();
    }

    static RuntimeException limitExceeded(String message) {
        return LimitExceededException.builder()
                .message(message)
                .awsErrorDetails(details("LimitExceededException", message))
                .statusCode(400)
                .build();
    }

    static RuntimeException expired(String message) {
        return ExpiredIteratorException.builder()
                .message(message)
                .awsErrorDetails(details("ExpiredIteratorException", message))
                .statusCode(400)
                .build();
    }

    private static AwsErrorDetails details(String code, String message) {
        return AwsErrorDetails.builder()
                .serviceName("Kinesis")
                .errorCode(code)
                .errorMessage(message)
                .build();
    }
}
