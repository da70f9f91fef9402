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
