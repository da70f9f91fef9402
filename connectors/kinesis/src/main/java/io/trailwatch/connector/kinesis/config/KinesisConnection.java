package io.trailwatch.connector.kinesis.config;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
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
    // Silence on the wire: a full batch of 10 MB over a slow link never falls silent so long, and a
    // subscription brings an event, if an empty one, every few seconds.
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
    // One call or subscription a shard at a time: as many shards as a subtask may ever have.
    private static final int MAX_CONCURRENCY = 1_000;

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

    /** The same for calls that do not block, and for enhanced fan-out. */
    public KinesisAsyncClient openAsync() {
        var builder =
                KinesisAsyncClient.builder()
                        .region(Region.of(region))
                        .credentialsProvider(credentials.provider())
                        .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()))
                        .httpClientBuilder(
                                NettyNioAsyncHttpClient.builder()
                                        .protocol(speaksHttp2() ? Protocol.HTTP2 : Protocol.HTTP1_1)
                                        .connectionTimeout(CONNECT_TIMEOUT)
                                        .readTimeout(READ_TIMEOUT)
                                        .maxConcurrency(MAX_CONCURRENCY)
                                        .maxPendingConnectionAcquires(MAX_CONCURRENCY));
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.build();
    }

    /** AWS pushes records over HTTP/2 only; the emulators know HTTP/1.1 only. */
    private boolean speaksHttp2() {
        return credentials != AwsCredentials.EMULATOR
                && (endpoint == null || "https".equals(endpoint.getScheme()));
    }
}
