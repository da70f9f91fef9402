package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.util.InstantiationUtil;
import org.apache.iceberg.aws.glue.GlueCatalog;
import org.apache.iceberg.catalog.Catalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeSettingsTest {
    @TempDir private Path folder;

    @Test
    void aLocalLakeHasItsCatalogBesideItsFiles() throws Exception {
        LakeSettings settings = LakeSettings.local(folder.resolve("x/../lake"));
        assertThat(settings.warehouse()).isEqualTo("file://" + folder + "/lake");
        assertThat(settings.catalogFile()).contains(folder.resolve("lake/catalog.db"));
        assertThat(settings.catalogProperties())
                .containsEntry(
                        "uri",
                        "jdbc:sqlite:"
                                + folder
                                + "/lake/catalog.db?busy_timeout=30000&journal_mode=WAL")
                .containsEntry("io-impl", LocalFileIO.class.getName());
        assertThat(InstantiationUtil.<LakeSettings>clone(settings)).isEqualTo(settings);
    }

    @Test
    void aGlueLakeUsesTheEndpointsItIsGiven() throws Exception {
        LakeSettings settings =
                LakeSettings.glue(
                        "s3://lake/trailwatch/",
                        "eu-central-1",
                        "http://127.0.0.1:4566",
                        "http://127.0.0.1:9000",
                        true);
        assertThat(settings.warehouse()).isEqualTo("s3://lake/trailwatch");
        assertThat(settings.folder()).isEmpty();
        assertThat(settings.catalogProperties())
                .containsEntry("type", "glue")
                .containsEntry("io-impl", "org.apache.iceberg.aws.s3.S3FileIO")
                .containsEntry("http-client.type", "urlconnection")
                .containsEntry("client.region", "eu-central-1")
                .containsEntry("glue.endpoint", "http://127.0.0.1:4566")
                .containsEntry("s3.endpoint", "http://127.0.0.1:9000")
                .containsEntry("s3.path-style-access", "true");
        assertThat(settings.catalogProperties().get("s3.staging-dir")).startsWith("/tmp/");
        Catalog catalog = settings.catalogLoader().loadCatalog();
        try (GlueCatalog glue = (GlueCatalog) catalog) {
            assertThat(glue.name()).isEqualTo("trailwatch");
        }
    }

    @Test
    void filesOnS3AreCheckedRetriedForLongSpreadAndEncryptedOnDemand() {
        String key = "arn:aws:kms:eu-west-1:111122223333:key/0d1c";
        LakeSettings settings =
                LakeSettings.glue("s3://lake/trailwatch", null)
                        .withS3KmsKey(key)
                        .withGlueCatalogId("444455556666");
        assertThat(settings.catalogProperties())
                .containsEntry("s3.sse.type", "kms")
                .containsEntry("s3.sse.key", key)
                .containsEntry("glue.id", "444455556666")
                .containsEntry("s3.checksum-enabled", "true")
                .containsEntry("s3.retry.num-retries", "32")
                .containsEntry("s3.retry.min-wait-ms", "250")
                .containsEntry("s3.retry.max-wait-ms", "20000")
                .doesNotContainKeys("s3.path-style-access", "client.region", "s3.endpoint");
        assertThat(settings.tableProperties())
                .containsEntry("write.object-storage.enabled", "true");
        assertThat(LakeSettings.local(folder).tableProperties()).isEmpty();
    }

    @Test
    void aTableBucketIsReachedByTheRestApiOfItsRegion() throws Exception {
        String arn = "arn:aws:s3tables:eu-north-1:111122223333:bucket/lake";
        LakeSettings settings = LakeSettings.s3Tables(arn);
        assertThat(settings.catalogProperties())
                .containsEntry("type", "rest")
                .containsEntry("uri", "https://s3tables.eu-north-1.amazonaws.com/iceberg")
                .containsEntry("warehouse", arn)
                .containsEntry("rest.auth.type", "sigv4")
                .containsEntry("rest.auth.sigv4.delegate-auth-type", "none")
                .containsEntry("rest.signing-name", "s3tables")
                .containsEntry("rest.signing-region", "eu-north-1")
                .containsEntry("client.region", "eu-north-1")
                .containsEntry("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
        // The bucket spreads its keys itself.
        assertThat(settings.tableProperties()).isEmpty();
        assertThat(
                        LakeSettings.s3Tables(
                                        "arn:aws-cn:s3tables:cn-north-1:111122223333:bucket/lake")
                                .rest())
                .isEqualTo(
                        RestCatalog.signed(
                                "https://s3tables.cn-north-1.amazonaws.com.cn/iceberg",
                                "s3tables"));
        assertThat(InstantiationUtil.<LakeSettings>clone(settings)).isEqualTo(settings);
        assertThatThrownBy(() -> LakeSettings.s3Tables("arn:aws:s3tables:eu-north-1:1:bucket/x"))
                .hasMessage(
                        "warehouse of S3 Tables must be"
                                + " arn:aws:s3tables:REGION:ACCOUNT:bucket/NAME, is"
                                + " arn:aws:s3tables:eu-north-1:1:bucket/x");
    }

    @Test
    void aRestCatalogTakesOneWayToAuthenticate() {
        assertThatThrownBy(
                        () -> new RestCatalog("https://x", "glue", "LAKE_TOKEN", null, null, null))
                .hasMessageContaining("at most one of signing name, token variable");
        assertThatThrownBy(() -> new RestCatalog("https://x", null, null, null, null, "lake"))
                .hasMessageContaining("token URL and scope need a credential variable");
        assertThatThrownBy(() -> RestCatalog.open("catalog.example.com"))
                .hasMessage("REST uri must start with http:// or https://, is catalog.example.com");
        assertThat(
                        LakeSettings.rest(
                                        "prod",
                                        null,
                                        RestCatalog.open("http://x:8181"),
                                        null,
                                        false)
                                .catalogProperties())
                .containsEntry("rest.auth.type", "none")
                .doesNotContainKeys("rest.signing-name", "client.region");
    }

    @Test
    void refusesWhatCannotWorkAndNamesIt() throws Exception {
        assertThatThrownBy(() -> LakeSettings.local(folder.resolve("what?")))
                .hasMessageStartingWith("warehouse must not contain a question mark, is file:///");
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> LakeSettings.local(file))
                .hasMessage("warehouse must be a folder, " + file + " is a file");
        assertThatThrownBy(() -> LakeSettings.glue("/data/lake", null))
                .hasMessage(
                        "warehouse of a Glue catalog must be s3://bucket/prefix, is /data/lake");
        assertThatThrownBy(
                        () -> LakeSettings.glue("s3://lake", null, "localhost:4566", null, false))
                .hasMessage("glueEndpoint must start with http:// or https://, is localhost:4566");
    }
}
