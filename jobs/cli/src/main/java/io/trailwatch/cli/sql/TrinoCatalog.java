package io.trailwatch.cli.sql;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.iceberg.EmulatorCredentials;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.RestCatalog;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A lake as Trino's Iceberg connector is told of it. */
final class TrinoCatalog {
    private TrinoCatalog() {}

    /** Text of the properties file; the catalog only reads. */
    static String properties(LakeSettings lake) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("connector.name", "iceberg");
        properties.put("iceberg.security", "read_only");
        switch (lake.catalog()) {
            case JDBC -> {
                properties.put("iceberg.catalog.type", "jdbc");
                properties.put("iceberg.jdbc-catalog.catalog-name", LakeSettings.CATALOG_NAME);
                properties.put("iceberg.jdbc-catalog.driver-class", "org.sqlite.JDBC");
                properties.put(
                        "iceberg.jdbc-catalog.connection-url",
                        "jdbc:sqlite:" + lake.catalogFile().orElseThrow() + "?busy_timeout=30000");
                properties.put("iceberg.jdbc-catalog.default-warehouse-dir", lake.warehouse());
                properties.put("iceberg.jdbc-catalog.schema-version", "V1");
                properties.put("fs.native-local.enabled", "true");
                properties.put("local.location", "/");
            }
            case GLUE -> {
                properties.put("iceberg.catalog.type", "glue");
                properties.put("hive.metastore.glue.default-warehouse-dir", lake.warehouse());
                putIfGiven(properties, "hive.metastore.glue.region", lake.region());
                putIfGiven(properties, "hive.metastore.glue.endpoint-url", lake.glueEndpoint());
                putIfGiven(properties, "hive.metastore.glue.catalogid", lake.glueCatalogId());
                if (lake.emulated()) {
                    properties.put("hive.metastore.glue.aws-access-key", EmulatorCredentials.KEY);
                    properties.put("hive.metastore.glue.aws-secret-key", EmulatorCredentials.KEY);
                }
                putS3(properties, lake);
            }
            case REST -> {
                properties.put("iceberg.catalog.type", "rest");
                properties.put("iceberg.rest-catalog.warehouse", lake.warehouse());
                putRest(properties, requireNonNull(lake.rest(), "rest"));
                putS3(properties, lake);
            }
        }
        return properties.entrySet().stream()
                .map(property -> property.getKey() + "=" + property.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** Secrets stay in the environment, which the server inherits and reads them from. */
    private static void putRest(Map<String, String> properties, RestCatalog catalog) {
        properties.put("iceberg.rest-catalog.uri", catalog.uri());
        if (catalog.signingName() != null) {
            properties.put("iceberg.rest-catalog.sigv4-enabled", "true");
            properties.put("iceberg.rest-catalog.signing-name", catalog.signingName());
            // S3 Tables knows no views.
            properties.put("iceberg.rest-catalog.view-endpoints-enabled", "false");
        } else if (catalog.tokenVariable() != null || catalog.credentialVariable() != null) {
            properties.put("iceberg.rest-catalog.security", "OAUTH2");
            putVariable(properties, "iceberg.rest-catalog.oauth2.token", catalog.tokenVariable());
            putVariable(
                    properties,
                    "iceberg.rest-catalog.oauth2.credential",
                    catalog.credentialVariable());
            putIfGiven(properties, "iceberg.rest-catalog.oauth2.server-uri", catalog.tokenUri());
            putIfGiven(properties, "iceberg.rest-catalog.oauth2.scope", catalog.scope());
        }
    }

    private static void putVariable(
            Map<String, String> properties, String key, @Nullable String variable) {
        if (variable != null) {
            properties.put(key, "${ENV:" + variable + "}");
        }
    }

    private static void putS3(Map<String, String> properties, LakeSettings lake) {
        properties.put("fs.native-s3.enabled", "true");
        putIfGiven(properties, "s3.region", lake.region());
        putIfGiven(properties, "s3.endpoint", lake.s3Endpoint());
        properties.put("s3.path-style-access", Boolean.toString(lake.s3PathStyle()));
        if (lake.emulated()) {
            properties.put("s3.aws-access-key", EmulatorCredentials.KEY);
            properties.put("s3.aws-secret-key", EmulatorCredentials.KEY);
        }
    }

    private static void putIfGiven(
            Map<String, String> properties, String key, @Nullable String value) {
        if (value != null) {
            properties.put(key, value);
        }
    }
}
