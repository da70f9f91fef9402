package io.trailwatch.connector.iceberg;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * The pair {@value #KEY}/{@value #KEY}: emulators look at no credentials, but clients want some.
 */
public final class EmulatorCredentials implements AwsCredentialsProvider {
    /** Key id and secret. */
    public static final String KEY = "test";

    private EmulatorCredentials() {}

    /** Iceberg calls it by its name. */
    public static EmulatorCredentials create() {
        return new EmulatorCredentials();
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return AwsBasicCredentials.create(KEY, KEY);
    }
}
