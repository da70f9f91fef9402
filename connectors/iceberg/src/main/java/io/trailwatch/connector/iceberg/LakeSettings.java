package io.trailwatch.connector.iceberg;

import static java.util.Objects.requireNonNull;

import io.trailwatch.table.TableLayout;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.aws.AwsClientProperties;
import org.apache.iceberg.aws.AwsProperties;
import org.apache.iceberg.aws.HttpClientProperties;
import org.apache.iceberg.aws.s3.S3FileIOProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.rest.RESTCatalogProperties;
import org.apache.iceberg.rest.auth.AuthProperties;
import org.apache.iceberg.rest.auth.OAuth2Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where the lake is: which catalog names its tables, and below which folder their files lie.
 *
 * @param warehouse {@code file:///absolute/folder} for {@link CatalogKind#JDBC}, {@code
 *     s3://bucket/prefix} for {@link CatalogKind#GLUE}; for {@link CatalogKind#REST} what the
 *     server knows, of S3 Tables the ARN of the table bucket; no slash at the end
 * @param region AWS region; null takes it from the environment
 * @param glueEndpoint URL of a Glue API other than that of the region; null for the usual one
 * @param s3Endpoint URL of an S3 API other than that of the region; null for the usual one
 * @param s3PathStyle true for S3 APIs that do not know bucket host names
 * @param glueCatalogId account whose Data Catalog is used; null for one's own
 * @param s3KmsKey ARN of the KMS key for all files; null for the default encryption of the bucket
 * @param rest null unless the catalog is {@link CatalogKind#REST}
 * @param emulated whether the endpoints are those of emulators, which take any credentials: they
 *     get some that AWS would refuse
 */
public record LakeSettings(
        CatalogKind catalog,
        String warehouse,
        @Nullable String region,
        @Nullable String glueEndpoint,
        @Nullable String s3Endpoint,
        boolean s3PathStyle,
        @Nullable String glueCatalogId,
        @Nullable String s3KmsKey,
        @Nullable RestCatalog rest,
        boolean emulated)
        implements Serializable {
    /** Name under which a JDBC catalog keeps our tables; other engines must use the same. */
    public static final String CATALOG_NAME = "trailwatch";

    private static final long serialVersionUID = 1;
    private static final String FILE_SCHEME = "file://";
    private static final String CATALOG_FILE = "catalog.db";

    /**
     * S3 asks for patience while it makes a busy prefix wider, for minutes at times. Together with
     * the waits these last longer than that; a job that gives up earlier would start anew and ask
     * S3 for yet more.
     */
    private static final int S3_RETRIES = 32;

    private static final Duration S3_MIN_WAIT = Duration.ofMillis(250);
    private static final Duration S3_MAX_WAIT = Duration.ofSeconds(20);

    /** Who keeps the pointers to the current table metadata. */
    public enum CatalogKind {
        /** SQLite file {@code catalog.db} in a local warehouse folder. */
        JDBC,
        /** Glue Data Catalog, files on S3. */
        GLUE,
        /** Iceberg's REST protocol, as S3 Tables speaks it; files on S3. */
        REST
    }

    public LakeSettings {
        requireNonNull(catalog, "catalog");
        requireNonNull(warehouse, "warehouse");
        switch (catalog) {
            case JDBC -> checkLocal(warehouse);
            case GLUE -> checkS3(warehouse);
            case REST -> requireNonNull(rest, "rest");
        }
        if (rest != null && catalog != CatalogKind.REST) {
            throw new IllegalArgumentException(
                    "a %s catalog takes no settings of a REST catalog".formatted(catalog));
        }
        if (glueCatalogId != null && catalog != CatalogKind.GLUE) {
            throw new IllegalArgumentException(
                    "a %s catalog takes no id of a Glue catalog".formatted(catalog));
        }
        if (emulated
                && (s3Endpoint == null || (catalog == CatalogKind.GLUE && glueEndpoint == null))) {
            throw new IllegalArgumentException(
                    "emulators need endpoints of S3 and Glue: AWS would refuse their credentials");
        }
        checkUrl("glueEndpoint", glueEndpoint);
        checkUrl("s3Endpoint", s3Endpoint);
        if (s3KmsKey != null
                && !s3KmsKey.matches("arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+")) {
            throw new IllegalArgumentException(
                    "s3KmsKey must be the ARN of a KMS key or alias, is " + s3KmsKey);
        }
    }

    /** A lake in a local folder, which need not exist yet. */
    public static LakeSettings local(Path folder) {
        return new LakeSettings(
                CatalogKind.JDBC,
                FILE_SCHEME + folder.toAbsolutePath().normalize(),
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                false);
    }

    /** A lake on S3 in the Glue Data Catalog, at the endpoints of the region. */
    public static LakeSettings glue(String warehouse, @Nullable String region) {
        return glue(warehouse, region, null, null, false);
    }

    /** A lake on S3 in the Glue Data Catalog, at endpoints of one's own. */
    public static LakeSettings glue(
            String warehouse,
            @Nullable String region,
            @Nullable String glueEndpoint,
            @Nullable String s3Endpoint,
            boolean s3PathStyle) {
        return new LakeSettings(
                CatalogKind.GLUE,
                withoutSlash(warehouse),
                region,
                glueEndpoint,
                s3Endpoint,
                s3PathStyle,
                null,
                null,
                null,
                false);
    }

    /**
     * A lake whose catalog speaks Iceberg's REST protocol, with files on S3.
     *
     * @param warehouse what the server knows it by: a name, {@code s3://bucket/prefix}, or the ARN
     *     of a table bucket
     * @param region AWS region; that of a table bucket goes before it
     */
    public static LakeSettings rest(
            String warehouse,
            @Nullable String region,
            RestCatalog rest,
            @Nullable String s3Endpoint,
            boolean s3PathStyle) {
        return new LakeSettings(
                CatalogKind.REST,
                withoutSlash(warehouse),
                RestCatalog.isTableBucket(warehouse)
                        ? RestCatalog.regionOfTableBucket(warehouse)
                        : region,
                null,
                s3Endpoint,
                s3PathStyle,
                null,
                null,
                rest,
                false);
    }

    /**
     * A lake in a table bucket of S3 Tables, at the endpoint of its Region.
     *
     * @throws IllegalArgumentException if it is no ARN of a table bucket
     */
    public static LakeSettings s3Tables(String arn) {
        return rest(arn, null, RestCatalog.ofTableBucket(arn), null, false);
    }

    /** The same lake in the Data Catalog of another account. */
    public LakeSettings withGlueCatalogId(@Nullable String account) {
        return new LakeSettings(
                catalog,
                warehouse,
                region,
                glueEndpoint,
                s3Endpoint,
                s3PathStyle,
                account,
                s3KmsKey,
                rest,
                emulated);
    }

    /** The same lake with all files encrypted by a key. */
    public LakeSettings withS3KmsKey(@Nullable String keyArn) {
        return new LakeSettings(
                catalog,
                warehouse,
                region,
                glueEndpoint,
                s3Endpoint,
                s3PathStyle,
                glueCatalogId,
                keyArn,
                rest,
                emulated);
    }

    /**
     * The same lake, whose endpoints are those of emulators.
     *
     * @throws IllegalArgumentException if an endpoint is that of the region
     */
    public LakeSettings withEmulators() {
        return new LakeSettings(
                catalog,
                warehouse,
                region,
                glueEndpoint,
                s3Endpoint,
                s3PathStyle,
                glueCatalogId,
                s3KmsKey,
                rest,
                true);
    }

    /** The folder of a local lake; empty for one on S3. */
    public Optional<Path> folder() {
        return catalog == CatalogKind.JDBC
                ? Optional.of(Path.of(warehouse.substring(FILE_SCHEME.length())))
                : Optional.empty();
    }

    /** The SQLite file of a local lake; empty for one on S3. */
    public Optional<Path> catalogFile() {
        return folder().map(folder -> folder.resolve(CATALOG_FILE));
    }

    /** The warehouse as a person wrote it: a path for a local lake, else its URI. */
    public String display() {
        return folder().map(Path::toString).orElse(warehouse);
    }

    CatalogLoader catalogLoader() {
        return new LakeCatalogLoader(catalogProperties());
    }

    /** Loads one of our tables; each call gives a loader with a catalog connection of its own. */
    public TableLoader tableLoader(TableLayout layout) {
        return TableLoader.fromCatalog(catalogLoader(), identifier(layout));
    }

    static TableIdentifier identifier(TableLayout layout) {
        return TableIdentifier.of(TableLayout.NAMESPACE, layout.name());
    }

    Map<String, String> catalogProperties() {
        Map<String, String> properties = new HashMap<>();
        properties.put(CatalogProperties.WAREHOUSE_LOCATION, warehouse);
        switch (catalog) {
            case JDBC -> {
                properties.put(
                        CatalogUtil.ICEBERG_CATALOG_TYPE, CatalogUtil.ICEBERG_CATALOG_TYPE_JDBC);
                properties.put(CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName());
                // Writers of several tables commit at the same moment: they queue, up to 30 s.
                properties.put(
                        CatalogProperties.URI,
                        "jdbc:sqlite:"
                                + catalogFile().orElseThrow()
                                + "?busy_timeout=30000&journal_mode=WAL");
                properties.put("jdbc.schema-version", "V1");
                properties.put(CatalogProperties.CLIENT_POOL_SIZE, "1");
            }
            case GLUE -> {
                properties.put(
                        CatalogUtil.ICEBERG_CATALOG_TYPE, CatalogUtil.ICEBERG_CATALOG_TYPE_GLUE);
                putUnlessNull(properties, AwsProperties.GLUE_CATALOG_ENDPOINT, glueEndpoint);
                putUnlessNull(properties, AwsProperties.GLUE_CATALOG_ID, glueCatalogId);
                putS3(properties);
            }
            case REST -> {
                properties.put(
                        CatalogUtil.ICEBERG_CATALOG_TYPE, CatalogUtil.ICEBERG_CATALOG_TYPE_REST);
                putRest(properties, requireNonNull(rest));
                putS3(properties);
            }
        }
        return properties;
    }

    /** Table properties that depend on where the files lie. */
    Map<String, String> tableProperties() {
        return catalog == CatalogKind.JDBC || RestCatalog.isTableBucket(warehouse)
                ? Map.of()
                // S3 scales by prefix of the key: hashed ones spread the files of an hour. A table
                // bucket does so by itself.
                : Map.of(TableProperties.OBJECT_STORE_ENABLED, "true");
    }

    private void putS3(Map<String, String> properties) {
        properties.put(CatalogProperties.FILE_IO_IMPL, "org.apache.iceberg.aws.s3.S3FileIO");
        properties.put(
                HttpClientProperties.CLIENT_TYPE, HttpClientProperties.CLIENT_TYPE_URLCONNECTION);
        // Managed Flink lets a job write below /tmp only.
        properties.put(S3FileIOProperties.STAGING_DIRECTORY, "/tmp/trailwatch-s3-staging");
        // S3 refuses a part or an object that did not arrive as it was sent.
        properties.put(S3FileIOProperties.CHECKSUM_ENABLED, "true");
        properties.put(S3FileIOProperties.S3_RETRY_NUM_RETRIES, "" + S3_RETRIES);
        properties.put(S3FileIOProperties.S3_RETRY_MIN_WAIT_MS, "" + S3_MIN_WAIT.toMillis());
        properties.put(S3FileIOProperties.S3_RETRY_MAX_WAIT_MS, "" + S3_MAX_WAIT.toMillis());
        putUnlessNull(properties, AwsClientProperties.CLIENT_REGION, region);
        if (emulated) {
            properties.put(
                    AwsClientProperties.CLIENT_CREDENTIALS_PROVIDER,
                    EmulatorCredentials.class.getName());
        }
        putUnlessNull(properties, S3FileIOProperties.ENDPOINT, s3Endpoint);
        if (s3PathStyle) {
            properties.put(S3FileIOProperties.PATH_STYLE_ACCESS, "true");
        }
        if (s3KmsKey != null) {
            properties.put(S3FileIOProperties.SSE_TYPE, S3FileIOProperties.SSE_TYPE_KMS);
            properties.put(S3FileIOProperties.SSE_KEY, s3KmsKey);
        }
    }

    private void putRest(Map<String, String> properties, RestCatalog server) {
        properties.put(CatalogProperties.URI, server.uri());
        // Each scan and commit would be one more request, to an endpoint that few servers have.
        properties.put(RESTCatalogProperties.METRICS_REPORTING_ENABLED, "false");
        if (server.signingName() != null) {
            properties.put(AuthProperties.AUTH_TYPE, AuthProperties.AUTH_TYPE_SIGV4);
            properties.put(AuthProperties.SIGV4_DELEGATE_AUTH_TYPE, AuthProperties.AUTH_TYPE_NONE);
            properties.put(AwsProperties.REST_SIGNING_NAME, server.signingName());
            putUnlessNull(properties, AwsProperties.REST_SIGNER_REGION, region);
        } else if (server.tokenVariable() != null || server.credentialVariable() != null) {
            properties.put(AuthProperties.AUTH_TYPE, EnvironmentAuth.class.getName());
            putUnlessNull(properties, EnvironmentAuth.TOKEN_VARIABLE, server.tokenVariable());
            putUnlessNull(
                    properties, EnvironmentAuth.CREDENTIAL_VARIABLE, server.credentialVariable());
            putUnlessNull(properties, OAuth2Properties.OAUTH2_SERVER_URI, server.tokenUri());
            putUnlessNull(properties, OAuth2Properties.SCOPE, server.scope());
        } else {
            properties.put(AuthProperties.AUTH_TYPE, AuthProperties.AUTH_TYPE_NONE);
        }
    }

    private static void putUnlessNull(
            Map<String, String> properties, String key, @Nullable String value) {
        if (value != null) {
            properties.put(key, value);
        }
    }

    private static void checkLocal(String warehouse) {
        if (!warehouse.startsWith(FILE_SCHEME + "/")) {
            throw new IllegalArgumentException(
                    "warehouse of a JDBC catalog must be file:///absolute/folder, is " + warehouse);
        }
        // The SQLite URL would take what follows a question mark for a parameter.
        if (warehouse.indexOf('?') >= 0) {
            throw new IllegalArgumentException(
                    "warehouse must not contain a question mark, is " + warehouse);
        }
        Path folder = Path.of(warehouse.substring(FILE_SCHEME.length()));
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "warehouse must be a folder, " + folder + " is a file");
        }
    }

    private static void checkS3(String warehouse) {
        if (!warehouse.matches("s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*[^/])?")) {
            throw new IllegalArgumentException(
                    "warehouse of a Glue catalog must be s3://bucket/prefix, is " + warehouse);
        }
    }

    private static void checkUrl(String field, @Nullable String url) {
        if (url != null && !url.startsWith("http://") && !url.startsWith("https://")) {
            throw new IllegalArgumentException(
                    field + " must start with http:// or https://, is " + url);
        }
    }

    private static String withoutSlash(String warehouse) {
        return warehouse.endsWith("/") ? warehouse.substring(0, warehouse.length() - 1) : warehouse;
    }
}
