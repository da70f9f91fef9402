package io.trailwatch.connector.registry;

import static io.trailwatch.connector.registry.AppEvents.decoded;
import static io.trailwatch.connector.registry.AppEvents.rejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.trailwatch.connector.registry.FakeGlue.Failure;
import io.trailwatch.connector.registry.SchemaRegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.glue.model.GlueException;

/** The real SDK client against a registry on loopback. */
class GlueSchemaVersionsTest {
    private FakeGlue glue;
    private GlueSchemaVersions versions;

    @BeforeEach
    void startGlue() throws IOException {
        glue = new FakeGlue();
        versions = new GlueSchemaVersions(glue.client());
    }

    @AfterEach
    void stopGlue() {
        versions.close();
        glue.close();
    }

    @Test
    void readsAVersionByItsId() {
        UUID id = glue.add("app_event", "AVRO", "\"string\"");

        assertThat(versions.fetch(id))
                .contains(
                        new SchemaVersion(
                                id,
                                "trailwatch",
                                "app_event",
                                DataFormat.AVRO,
                                SchemaVersionStatus.AVAILABLE,
                                "\"string\""));
        assertThat(glue.operations).containsExactly("GetSchemaVersion");
        assertThat(glue.requests.get(0).toString())
                .isEqualTo("{\"SchemaVersionId\":\"" + id + "\"}");
    }

    @Test
    void keepsWhatItDoesNotKnowApart() {
        UUID id = glue.add("app_event", "AVRO", "\"string\"");
        glue.override(id, "DataFormat", "THRIFT");
        glue.override(id, "Status", "PAUSED");

        SchemaVersion version = versions.fetch(id).orElseThrow();

        assertThat(version.dataFormat()).isEqualTo(DataFormat.OTHER);
        assertThat(version.status()).isEqualTo(SchemaVersionStatus.OTHER);
    }

    @Test
    void readsAnAnswerThatLeavesOutAllItMay() {
        UUID id = glue.add("app_event", "AVRO", "\"string\"");
        glue.callsUntilLater = 2;
        glue.override(id, "Status", "PENDING");
        glue.override(id, "SchemaDefinition", null);
        glue.override(id, "SchemaArn", null);

        assertThat(versions.fetch(id))
                .contains(
                        new SchemaVersion(
                                id, "", "", DataFormat.AVRO, SchemaVersionStatus.PENDING, ""));
    }

    @Test
    void anUnknownVersionIsEmpty() {
        assertThat(versions.fetch(UUID.randomUUID())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400, ThrottlingException, UNAVAILABLE",
        "400, RequestLimitExceeded, UNAVAILABLE",
        "429, TooManyRequestsException, UNAVAILABLE",
        "500, InternalServiceException, UNAVAILABLE",
        "503, ServiceUnavailable, UNAVAILABLE",
        "400, OperationTimeoutException, UNAVAILABLE",
        "400, AccessDeniedException, REFUSED",
        "400, InvalidInputException, REFUSED",
        "403, ExpiredTokenException, REFUSED"
    })
    void sortsFailures(int status, String code, Kind kind) {
        glue.failures.add(new Failure(status, code));

        SchemaRegistryException failure =
                catchThrowableOfType(
                        SchemaRegistryException.class, () -> versions.fetch(UUID.randomUUID()));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageContainingAll("GetSchemaVersion", code);
        assertThat(failure).hasCauseInstanceOf(GlueException.class);
        // Retries are the caller's: the client makes none of its own.
        assertThat(glue.operations).hasSize(1);
    }

    @Test
    void aRegistryOutOfReachIsUnavailable() {
        URI nowhere = glue.uri();
        glue.close();
        try (GlueSchemaVersions unreachable =
                new GlueSchemaVersions(
                        new GlueConnection("eu-central-1", nowhere).open(FakeGlue.CREDENTIALS))) {
            SchemaRegistryException failure =
                    catchThrowableOfType(
                            SchemaRegistryException.class,
                            () -> unreachable.fetch(UUID.randomUUID()));

            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        }
    }

    @Test
    void theDecoderOutlastsThrottlingAndErrors() {
        UUID id = glue.add("app_event", "AVRO", AppEvents.SCHEMA.toString());
        byte[] record = RegistryEncoder.avro(id, Compression.ZLIB, AppEvents.signIn());
        glue.failures.add(new Failure(400, "ThrottlingException"));
        glue.failures.add(new Failure(500, "InternalServiceException"));
        ManualWaiting waiting = new ManualWaiting();
        RegistryDecoder decoder = new RegistryDecoder(versions, DecoderSettings.DEFAULT, waiting);

        assertThat(decoded(decoder.decode(record)).value()).isEqualTo(AppEvents.signIn());
        assertThat(decoded(decoder.decode(record)).value()).isEqualTo(AppEvents.signIn());

        assertThat(glue.operations).hasSize(3);
        assertThat(waiting.slept).hasSize(2);
    }

    @Test
    void theDecoderNamesWhatIAmRefuses() {
        glue.failures.add(new Failure(400, "AccessDeniedException"));
        RegistryDecoder decoder =
                new RegistryDecoder(versions, DecoderSettings.DEFAULT, new ManualWaiting());

        assertThat(
                        rejected(
                                        decoder.decode(
                                                RegistryEncoder.frame(
                                                        UUID.randomUUID(),
                                                        Compression.NONE,
                                                        new byte[1])),
                                        RejectionReason.REGISTRY_REFUSED)
                                .detail())
                .contains("GetSchemaVersion answered AccessDeniedException (status 400)");
    }
}
