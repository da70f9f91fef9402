package io.trailwatch.connector.kinesis.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

class KinesisFailureTest {
    @Test
    void saysWhatAFailedCallMeansAlsoWithinAFuturesWrapping() {
        assertSorted(ExpiredIteratorException.builder(), 400, KinesisFailure.EXPIRED);
        assertSorted(ResourceNotFoundException.builder(), 400, KinesisFailure.GONE);
        assertSorted(ResourceInUseException.builder(), 400, KinesisFailure.TRANSIENT);
        assertSorted(
                ProvisionedThroughputExceededException.builder(), 400, KinesisFailure.THROTTLED);
        assertSorted(KinesisException.builder(), 500, KinesisFailure.TRANSIENT);
        assertSorted(KinesisException.builder(), 403, KinesisFailure.FATAL);
        assertThat(KinesisFailure.of(SdkClientException.create("reset")))
                .isEqualTo(KinesisFailure.TRANSIENT);
        assertThat(KinesisFailure.of(AbortedException.create("stopped")))
                .isEqualTo(KinesisFailure.FATAL);
        assertThat(KinesisFailure.of(new IllegalStateException("ours")))
                .isEqualTo(KinesisFailure.FATAL);
    }

    @Test
    void aStartThatOurClockPutsIntoTheFutureIsTriedAgain() {
        assertSorted(
                InvalidArgumentException.builder()
                        .message(
                                "The timestampInMillis parameter cannot be greater than the"
                                        + " currentTimestampInMillis. timestampInMillis: 2,"
                                        + " currentTimestampInMillis: 1"),
                400,
                KinesisFailure.TRANSIENT);
        assertSorted(
                InvalidArgumentException.builder().message("Invalid sequence number"),
                400,
                KinesisFailure.FATAL);
    }

    private static void assertSorted(
            AwsServiceException.Builder builder, int status, KinesisFailure expected) {
        AwsServiceException failure = builder.statusCode(status).build();

        assertThat(KinesisFailure.of(failure)).isEqualTo(expected);
        assertThat(KinesisFailure.of(new CompletionException(failure))).isEqualTo(expected);
    }
}
