package io.trailwatch.connector.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.schemaregistry.common.AWSDeserializerInput;
import com.amazonaws.services.schemaregistry.common.AWSSerializerInput;
import com.amazonaws.services.schemaregistry.common.configs.GlueSchemaRegistryConfiguration;
import com.amazonaws.services.schemaregistry.deserializers.GlueSchemaRegistryDeserializationFacade;
import com.amazonaws.services.schemaregistry.serializers.GlueSchemaRegistrySerializationFacade;
import com.amazonaws.services.schemaregistry.serializers.SerializationDataEncoder;
import com.amazonaws.services.schemaregistry.utils.AWSSchemaRegistryConstants;
import com.amazonaws.services.schemaregistry.utils.AvroRecordType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.glue.model.DataFormat;

/** Our bytes against those of schema-registry-serde, both by the same registry. */
class OfficialLibraryTest {
    private FakeGlue glue;

    @BeforeEach
    void startGlue() throws IOException {
        glue = new FakeGlue();
    }

    @AfterEach
    void stopGlue() {
        glue.close();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void itsAvroDecodesHere(Compression compression) {
        byte[] record = official(compression);

        assertThat(record).startsWith(3, compression.code);
        var decoded = AppEvents.decoded(decode(record));
        assertThat(decoded.value()).isEqualTo(AppEvents.signIn());
        assertThat(decoded.schemaName()).isEqualTo("app_event");
        assertThat(glue.versions).contains(decoded.schemaVersionId().toString());
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void ourAvroDecodesThere(Compression compression) {
        UUID id = register();
        byte[] ours = RegistryEncoder.avro(id, compression, AppEvents.signIn());

        // With time as a long: neither side applies the logical type.
        Object theirs =
                officialDecoder(compression)
                        .deserialize(
                                AWSDeserializerInput.builder()
                                        .buffer(ByteBuffer.wrap(ours))
                                        .transportName("stream")
                                        .build());

        assertThat(theirs.toString()).isEqualTo(AppEvents.signIn().toString());
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void bothWriteTheSameBytes(Compression compression) {
        byte[] theirs = official(compression);
        UUID id = register();

        assertThat(RegistryEncoder.avro(id, compression, AppEvents.signIn())).isEqualTo(theirs);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void itsJsonFrameDecodesHereAndOursThere(Compression compression) {
        String schema =
                """
                {"$schema":"http://json-schema.org/draft-07/schema#","type":"object",
                 "properties":{"user":{"type":"string"}},"required":["user"]}\
                """;
        UUID id = glue.add("sign_in", "JSON", schema);
        byte[] payload = "{\"user\":\"kim\"}".getBytes(StandardCharsets.UTF_8);
        // Its JSON serializer needs Scala; the framing around it does not.
        byte[] theirs = new SerializationDataEncoder(configuration(compression)).write(payload, id);

        assertThat(AppEvents.decoded(decode(theirs)).json().orElseThrow().toString())
                .isEqualTo("{\"user\":\"kim\"}");
        assertThat(
                        officialDecoder(compression)
                                .getActualData(RegistryEncoder.frame(id, compression, payload)))
                .isEqualTo(payload);
    }

    private Decoding decode(byte[] record) {
        try (RegistryDecoder decoder =
                new RegistryDecoder(
                        new GlueSchemaVersions(glue.client()), DecoderSettings.DEFAULT)) {
            return decoder.decode(record);
        }
    }

    private UUID register() {
        return new SchemaRegistration(glue.client(), RetryPolicy.DEFAULT, Duration.ofSeconds(10))
                .register(FakeGlue.REGISTRY, "app_event", AppEvents.SCHEMA);
    }

    private byte[] official(Compression compression) {
        GlueSchemaRegistrySerializationFacade facade =
                GlueSchemaRegistrySerializationFacade.builder()
                        .credentialProvider(FakeGlue.CREDENTIALS)
                        .glueSchemaRegistryConfiguration(configuration(compression))
                        .build();
        UUID id =
                facade.getOrRegisterSchemaVersion(
                        AWSSerializerInput.builder()
                                .schemaDefinition(AppEvents.SCHEMA.toString())
                                .schemaName("app_event")
                                .dataFormat(DataFormat.AVRO.name())
                                .transportName("stream")
                                .build());
        return facade.serialize(DataFormat.AVRO, AppEvents.signIn(), id);
    }

    private GlueSchemaRegistryDeserializationFacade officialDecoder(Compression compression) {
        return new GlueSchemaRegistryDeserializationFacade(
                configuration(compression), FakeGlue.CREDENTIALS);
    }

    private GlueSchemaRegistryConfiguration configuration(Compression compression) {
        return new GlueSchemaRegistryConfiguration(
                Map.of(
                        AWSSchemaRegistryConstants.AWS_REGION,
                        "eu-central-1",
                        AWSSchemaRegistryConstants.AWS_ENDPOINT,
                        glue.uri().toString(),
                        AWSSchemaRegistryConstants.REGISTRY_NAME,
                        FakeGlue.REGISTRY,
                        AWSSchemaRegistryConstants.SCHEMA_AUTO_REGISTRATION_SETTING,
                        true,
                        AWSSchemaRegistryConstants.AVRO_RECORD_TYPE,
                        AvroRecordType.GENERIC_RECORD.getName(),
                        AWSSchemaRegistryConstants.COMPRESSION_TYPE,
                        compression.name()));
    }
}
