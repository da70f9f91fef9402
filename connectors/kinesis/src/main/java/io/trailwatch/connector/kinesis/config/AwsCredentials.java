package io.trailwatch.connector.kinesis.config;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Where credentials come from; secrets themselves are never part of the configuration. */
public enum AwsCredentials {
    /** The SDK's default chain: environment, profile, web identity, container, instance. */
    AUTO,
    /** {@code AWS_ACCESS_KEY_ID} and {@code AWS_SECRET_ACCESS_KEY} of the process. */
    ENV_VAR,
    /** The pair {@code test}/{@code test} that local emulators accept; needs an endpoint. */
    EMULATOR;

    AwsCredentialsProvider provider() {
        return switch (this) {
            case AUTO -> DefaultCredentialsProvider.builder().build();
            case ENV_VAR -> EnvironmentVariableCredentialsProvider.create();
            case EMULATOR ->
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
        };
    }
}
