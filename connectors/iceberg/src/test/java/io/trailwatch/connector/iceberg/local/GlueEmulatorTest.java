package io.trailwatch.connector.iceberg.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.iceberg.LakeException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.ConcurrentModificationException;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.GlueException;
import software.amazon.awssdk.services.glue.model.InvalidInputException;
import software.amazon.awssdk.services.glue.model.Table;

/** The catalog through the service's own client. */
class GlueEmulatorTest {
    @TempDir private Path folder;

    private GlueEmulator emulator;
    private GlueClient glue;

    @BeforeEach
    void start() {
        emulator = GlueEmulator.inMemory(0);
        glue = client(emulator);
        glue.createDatabase(create -> create.databaseInput(database -> database.name("lake")));
    }

    @AfterEach
    void stop() {
        glue.close();
        emulator.close();
    }

    private static GlueClient client(GlueEmulator emulator) {
        return GlueClient.builder()
                .endpointOverride(URI.create(emulator.url()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    private static void create(GlueClient glue, String table, String location) {
        glue.createTable(
                create ->
                        create.databaseName("lake")
                                .tableInput(
                                        input ->
                                                input.name(table)
                                                        .parameters(
                                                                Map.of(
                                                                        "metadata_location",
                                                                        location))));
    }

    private void update(String table, String versionId, String location) {
        glue.updateTable(
                update ->
                        update.databaseName("lake")
                                .versionId(versionId)
                                .tableInput(
                                        input ->
                                                input.name(table)
                                                        .parameters(
                                                                Map.of(
                                                                        "metadata_location",
                                                                        location))));
    }

    private Table table(String name) {
        return glue.getTable(get -> get.databaseName("lake").name(name)).table();
    }

    @Test
    void takesAnUpdateOfTheCurrentVersionOnly() {
        create(glue, "calls", "v1.json");
        Table first = table("calls");
        update("calls", first.versionId(), "v2.json");

        assertThatThrownBy(() -> update("calls", first.versionId(), "v2-of-another.json"))
                .isInstanceOf(ConcurrentModificationException.class);

        assertThat(table("calls").parameters()).containsEntry("metadata_location", "v2.json");
        assertThat(table("calls").versionId()).isNotEqualTo(first.versionId());
        assertThat(table("calls").createTime()).isEqualTo(first.createTime());
    }

    @Test
    void overwritesForAWriterThatNamesNoVersion() {
        create(glue, "calls", "v1.json");
        update("calls", null, "v2.json");
        assertThat(table("calls").parameters()).containsEntry("metadata_location", "v2.json");
    }

    @Test
    void listsTablesInPages() {
        List<String> names = IntStream.range(0, 250).mapToObj("table_%03d"::formatted).toList();
        names.forEach(name -> create(glue, name, "v1.json"));

        assertThat(glue.getTables(get -> get.databaseName("lake")).tableList()).hasSize(100);
        assertThat(
                        glue.getTablesPaginator(get -> get.databaseName("lake")).stream()
                                .flatMap(page -> page.tableList().stream()))
                .extracting(Table::name)
                .containsExactlyElementsOf(names);
        assertThat(
                        glue
                                .getTablesPaginator(
                                        get ->
                                                get.databaseName("lake")
                                                        .expression("table_00.*")
                                                        .maxResults(4))
                                .stream()
                                .flatMap(page -> page.tableList().stream()))
                .extracting(Table::name)
                .containsExactlyElementsOf(names.subList(0, 10));
    }

    @Test
    void namesAreInLowerCaseAndTakenOnce() {
        create(glue, "Calls", "v1.json");
        assertThat(table("CALLS").name()).isEqualTo("calls");
        assertThatThrownBy(() -> create(glue, "calls", "v1.json"))
                .isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(
                        () ->
                                glue.createDatabase(
                                        create ->
                                                create.databaseInput(
                                                        database -> database.name("LAKE"))))
                .isInstanceOf(AlreadyExistsException.class);
    }

    @Test
    void aDatabaseGoesWithItsTables() {
        create(glue, "calls", "v1.json");
        create(glue, "flows", "v1.json");
        glue.deleteTable(delete -> delete.databaseName("lake").name("calls"));
        assertThatThrownBy(() -> table("calls")).isInstanceOf(EntityNotFoundException.class);

        glue.deleteDatabase(delete -> delete.name("lake"));

        assertThatThrownBy(() -> table("flows"))
                .isInstanceOf(EntityNotFoundException.class)
                .hasMessageContaining("Database lake");
        assertThat(glue.getDatabases(all -> {}).databaseList()).isEmpty();
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> glue.getCrawlers(all -> {}))
                .isInstanceOf(GlueException.class)
                .hasMessageContaining("GetCrawlers");
        assertThatThrownBy(() -> glue.getTable(get -> get.databaseName("lake")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Name");
    }

    @Test
    void findsInItsFileWhatItKeptThereBefore() throws Exception {
        Path file = folder.resolve("glue.json");
        try (GlueEmulator before = GlueEmulator.inFile(file, 0);
                GlueClient client = client(before)) {
            client.createDatabase(
                    create -> create.databaseInput(database -> database.name("lake")));
            create(client, "calls", "v1.json");
        }
        try (GlueEmulator after = GlueEmulator.inFile(file, 0);
                GlueClient client = client(after)) {
            Table kept = client.getTable(get -> get.databaseName("lake").name("calls")).table();
            assertThat(kept.versionId()).isEqualTo("0");
            assertThat(kept.parameters()).containsEntry("metadata_location", "v1.json");
        }
        Files.writeString(file, "no json");
        assertThatThrownBy(() -> GlueEmulator.inFile(file, 0))
                .isInstanceOf(LakeException.class)
                .hasMessageContaining("glue.json");
    }
}
