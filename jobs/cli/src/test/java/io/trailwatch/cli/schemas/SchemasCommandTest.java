package io.trailwatch.cli.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.connector.registry.Compression;
import io.trailwatch.connector.registry.DecoderSettings;
import io.trailwatch.connector.registry.Decoding.Decoded;
import io.trailwatch.connector.registry.GlueConnection;
import io.trailwatch.connector.registry.GlueSchemaVersions;
import io.trailwatch.connector.registry.RegistryDecoder;
import io.trailwatch.connector.registry.local.RegistryEmulator;
import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.AppEventAvro;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.glue.GlueClient;

class SchemasCommandTest {
    private RegistryEmulator emulator;

    @BeforeEach
    void start() throws IOException {
        emulator = RegistryEmulator.start(0);
    }

    @AfterEach
    void stop() {
        emulator.close();
    }

    private CommandLineRun schemas(String... arguments) {
        List<String> line = new ArrayList<>(List.of("schemas"));
        line.addAll(Arrays.asList(arguments));
        line.addAll(List.of("--endpoint", emulator.url().toString(), "--json"));
        return CommandLineRun.of(line.toArray(String[]::new));
    }

    private GlueClient glue() {
        return new GlueConnection("us-east-1", emulator.url()).open();
    }

    @Test
    void registersEveryVersionAndDoingItAgainChangesNothing() {
        CommandLineRun first = schemas("register");
        CommandLineRun again = schemas("register");

        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.lines())
                .singleElement()
                .asString()
                .startsWith("{\"schema\":\"app_event\",\"version\":1,\"id\":\"");
        assertThat(again.lines()).isEqualTo(first.lines());
        CommandLineRun check = schemas("check");
        assertThat(check.status()).as(check.err()).isZero();
        assertThat(check.lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).endsWith("\"ok\":true}"));
        assertThat(check.lines().get(0)).contains("compatibility BACKWARD");
        assertThat(check.lines().get(1)).contains("\"version\":\"1\"", "AVAILABLE");
    }

    @Test
    void makesTheRegistryOnlyWhenTold() {
        CommandLineRun without = schemas("register", "--registry", "other");
        assertThat(without.status()).isEqualTo(1);
        assertThat(without.err()).contains("registry other", "the registry does not exist");

        assertThat(schemas("register", "--registry", "other", "--create").status()).isZero();
        assertThat(schemas("check", "--registry", "other").status()).isZero();
    }

    @Test
    void checkSaysWhatIsMissing() {
        CommandLineRun check = schemas("check");

        assertThat(check.status()).isEqualTo(1);
        assertThat(check.lines().get(0))
                .contains(
                        "not in registry trailwatch", "'schemas register' adds it", "\"ok\":false");
    }

    @Test
    void checkFindsVersionsThatWeCannotRead() {
        try (GlueClient glue = glue()) {
            glue.createSchema(
                    r ->
                            r.registryId(id -> id.registryName("trailwatch"))
                                    .schemaName("app_event")
                                    .dataFormat("AVRO")
                                    .compatibility("NONE")
                                    .schemaDefinition(
                                            """
                                            {"type":"record","name":"AppEvent",
                                             "namespace":"io.trailwatch.event",
                                             "fields":[{"name":"id","type":"long"}]}\
                                            """));
        }

        CommandLineRun check = schemas("check");

        assertThat(check.status()).isEqualTo(1);
        assertThat(check.lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).endsWith("\"ok\":false}"));
        assertThat(check.lines().get(0)).contains("compatibility NONE");
        assertThat(check.lines().get(1)).contains("not registered");
        assertThat(check.lines().get(2)).contains("what it writes cannot be read");
    }

    @Test
    void aRegistryOutOfReachIsToldWithoutAStackTrace() {
        emulator.close();

        CommandLineRun check = schemas("check");

        assertThat(check.status()).isEqualTo(1);
        assertThat(check.err()).contains("GetSchema failed").doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:4571", "ftp://x", "http://", "::"})
    void anEndpointThatIsNoneIsNamed(String url) {
        CommandLineRun run = CommandLineRun.of("schemas", "check", "--endpoint", url);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--endpoint is '" + url + "'");
    }

    private static AppEvent signIn(String id) {
        return new AppEvent(
                id,
                Instant.parse("2026-11-20T08:00:00Z"),
                "auth.sign_in",
                "kim",
                null,
                "203.0.113.9",
                null,
                "failure",
                Map.of("attempt", "3"),
                "");
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void eventsOfFilesBecomeOneRecordEach(Compression compression) {
        RegistryRecords records =
                RegistryRecords.register(
                        RegistryPlace.emulator(emulator.url()), "trailwatch", compression);
        byte[] lines =
                (AppEventAvro.json(signIn("json-1")) + "\n" + AppEventAvro.json(signIn("json-2")))
                        .getBytes(UTF_8);
        byte[] container = AppEventAvro.container(List.of(signIn("avro-1")));

        List<RegistryRecords.Framed> framed = new ArrayList<>();
        framed.addAll(records.encode(lines).orElseThrow());
        framed.addAll(records.encode(container).orElseThrow());

        assertThat(framed)
                .extracting(RegistryRecords.Framed::key)
                .containsExactly("app/json-1", "app/json-2", "app/avro-1");
        try (RegistryDecoder decoder =
                new RegistryDecoder(new GlueSchemaVersions(glue()), DecoderSettings.DEFAULT)) {
            GenericRecord event =
                    ((Decoded) decoder.decode(framed.get(1).bytes())).avroRecord().orElseThrow();
            assertThat(event.get("event_id")).isEqualTo("json-2");
            assertThat(event.get("attributes")).isEqualTo(Map.of("attempt", "3"));
        }
    }

    @Test
    void whatIsNoApplicationEventOfOursStaysAFile() {
        RegistryRecords records =
                RegistryRecords.register(
                        RegistryPlace.emulator(emulator.url()), "trailwatch", Compression.NONE);
        String event = AppEventAvro.json(signIn("e"));

        for (String file :
                List.of(
                        "",
                        "words",
                        event + "\nand a line of something else",
                        event.replace("\"type\"", "\"shard\":3,\"type\""),
                        "{\"Records\":[]}")) {
            assertThat(records.encode(file.getBytes(UTF_8))).as(file).isEmpty();
        }
    }
}
