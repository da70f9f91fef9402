package io.trailwatch.connector.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.registry.FakeGlue.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.glue.GlueClient;

/** The real SDK client against a registry on loopback. */
class SchemaRegistrationTest {
    private static final Schema OTHER =
            SchemaBuilder.record("AppEvent")
                    .namespace("io.trailwatch.event")
                    .fields()
                    .requiredString("event_id")
                    .requiredLong("time")
                    .requiredString("type")
                    .endRecord();

    private final ManualWaiting waiting = new ManualWaiting();
    private FakeGlue glue;
    private GlueClient client;
    private SchemaRegistration registration;

    @BeforeEach
    void startGlue() throws IOException {
        glue = new FakeGlue();
        client = glue.client();
        registration =
                new SchemaRegistration(
                        client, RetryPolicy.DEFAULT, Duration.ofSeconds(30), waiting);
    }

    @AfterEach
    void stopGlue() {
        client.close();
        glue.close();
    }

    private UUID register(Schema schema) {
        return registration.register(FakeGlue.REGISTRY, "app_event", schema);
    }

    @Test
    void createsTheSchemaWithBackwardCompatibility() {
        UUID id = register(AppEvents.SCHEMA);

        assertThat(glue.operations).containsExactly("GetSchemaByDefinition", "CreateSchema");
        assertThat(glue.requests.get(1).path("Compatibility").asText()).isEqualTo("BACKWARD");
        assertThat(glue.requests.get(1).path("DataFormat").asText()).isEqualTo("AVRO");
        assertThat(glue.requests.get(1).path("RegistryId").path("RegistryName").asText())
                .isEqualTo("trailwatch");
        assertThat(glue.version(id).path("SchemaDefinition").asText())
                .isEqualTo(AppEvents.SCHEMA.toString());
    }

    @Test
    void registeringAgainReturnsTheSameIdAndChangesNothing() {
        UUID id = register(AppEvents.SCHEMA);
        glue.operations.clear();

        assertThat(register(AppEvents.SCHEMA)).isEqualTo(id);
        assertThat(glue.operations).containsExactly("GetSchemaByDefinition");
        assertThat(glue.versions).hasSize(1);
    }

    @Test
    void addsAVersionToASchemaThatExists() {
        UUID first = register(OTHER);
        glue.operations.clear();

        UUID second = register(AppEvents.SCHEMA);

        assertThat(second).isNotEqualTo(first);
        assertThat(glue.operations)
                .containsExactly(
                        "GetSchemaByDefinition",
                        "CreateSchema",
                        "GetSchema",
                        "RegisterSchemaVersion");
    }

    @Test
    void waitsUntilThePendingVersionIsAvailable() {
        glue.newStatus = "PENDING";
        glue.callsUntilLater = 3;

        UUID id = register(AppEvents.SCHEMA);

        assertThat(glue.operations).filteredOn("GetSchemaVersion"::equals).hasSize(3);
        assertThat(waiting.slept).hasSize(3);
        assertThat(glue.version(id).path("Status").asText()).isEqualTo("AVAILABLE");
    }

    @Test
    void saysThatTheCheckFailed() {
        register(OTHER);
        glue.newStatus = "PENDING";
        glue.laterStatus = "FAILURE";

        assertThatThrownBy(() -> register(AppEvents.SCHEMA))
                .isInstanceOf(SchemaRegistrationException.class)
                .hasMessageContainingAll(
                        "schema app_event of registry trailwatch",
                        "failed the compatibility check");
    }

    @Test
    void givesUpOnAVersionThatStaysPending() {
        glue.newStatus = "PENDING";
        glue.callsUntilLater = Integer.MAX_VALUE;

        assertThatThrownBy(() -> register(AppEvents.SCHEMA))
                .isInstanceOf(SchemaRegistrationException.class)
                .hasMessageContaining("is still PENDING after PT30S");
        assertThat(waiting.slept.stream().reduce(Duration.ZERO, Duration::plus))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"BACKWARD_ALL", "FULL", "FULL_ALL"})
    void acceptsASchemaThatIsAtLeastBackwardCompatible(String compatibility) {
        register(OTHER);
        glue.changeCompatibility("app_event", compatibility);

        assertThat(glue.versions).contains(register(AppEvents.SCHEMA).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONE", "FORWARD", "DISABLED"})
    void refusesASchemaThatMayChangeIncompatibly(String compatibility) {
        register(OTHER);
        glue.changeCompatibility("app_event", compatibility);

        assertThatThrownBy(() -> register(AppEvents.SCHEMA))
                .isInstanceOf(SchemaRegistrationException.class)
                .hasMessageContaining("compatibility " + compatibility);
        assertThat(glue.versions).hasSize(1);
    }

    @Test
    void refusesASchemaOfAnotherFormat() {
        glue.add("app_event", "JSON", "{}");

        assertThatThrownBy(() -> register(AppEvents.SCHEMA))
                .isInstanceOf(SchemaRegistrationException.class)
                .hasMessageContaining("data format JSON, must be AVRO");
    }

    @Test
    void saysThatTheRegistryDoesNotExist() {
        assertThatThrownBy(() -> registration.register("nowhere", "app_event", AppEvents.SCHEMA))
                .isInstanceOf(SchemaRegistrationException.class)
                .hasMessageContainingAll("registry nowhere", "the registry does not exist");
    }

    @Test
    void repeatsWhatIsThrottled() {
        glue.failures.add(new Failure(400, "ThrottlingException"));
        glue.failures.add(new Failure(400, "ConcurrentModificationException"));

        register(AppEvents.SCHEMA);

        assertThat(waiting.slept).hasSize(2);
    }

    @Test
    void repeatsNoMoreThanItsAttempts() {
        for (int i = 0; i < 20; i++) {
            glue.failures.add(new Failure(503, "ServiceUnavailable"));
        }

        assertThatThrownBy(() -> register(AppEvents.SCHEMA))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("GetSchemaByDefinition answered ServiceUnavailable");
        assertThat(glue.operations).hasSize(RetryPolicy.DEFAULT.maxAttempts());
    }

    @Test
    void keepsTheInterruptStatusWhenStopped() {
        glue.newStatus = "PENDING";
        SchemaRegistration stopped =
                new SchemaRegistration(
                        client,
                        RetryPolicy.DEFAULT,
                        Duration.ofSeconds(30),
                        new Waiting() {
                            @Override
                            public long nanoTime() {
                                return 0;
                            }

                            @Override
                            public void sleep(Duration duration) throws InterruptedException {
                                throw new InterruptedException();
                            }

                            @Override
                            public double random() {
                                return 0;
                            }
                        });

        assertThatThrownBy(() -> stopped.register(FakeGlue.REGISTRY, "app_event", AppEvents.SCHEMA))
                .isInstanceOf(SchemaRegistrationException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
