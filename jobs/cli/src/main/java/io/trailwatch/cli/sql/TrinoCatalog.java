package io.trailwatch.cli.sql;

import io.trailwatch.connector.iceberg.LakeSettings;
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
                putS3(properties, lake);
            }
        }
        return properties.entrySet().stream()
                .map(property -> property.getKey() + "=" + property.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static void putS3(Map<String, String> properties, LakeSettings lake) {
        properties.put("fs.native-s3.enabled", "true");
        putIfGiven(properties, "s3.region", lake.region());
        putIfGiven(properties, "s3.endpoint", lake.s3Endpoint());
        properties.put("s3.path-style-access", Boolean.toString(lake.s3PathStyle()));
    }

    private static void putIfGiven(
            Map<String, String> properties, String key, @Nullable String value) {
        if (value != null) {
            properties.put(key, value);
        }
    }
}
