package io.trailwatch.connector.registry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.registry.GlueConnection;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.CreateSchemaResponse;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.InvalidInputException;
import software.amazon.awssdk.services.glue.model.RegisterSchemaVersionResponse;
import software.amazon.awssdk.services.glue.model.SchemaVersionStatus;

/** By the client of the SDK, which knows the service's API. */
class RegistryEmulatorTest {
    private static final String ONE =
            """
            {"type":"record","name":"Login","fields":[{"name":"user","type":"string"}]}\
            """;

    /** Reads ONE, and is read by it. */
    private static final String OPTIONAL =
            """
            {"type":"record","name":"Login","fields":[{"name":"user","type":"string"},\
            {"name":"device","type":["null","string"],"default":null}]}\
            """;

    /** Cannot read what ONE wrote; ONE reads what it writes. */
    private static final String REQUIRED =
            """
            {"type":"record","name":"Login","fields":[{"name":"user","type":"string"},\
            {"name":"device","type":"string"}]}\
            """;

    private RegistryEmulator emulator;
    private GlueClient client;

    @BeforeEach
    void start() throws IOException {
        emulator = RegistryEmulator.start(0);
        client = connect(emulator);
    }

    @AfterEach
    void stop() {
        client.close();
        emulator.close();
    }

    private static GlueClient connect(RegistryEmulator emulator) {
        return new GlueConnection("us-east-1", emulator.url())
                .open(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
    }

    private static CreateSchemaResponse create(GlueClient client, String compatibility) {
        return client.createSchema(
                r ->
                        r.registryId(id -> id.registryName("trailwatch"))
                                .schemaName("login")
                                .dataFormat("AVRO")
                                .compatibility(compatibility)
                                .schemaDefinition(ONE));
    }

    private RegisterSchemaVersionResponse register(String definition) {
        return client.registerSchemaVersion(
                r ->
                        r.schemaId(id -> id.registryName("trailwatch").schemaName("login"))
                                .schemaDefinition(definition));
    }

    @ParameterizedTest
    @CsvSource({
        "BACKWARD, AVAILABLE, FAILURE",
        "FORWARD, AVAILABLE, AVAILABLE",
        "FULL, AVAILABLE, FAILURE",
        "NONE, AVAILABLE, AVAILABLE",
        "DISABLED, FAILURE, FAILURE"
    })
    void checksCompatibilityAsItsSchemaAsks(
            String compatibility, SchemaVersionStatus optional, SchemaVersionStatus required) {
        create(client, compatibility);

        assertThat(register(REQUIRED).status()).isEqualTo(required);
        client.deleteSchema(
                r -> r.schemaId(id -> id.registryName("trailwatch").schemaName("login")));
        create(client, compatibility);
        assertThat(register(OPTIONAL).status()).isEqualTo(optional);
    }

    @Test
    void comparesWithEveryVersionWhereAllIsAskedFor() {
        create(client, "NONE");
        register(REQUIRED);
        String readsTheLastOnly =
                REQUIRED.replace(
                        "\"user\"",
                        "\"device2\",\"type\":\"int\",\"default\":0},{\"name\":\"user\"");

        client.updateSchema(
                r ->
                        r.schemaId(id -> id.registryName("trailwatch").schemaName("login"))
                                .compatibility("BACKWARD_ALL"));

        assertThat(register(readsTheLastOnly).status()).isEqualTo(SchemaVersionStatus.FAILURE);
    }

    @Test
    void givesTheSameIdAfterARestart() throws IOException {
        String id = create(client, "BACKWARD").schemaVersionId();
        try (RegistryEmulator again = RegistryEmulator.start(0);
                GlueClient other = connect(again)) {
            assertThatThrownBy(() -> other.getSchemaVersion(r -> r.schemaVersionId(id)))
                    .isInstanceOf(EntityNotFoundException.class);
            assertThat(create(other, "BACKWARD").schemaVersionId()).isEqualTo(id);
        }
    }

    @Test
    void numbersVersionsAndFindsTheLatest() {
        String first = create(client, "BACKWARD").schemaVersionId();
        String second = register(OPTIONAL).schemaVersionId();

        assertThat(
                        client.getSchemaVersion(
                                        r ->
                                                r.schemaId(
                                                                id ->
                                                                        id.registryName(
                                                                                        "trailwatch")
                                                                                .schemaName(
                                                                                        "login"))
                                                        .schemaVersionNumber(
                                                                n -> n.latestVersion(true)))
                                .schemaVersionId())
                .isEqualTo(second);
        assertThat(client.getSchemaVersion(r -> r.schemaVersionId(first)).versionNumber())
                .isEqualTo(1);
        assertThat(
                        client.listSchemaVersions(
                                        r ->
                                                r.schemaId(
                                                        id ->
                                                                id.registryName("trailwatch")
                                                                        .schemaName("login")))
                                .schemas())
                .extracting("schemaVersionId")
                .containsExactly(first, second);
        assertThat(register(OPTIONAL).schemaVersionId()).isEqualTo(second);
    }

    @Test
    void refusesWhatTheServiceRefuses() {
        create(client, "BACKWARD");

        assertThatThrownBy(() -> create(client, "BACKWARD"))
                .isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> register("{\"type\":\"recrod\"}"))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(
                        () ->
                                client.createSchema(
                                        r ->
                                                r.registryId(id -> id.registryName("nowhere"))
                                                        .schemaName("login")
                                                        .dataFormat("AVRO")
                                                        .compatibility("NONE")
                                                        .schemaDefinition(ONE)))
                .isInstanceOf(EntityNotFoundException.class);
    }

    @Test
    void makesRegistriesOnRequest() {
        assertThatThrownBy(
                        () -> client.getRegistry(r -> r.registryId(id -> id.registryName("other"))))
                .isInstanceOf(EntityNotFoundException.class);

        client.createRegistry(r -> r.registryName("other"));

        assertThat(
                        client.getRegistry(r -> r.registryId(id -> id.registryName("other")))
                                .registryArn())
                .endsWith(":registry/other");
    }

    @Test
    void forgetsADeletedSchema() {
        String id = create(client, "BACKWARD").schemaVersionId();

        client.deleteSchema(r -> r.schemaId(s -> s.registryName("trailwatch").schemaName("login")));

        assertThatThrownBy(() -> client.getSchemaVersion(r -> r.schemaVersionId(id)))
                .isInstanceOf(EntityNotFoundException.class);
    }
}
