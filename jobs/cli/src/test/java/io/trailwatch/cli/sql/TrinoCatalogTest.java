package io.trailwatch.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.RestCatalog;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TrinoCatalogTest {
    @Test
    void aLocalLakeIsReadThroughItsSqliteFile() {
        assertThat(TrinoCatalog.properties(LakeSettings.local(Path.of("/data/lake"))).lines())
                .contains(
                        "iceberg.security=read_only",
                        "iceberg.catalog.type=jdbc",
                        "iceberg.jdbc-catalog.catalog-name=trailwatch",
                        "iceberg.jdbc-catalog.connection-url=jdbc:sqlite:/data/lake/catalog.db?busy_timeout=30000",
                        "fs.native-local.enabled=true")
                .noneMatch(line -> line.startsWith("s3."));
    }

    @Test
    void aLakeInGlueNeedsNoEndpointAndNoCredentials() {
        assertThat(TrinoCatalog.properties(LakeSettings.glue("s3://lake/w", "eu-west-1")).lines())
                .containsExactly(
                        "connector.name=iceberg",
                        "iceberg.security=read_only",
                        "iceberg.catalog.type=glue",
                        "hive.metastore.glue.default-warehouse-dir=s3://lake/w",
                        "hive.metastore.glue.region=eu-west-1",
                        "fs.native-s3.enabled=true",
                        "s3.region=eu-west-1",
                        "s3.path-style-access=false");
    }

    @Test
    void emulatorsGetEndpointsAndCredentialsOfTheirOwn() {
        LakeSettings lake =
                LakeSettings.glue(
                                "s3://lake/w",
                                "us-east-1",
                                "http://127.0.0.1:1",
                                "http://127.0.0.1:2",
                                true)
                        .withEmulators();
        assertThat(TrinoCatalog.properties(lake).lines())
                .contains(
                        "hive.metastore.glue.endpoint-url=http://127.0.0.1:1",
                        "hive.metastore.glue.aws-access-key=test",
                        "s3.endpoint=http://127.0.0.1:2",
                        "s3.aws-secret-key=test",
                        "s3.path-style-access=true");
    }

    @Test
    void tablesOfATableBucketAreReadBySignedRequests() {
        String arn = "arn:aws:s3tables:eu-west-1:111122223333:bucket/lake";
        assertThat(TrinoCatalog.properties(LakeSettings.s3Tables(arn)).lines())
                .contains(
                        "iceberg.catalog.type=rest",
                        "iceberg.rest-catalog.warehouse=" + arn,
                        "iceberg.rest-catalog.sigv4-enabled=true",
                        "iceberg.rest-catalog.signing-name=s3tables",
                        "s3.region=eu-west-1");
    }

    @Test
    void secretsOfARestCatalogStayInTheEnvironment() {
        RestCatalog catalog =
                new RestCatalog(
                        "https://catalog.example.com", null, null, "LAKE_CREDENTIAL", null, "all");
        LakeSettings lake = LakeSettings.rest("main", "eu-west-1", catalog, null, false);
        assertThat(TrinoCatalog.properties(lake).lines())
                .contains(
                        "iceberg.rest-catalog.uri=https://catalog.example.com",
                        "iceberg.rest-catalog.security=OAUTH2",
                        "iceberg.rest-catalog.oauth2.credential=${ENV:LAKE_CREDENTIAL}",
                        "iceberg.rest-catalog.oauth2.scope=all");
    }
}
