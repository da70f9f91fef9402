package io.trailwatch.connector.kinesis;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * How to reach Kinesis.
 *
 * @param region AWS region
 * @param endpoint endpoint that replaces the region's own; null for AWS
 * @param credentials where credentials come from
 */
public record KinesisConnection(String region, @Nullable URI endpoint, AwsCredentials credentials)
        implements Serializable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    // A full batch of 10 MB over a slow link; without a limit a dead peer would hold the reader.
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

    public KinesisConnection {
        requireNonNull(region, "region");
        requireNonNull(credentials, "credentials");
        if (credentials == AwsCredentials.EMULATOR && endpoint == null) {
            throw new IllegalArgumentException(
                    "credentials are EMULATOR but no endpoint is set: AWS would refuse them");
        }
    }

    /** AWS itself, with the SDK's default credentials. */
    public static KinesisConnection aws(String region) {
        return new KinesisConnection(region, null, AwsCredentials.AUTO);
    }

    /** An emulator on this machine, in region us-east-1. */
    public static KinesisConnection emulator(URI endpoint) {
        return new KinesisConnection("us-east-1", endpoint, AwsCredentials.EMULATOR);
    }

    /** A new client that does not retry by itself: callers pace, count and bound their retries. */
    public KinesisClient open() {
        var builder =
                KinesisClient.builder()
                        .region(Region.of(region))
                        .credentialsProvider(credentials.provider())
                        .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()))
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(CONNECT_TIMEOUT)
                                        .socketTimeout(READ_TIMEOUT));
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.build();
    }
}
