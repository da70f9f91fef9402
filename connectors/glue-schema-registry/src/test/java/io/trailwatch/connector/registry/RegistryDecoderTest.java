package io.trailwatch.connector.registry;

import static io.trailwatch.connector.registry.AppEvents.decoded;
import static io.trailwatch.connector.registry.AppEvents.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.registry.Decoding.Decoded;
import io.trailwatch.connector.registry.Decoding.Rejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RegistryDecoderTest {
    private final FakeVersions registry = new FakeVersions();
    private final RegistryDecoder decoder = decoder(DecoderSettings.DEFAULT);

    private RegistryDecoder decoder(DecoderSettings settings) {
        return new RegistryDecoder(registry, settings, new ManualWaiting());
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void readsBackWhatTheEncoderWrites(Compression compression) {
        UUID id = registry.add(AppEvents.SCHEMA);

        Decoded decoded =
                decoded(decoder.decode(RegistryEncoder.avro(id, compression, AppEvents.signIn())));

        assertThat(decoded.avroRecord()).contains(AppEvents.signIn());
        assertThat(decoded.avroRecord().orElseThrow().get("user")).isEqualTo("kim");
        assertThat(decoded.schemaName()).isEqualTo("app_event");
        assertThat(decoded.schemaVersionId()).isEqualTo(id);
        assertThat(decoded.dataFormat()).isEqualTo(DataFormat.AVRO);
        assertThat(decoded.json()).isEmpty();
    }

    @Test
    void readsVersionsOfTheRegistriesItIsToldAlone() {
        UUID id = registry.add(AppEvents.SCHEMA);
        byte[] record = RegistryEncoder.avro(id, Compression.NONE, AppEvents.signIn());

        decoded(
                decoder(DecoderSettings.DEFAULT.withRegistries(Set.of("other", "trailwatch")))
                        .decode(record));
        assertThat(
                        rejected(
                                        decoder(
                                                        DecoderSettings.DEFAULT.withRegistries(
                                                                Set.of("other")))
                                                .decode(record),
                                        RejectionReason.FOREIGN_REGISTRY)
                                .detail())
                .contains("its registry is 'trailwatch', must be one of [other]");
    }

    @Test
    void theHeaderIsThreeThenCompressionThenTheIdBigEndian() {
        UUID id = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

        assertThat(RegistryEncoder.frame(id, Compression.NONE, new byte[] {42}))
                .containsExactly(
                        3, 0, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA,
                        0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 42);
        assertThat(RegistryEncoder.frame(id, Compression.ZLIB, new byte[] {42})).startsWith(3, 5);
        decoder.decode(RegistryEncoder.frame(id, Compression.NONE, new byte[] {42}));
        assertThat(registry.calls).containsExactly(id);
    }

    @Test
    void refusesForeignHeadersWithoutAskingTheRegistry() {
        byte[] record =
                RegistryEncoder.avro(
                        registry.add(AppEvents.SCHEMA), Compression.NONE, AppEvents.signIn());

        assertThat(rejected(decoder.decode(new byte[0]), RejectionReason.TRUNCATED_HEADER).detail())
                .isEqualTo("record has 0 bytes, its header alone 18");
        rejected(decoder.decode(Arrays.copyOf(record, 17)), RejectionReason.TRUNCATED_HEADER);
        assertThat(
                        rejected(
                                        decoder.decode("{\"a\":1}".getBytes()),
                                        RejectionReason.UNKNOWN_HEADER_VERSION)
                                .detail())
                .isEqualTo("header version is 123, must be 3");
        record[1] = 4;
        assertThat(rejected(decoder.decode(record), RejectionReason.UNKNOWN_COMPRESSION).detail())
                .isEqualTo("compression byte is 4, must be 0 (none) or 5 (zlib)");
        assertThat(registry.calls).isEmpty();
    }

    @Test
    void aRecordOfTheLimitPassesAndAByteMoreDoesNot() {
        byte[] record =
                RegistryEncoder.avro(
                        registry.add(AppEvents.SCHEMA), Compression.NONE, AppEvents.signIn());

        decoded(withRecordLimit(record.length).decode(record));
        assertThat(
                        rejected(
                                        withRecordLimit(record.length - 1).decode(record),
                                        RejectionReason.RECORD_TOO_LARGE)
                                .detail())
                .isEqualTo(
                        "record has %d bytes, limit %d"
                                .formatted(record.length, record.length - 1));
    }

    private RegistryDecoder withRecordLimit(int bytes) {
        return decoder(
                DecoderSettings.DEFAULT.withLimits(
                        PayloadLimits.DEFAULT.withMaxRecordBytes(bytes)));
    }

    @Test
    void refusesProtobufAndUnknownFormatsByName() {
        UUID protobuf = registry.add(DataFormat.PROTOBUF, "syntax = \"proto3\";");
        UUID other = registry.add(DataFormat.OTHER, "?");

        assertThat(
                        rejected(
                                        decoder.decode(
                                                RegistryEncoder.frame(
                                                        protobuf, Compression.NONE, new byte[1])),
                                        RejectionReason.UNSUPPORTED_FORMAT)
                                .detail())
                .contains("PROTOBUF", "app_event");
        rejected(
                decoder.decode(RegistryEncoder.frame(other, Compression.NONE, new byte[1])),
                RejectionReason.UNSUPPORTED_FORMAT);
    }

    @ParameterizedTest
    @EnumSource(
            value = SchemaVersionStatus.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = "AVAILABLE")
    void onlyAvailableVersionsDecode(SchemaVersionStatus status) {
        UUID id = UUID.randomUUID();
        registry.put(id, DataFormat.AVRO, status, AppEvents.SCHEMA.toString());

        assertThat(
                        rejected(
                                        decoder.decode(
                                                RegistryEncoder.avro(
                                                        id, Compression.NONE, AppEvents.signIn())),
                                        RejectionReason.VERSION_NOT_AVAILABLE)
                                .detail())
                .contains(status.name(), id.toString());
    }

    @Test
    void eachRecordGoesToOneSide() {
        UUID id = registry.add(AppEvents.SCHEMA);
        List<Decoded> decoded = new ArrayList<>();
        List<Rejected> rejected = new ArrayList<>();

        decoder.decode(RegistryEncoder.avro(id, Compression.NONE, AppEvents.signIn()))
                .route(decoded::add, rejected::add);
        decoder.decode(new byte[] {1}).route(decoded::add, rejected::add);

        assertThat(decoded).singleElement().extracting(Decoded::schemaVersionId).isEqualTo(id);
        assertThat(rejected)
                .singleElement()
                .extracting(Rejected::reason)
                .isEqualTo(RejectionReason.UNKNOWN_HEADER_VERSION);
    }

    @Test
    void aFaultOfOursIsNamedAndNotThrown() {
        registry.during(
                () -> {
                    throw new IllegalStateException("secret");
                });

        Rejected rejected =
                rejected(
                        decoder.decode(
                                RegistryEncoder.frame(
                                        UUID.randomUUID(), Compression.NONE, new byte[1])),
                        RejectionReason.DECODER_BUG);

        assertThat(rejected.detail()).contains("IllegalStateException").doesNotContain("secret");
        assertThat(rejected.reason().fault()).isEqualTo(RejectionReason.Fault.OURS);
    }

    @Test
    void closesTheRegistry() {
        decoder.close();

        assertThat(registry.closed).isTrue();
    }
}
