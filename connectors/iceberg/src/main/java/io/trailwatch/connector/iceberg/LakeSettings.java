package io.trailwatch.connector.iceberg;

import static java.util.Objects.requireNonNull;

import io.trailwatch.table.TableLayout;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.TableLoader;
import org.jspecify.annotations.Nullable;

/**
 * Where the lake is: which catalog names its tables, and below which folder their files lie.
 *
 * @param warehouse {@code file:///absolute/folder} for {@link CatalogKind#JDBC}, {@code
 *     s3://bucket/prefix} for {@link CatalogKind#GLUE}; no slash at the end
 * @param region AWS region; null takes it from the environment
 * @param glueEndpoint URL of a Glue API other than that of the region; null for the usual one
 * @param s3Endpoint URL of an S3 API other than that of the region; null for the usual one
 * @param s3PathStyle true for S3 APIs that do not know bucket host names
 */
public record LakeSettings(
        CatalogKind catalog,
        String warehouse,
        @Nullable String region,
        @Nullable String glueEndpoint,
        @Nullable String s3Endpoint,
        boolean s3PathStyle)
        implements Serializable {
    /** Name under which a JDBC catalog keeps our tables; other engines must use the same. */
    public static final String CATALOG_NAME = "trailwatch";

    private static final long serialVersionUID = 1;
    private static final String FILE_SCHEME = "file://";
    private static final String CATALOG_FILE = "catalog.db";

    /** Who keeps the pointers to the current table metadata. */
    public enum CatalogKind {
        /** SQLite file {@code catalog.db} in a local warehouse folder. */
        JDBC,
        /** Glue Data Catalog, files on S3. */
        GLUE
    }

    public LakeSettings {
        requireNonNull(catalog, "catalog");
        requireNonNull(warehouse, "warehouse");
        switch (catalog) {
            case JDBC -> checkLocal(warehouse);
            case GLUE -> checkS3(warehouse);
        }
        checkUrl("glueEndpoint", glueEndpoint);
        checkUrl("s3Endpoint", s3Endpoint);
    }

    /** A lake in a local folder, which need not exist yet. */
    public static LakeSettings local(Path folder) {
        return new LakeSettings(
                CatalogKind.JDBC,
                FILE_SCHEME + folder.toAbsolutePath().normalize(),
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
        String trimmed = warehouse.endsWith("/") ? chop(warehouse) : warehouse;
        return new LakeSettings(
                CatalogKind.GLUE, trimmed, region, glueEndpoint, s3Endpoint, s3PathStyle);
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
                properties.put(
                        CatalogProperties.FILE_IO_IMPL, "org.apache.iceberg.aws.s3.S3FileIO");
                properties.put("http-client.type", "urlconnection");
                // Managed Flink lets a job write below /tmp only.
                properties.put("s3.staging-dir", "/tmp/trailwatch-s3-staging");
                if (region != null) {
                    properties.put("client.region", region);
                }
                if (glueEndpoint != null) {
                    properties.put("glue.endpoint", glueEndpoint);
                }
                if (s3Endpoint != null) {
                    properties.put("s3.endpoint", s3Endpoint);
                }
                if (s3PathStyle) {
                    properties.put("s3.path-style-access", "true");
                }
            }
        }
        return properties;
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

    private static String chop(String text) {
        return text.substring(0, text.length() - 1);
    }
}
