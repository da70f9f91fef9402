package io.trailwatch.connector.kinesis.client;

import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.ExpiredNextTokenException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KmsThrottlingException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** What a failed call means for its caller. */
public enum KinesisFailure {
    /** Too fast, for us or for the key service: wait and repeat. */
    THROTTLED,
    /** The service, the network or a stream being changed: wait and repeat. */
    TRANSIENT,
    /** Iterators live five minutes, list tokens likewise: get a new one. */
    EXPIRED,
    /** The stream or shard does not exist. */
    GONE,
    /** Repeating will not help: no permission, wrong argument, thread stopped. */
    FATAL;

    /** Sorts the failure of a call; a future's wrapping is looked through. */
    public static KinesisFailure of(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof SdkException sdk ? ofSdk(sdk) : FATAL;
    }

    private static KinesisFailure ofSdk(SdkException failure) {
        if (failure instanceof ExpiredIteratorException
                || failure instanceof ExpiredNextTokenException) {
            return EXPIRED;
        }
        if (failure instanceof ResourceNotFoundException) {
            return GONE;
        }
        if (failure instanceof ProvisionedThroughputExceededException
                || failure instanceof LimitExceededException
                || failure instanceof KmsThrottlingException) {
            return THROTTLED;
        }
        if (failure instanceof InvalidArgumentException invalid && isAheadOfTheService(invalid)) {
            return TRANSIENT;
        }
        if (failure instanceof AwsServiceException service) {
            if (service.isThrottlingException()) {
                return THROTTLED;
            }
            return service.statusCode() >= 500 || service instanceof ResourceInUseException
                    ? TRANSIENT
                    : FATAL;
        }
        if (failure instanceof AbortedException) {
            return FATAL;
        }
        return failure instanceof SdkClientException ? TRANSIENT : FATAL;
    }

    /**
     * A start at the present time by a clock that is ahead of the service's. It passes: requests
     * signed by a clock that is more than five minutes ahead are refused altogether.
     */
    private static boolean isAheadOfTheService(InvalidArgumentException invalid) {
        String message = invalid.getMessage();
        return message != null
                && message.contains("cannot be greater than the currentTimestampInMillis");
    }

    public boolean isWorthRepeating() {
        return this == THROTTLED || this == TRANSIENT || this == EXPIRED;
    }
}
