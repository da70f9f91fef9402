package io.trailwatch.pipeline.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.registry.Compression;
import io.trailwatch.connector.registry.GlueConnection;
import io.trailwatch.connector.registry.RegistryEncoder;
import io.trailwatch.connector.registry.RejectionReason;
import io.trailwatch.connector.registry.RetryPolicy;
import io.trailwatch.connector.registry.SchemaRegistration;
import io.trailwatch.connector.registry.local.RegistryEmulator;
import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.DecodeLimits.Limit;
import io.trailwatch.core.decode.RegisteredSchema;
import io.trailwatch.core.decode.SchemaResolver;
import io.trailwatch.core.decode.SchemaResolver.AvroValue;
import io.trailwatch.core.decode.SchemaResolver.JsonObject;
import io.trailwatch.core.decode.SchemaResolver.Refused;
import io.trailwatch.core.decode.SchemaResolver.Resolution;
import io.trailwatch.quarantine.RejectReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.glue.GlueClient;

/** The resolver over the emulator of the registry, as the job opens it. */
class RegistryResolverTest {
    private RegistryEmulator emulator;
    private GlueClient glue;

    @BeforeEach
    void start() throws IOException {
        emulator = RegistryEmulator.start(0);
        glue = new GlueConnection("us-east-1", emulator.url()).open();
    }

    @AfterEach
    void stop() {
        glue.close();
        emulator.close();
    }

    private RegistrySettings settings(String... registries) {
        return new RegistrySettings(
                new GlueConnection("us-east-1", emulator.url()),
                Set.of(registries),
                1,
                Duration.ofSeconds(1));
    }

    private UUID register(String schema, Schema definition) {
        return new SchemaRegistration(glue, RetryPolicy.DEFAULT, Duration.ofSeconds(10))
                .register(RegistryEmulator.REGISTRY, schema, definition);
    }

    private static Resolution resolve(RegistrySettings settings, byte[] record) {
        return resolve(settings, DecodeLimits.DEFAULT, record);
    }

    private static Resolution resolve(
            RegistrySettings settings, DecodeLimits limits, byte[] record) {
        try (SchemaResolver resolver = RegistrySettings.open(settings, limits, null)) {
            return resolver.resolve(record);
        }
    }

    @Test
    void anOlderVersionOfOurSchemaComesAsTheOneInUse() {
        Schema old =
                new Schema.Parser()
                        .parse(
                                """
                                {"type":"record","name":"AppEvent","namespace":"io.trailwatch.event","fields":[
                                 {"name":"event_id","type":"string"},{"name":"time","type":"long"},
                                 {"name":"type","type":"string"}]}\
                                """);
        UUID id = register("app_event", old);
        byte[] record =
                RegistryEncoder.avro(
                        id,
                        Compression.NONE,
                        new GenericRecordBuilder(old)
                                .set("event_id", "e-1")
                                .set("time", 5L)
                                .set("type", "a.b")
                                .build());

        AvroValue value = (AvroValue) resolve(settings("trailwatch"), record);

        assertThat(value.schema()).isEqualTo(new RegisteredSchema("app_event", id.toString()));
        assertThat(value.value().getSchema()).isEqualTo(AppEventAvro.SCHEMA);
        assertThat(value.value().get("event_id")).isEqualTo("e-1");
        assertThat(value.value().get("attributes")).isEqualTo(Map.of());
    }

    @Test
    void jsonComesAsItWasWritten() {
        String id =
                glue.createSchema(
                                r ->
                                        r.registryId(i -> i.registryName("trailwatch"))
                                                .schemaName("login")
                                                .dataFormat("JSON")
                                                .compatibility("NONE")
                                                .schemaDefinition("{\"type\":\"object\"}"))
                        .schemaVersionId();
        String text = "{ \"n\" : 1.10 }";

        JsonObject json =
                (JsonObject)
                        resolve(
                                settings(),
                                RegistryEncoder.frame(
                                        UUID.fromString(id),
                                        Compression.ZLIB,
                                        text.getBytes(StandardCharsets.UTF_8)));

        assertThat(new String(json.text(), StandardCharsets.UTF_8)).isEqualTo(text);
        assertThat(json.schema().name()).isEqualTo("login");
    }

    @Test
    void whatIsNoRecordAndWhatIsOfAnotherRegistryIsRefused() {
        UUID text = register("text", Schema.create(Schema.Type.STRING));
        byte[] record = RegistryEncoder.frame(text, Compression.NONE, new byte[] {2, 'x'});

        assertThat(((Refused) resolve(settings(), record)).reason())
                .isEqualTo(RejectReason.UNKNOWN_EVENT);
        assertThat(((Refused) resolve(settings("others"), record)).reason())
                .isEqualTo(RejectReason.UNKNOWN_SCHEMA);
    }

    @Test
    void theLimitsOfTheJobHold() {
        UUID text = register("text", Schema.create(Schema.Type.BYTES));
        DecodeLimits narrow = DecodeLimits.DEFAULT.with(Map.of(Limit.MAX_EVENT, 1_000L));

        assertThat(
                        ((Refused)
                                        resolve(
                                                settings(),
                                                narrow,
                                                RegistryEncoder.frame(
                                                        text, Compression.ZLIB, new byte[1_001])))
                                .reason())
                .isEqualTo(RejectReason.INFLATE_LIMIT);
    }

    @Test
    void aRegistryOutOfReachIsToldApart() {
        RegistrySettings settings = settings();
        emulator.close();

        Refused refused =
                (Refused)
                        resolve(
                                settings,
                                RegistryEncoder.frame(
                                        UUID.randomUUID(), Compression.NONE, new byte[1]));

        assertThat(refused.reason()).isEqualTo(RejectReason.REGISTRY_UNAVAILABLE);
    }

    @ParameterizedTest
    @EnumSource(RejectionReason.class)
    void whatIsTheFaultOfTheRegistryKeepsItsName(RejectionReason reason) {
        RejectReason quarantined = RegistryResolver.reason(reason);

        assertThat(quarantined.name().startsWith("REGISTRY_"))
                .isEqualTo(reason.fault() == RejectionReason.Fault.REGISTRY);
        assertThat(quarantined == RejectReason.DECODER_BUG)
                .isEqualTo(reason.fault() == RejectionReason.Fault.OURS);
    }

    @Test
    void settingsTravelToTheWorkers() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(settings("a"));

        assertThat(
                        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))
                                .readObject())
                .isEqualTo(settings("a"));
    }
}
