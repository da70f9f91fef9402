package io.trailwatch.connector.registry;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.GlueClientBuilder;

/**
 * How to reach Glue.
 *
 * @param region AWS region
 * @param endpoint endpoint that replaces the region's own; null for AWS
 */
public record GlueConnection(String region, @Nullable URI endpoint) implements Serializable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    // Answers hold one definition of at most 170 kB; without a limit a dead peer would hold a job.
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    // A peer that sends a byte now and then never meets the timeout above.
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    public GlueConnection {
        requireNonNull(region, "region");
    }

    /** AWS itself. */
    public static GlueConnection aws(String region) {
        return new GlueConnection(region, null);
    }

    /**
     * A new client with the SDK's default credentials; with made-up ones where the endpoint is an
     * emulator, so that it works without any and none that are real go over a plain connection.
     */
    public GlueClient open() {
        return open(
                isEmulator()
                        ? StaticCredentialsProvider.create(
                                AwsBasicCredentials.create("emulator", "emulator"))
                        : DefaultCredentialsProvider.builder().build());
    }

    private boolean isEmulator() {
        return endpoint != null
                && "http".equals(endpoint.getScheme())
                && LOOPBACK.contains(String.valueOf(endpoint.getHost()));
    }

    /** A new client that does not retry by itself: callers pace, count and bound their retries. */
    public GlueClient open(AwsCredentialsProvider credentials) {
        GlueClientBuilder builder =
                GlueClient.builder()
                        .region(Region.of(region))
                        .credentialsProvider(credentials)
                        .overrideConfiguration(
                                configuration ->
                                        configuration
                                                .retryStrategy(AwsRetryStrategy.doNotRetry())
                                                .apiCallTimeout(CALL_TIMEOUT))
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
