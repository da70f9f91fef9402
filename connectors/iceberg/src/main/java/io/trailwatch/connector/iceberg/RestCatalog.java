package io.trailwatch.connector.iceberg;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An Iceberg REST catalog. Secrets are named, not held: each process reads them from its own
 * environment, so none gets into a file, a job graph or a savepoint.
 *
 * @param uri without {@code /v1}, for example {@code https://catalog.example.com/iceberg}
 * @param signingName service for which requests get an AWS signature (SigV4), {@code s3tables} or
 *     {@code glue}; null for requests without
 * @param tokenVariable environment variable with a bearer token; null for none
 * @param credentialVariable environment variable with {@code client-id:client-secret}, for which
 *     the server gives tokens (OAuth2); null for none
 * @param tokenUri URL where tokens are given; null for the one of the catalog itself
 * @param scope of these tokens; null for Iceberg's usual {@code catalog}
 */
public record RestCatalog(
        String uri,
        @Nullable String signingName,
        @Nullable String tokenVariable,
        @Nullable String credentialVariable,
        @Nullable String tokenUri,
        @Nullable String scope)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** "AWS service authorization: Amazon S3 Tables", resource types: table bucket. */
    private static final Pattern TABLE_BUCKET =
            Pattern.compile(
                    "arn:(aws|aws-cn|aws-us-gov):s3tables:([a-z0-9-]+):[0-9]{12}"
                            + ":bucket/[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");

    public RestCatalog {
        if (!uri.matches("https?://[^\\s/].*")) {
            throw new IllegalArgumentException(
                    "REST uri must start with http:// or https://, is " + uri);
        }
        checkVariable("tokenVariable", tokenVariable);
        checkVariable("credentialVariable", credentialVariable);
        int ways = 0;
        for (String way : new String[] {signingName, tokenVariable, credentialVariable}) {
            ways += way == null ? 0 : 1;
        }
        if (ways > 1) {
            throw new IllegalArgumentException(
                    "REST catalog: at most one of signing name, token variable and credential"
                            + " variable may be given");
        }
        if (credentialVariable == null && (tokenUri != null || scope != null)) {
            throw new IllegalArgumentException(
                    "REST catalog: token URL and scope need a credential variable");
        }
    }

    /** A catalog that asks for no authentication, or takes it from its network. */
    public static RestCatalog open(String uri) {
        return new RestCatalog(uri, null, null, null, null, null);
    }

    /** A catalog of AWS, whose requests are signed with the credentials of the process. */
    public static RestCatalog signed(String uri, String signingName) {
        return new RestCatalog(uri, signingName, null, null, null, null);
    }

    /** Whether the text is the ARN of a table bucket of S3 Tables. */
    public static boolean isTableBucket(String warehouse) {
        return warehouse.startsWith("arn:") && warehouse.contains(":s3tables:");
    }

    /**
     * The REST endpoint of S3 Tables in the Region of a table bucket.
     *
     * @throws IllegalArgumentException if it is no ARN of a table bucket
     */
    public static RestCatalog ofTableBucket(String arn) {
        Matcher bucket = tableBucket(arn);
        return signed(
                "https://s3tables.%s.%s/iceberg"
                        .formatted(
                                bucket.group(2),
                                bucket.group(1).equals("aws-cn")
                                        ? "amazonaws.com.cn"
                                        : "amazonaws.com"),
                "s3tables");
    }

    /**
     * Region of a table bucket.
     *
     * @throws IllegalArgumentException if it is no ARN of a table bucket
     */
    static String regionOfTableBucket(String arn) {
        return tableBucket(arn).group(2);
    }

    private static Matcher tableBucket(String arn) {
        Matcher bucket = TABLE_BUCKET.matcher(arn);
        if (!bucket.matches()) {
            throw new IllegalArgumentException(
                    "warehouse of S3 Tables must be"
                            + " arn:aws:s3tables:REGION:ACCOUNT:bucket/NAME, is "
                            + arn);
        }
        return bucket;
    }

    private static void checkVariable(String field, @Nullable String variable) {
        // Most of all so that a secret that is given in its place is not taken for a name.
        if (variable != null && !variable.matches("[A-Z_][A-Z0-9_]*")) {
            throw new IllegalArgumentException(
                    "REST catalog: "
                            + field
                            + " must name an environment variable in capital letters");
        }
    }
}
