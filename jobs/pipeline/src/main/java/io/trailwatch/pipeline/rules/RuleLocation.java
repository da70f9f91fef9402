package io.trailwatch.pipeline.rules;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where rules lie. Below {@code s3://} they are read by the API of S3 itself, everywhere alike: no
 * cluster needs a file system plugin for them. Other URIs are those of Flink's file systems.
 *
 * @param uri a local path, or a URI such as {@code s3://bucket/prefix}
 * @param s3Region AWS region; null takes it from the environment
 * @param s3Endpoint URL of an S3 API other than that of the region; null for the usual one
 * @param s3PathStyle true for S3 APIs that do not know bucket host names
 * @param s3Emulated whether that API is an emulator, which takes any credentials
 */
public record RuleLocation(
        String uri,
        @Nullable String s3Region,
        @Nullable String s3Endpoint,
        boolean s3PathStyle,
        boolean s3Emulated)
        implements Serializable {
    private static final String S3 = "s3://";

    public RuleLocation {
        requireNonNull(uri, "uri");
        if (s3Emulated && s3Endpoint == null) {
            throw new IllegalArgumentException(
                    "an emulator of S3 needs an endpoint: AWS would refuse its credentials");
        }
    }

    /** A location that needs no settings of S3. */
    public static RuleLocation of(String uri) {
        return new RuleLocation(uri, null, null, false, false);
    }

    boolean isS3() {
        return uri.startsWith(S3);
    }

    /**
     * The bucket of a location in S3.
     *
     * @throws IllegalArgumentException if it names none
     */
    String bucket() {
        String bucket = uri.substring(S3.length()).split("/", 2)[0];
        if (bucket.isEmpty()) {
            throw new IllegalArgumentException("no bucket in " + uri);
        }
        return bucket;
    }

    /** Prefix or key of a location in S3, without a slash at either end; empty for all of it. */
    String key() {
        String path = uri.substring(S3.length() + bucket().length());
        return path.replaceAll("^/+|/+$", "");
    }
}
