package io.trailwatch.connector.registry;

import static io.trailwatch.connector.registry.AppEvents.decoded;
import static io.trailwatch.connector.registry.AppEvents.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.registry.Decoding.Rejected;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroPayloadsTest {
    private static final String RECORD =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":%s}]}";

    private final FakeVersions registry = new FakeVersions();

    private Decoding decode(DecoderSettings settings, String schema, byte[] payload) {
        UUID id = registry.add(DataFormat.AVRO, schema);
        return new RegistryDecoder(registry, settings, new ManualWaiting())
                .decode(RegistryEncoder.frame(id, Compression.NONE, payload));
    }

    private Decoding decode(String schema, byte[] payload) {
        return decode(DecoderSettings.DEFAULT, schema, payload);
    }

    private static Object field(Decoding decoding, String name) {
        return decoded(decoding).avroRecord().orElseThrow().get(name);
    }

    interface Writing {
        void to(BinaryEncoder encoder) throws IOException;
    }

    private static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        try {
            writing.to(encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Bytes that this thread allocates while it decodes. */
    private static long allocated(Runnable decode) {
        var threads =
                (com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean();
        decode.run();
        long before = threads.getCurrentThreadAllocatedBytes();
        decode.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void bringsOnlyWritersOfItsNameToAReader() {
        String old =
                """
                {"type":"record","name":"a.Login","fields":[{"name":"user","type":"string"}]}\
                """;
        String other = old.replace("a.Login", "b.Login");
        Schema reader =
                new Schema.Parser()
                        .parse(
                                """
                                {"type":"record","name":"a.Login","fields":[
                                 {"name":"user","type":"string"},
                                 {"name":"device","type":"string","default":"none"}]}\
                                """);
        DecoderSettings settings = DecoderSettings.DEFAULT.withReaderByName(reader);
        byte[] kim = {6, 'k', 'i', 'm'};

        assertThat(decoded(decode(settings, old, kim)).value().toString())
                .isEqualTo("{\"user\": \"kim\", \"device\": \"none\"}");
        assertThat(decoded(decode(settings, other, kim)).value().toString())
                .isEqualTo("{\"user\": \"kim\"}");
    }

    @Test
    void bringsOlderAndNewerWritersToTheReader() {
        Schema reader =
                SchemaBuilder.record("R")
                        .fields()
                        .requiredString("user")
                        .name("score")
                        .type()
                        .longType()
                        .longDefault(7)
                        .optionalString("note")
                        .endRecord();
        DecoderSettings settings = DecoderSettings.DEFAULT.withReaderSchema(reader);
        Schema older =
                SchemaBuilder.record("R")
                        .fields()
                        .requiredString("user")
                        .requiredInt("score")
                        .endRecord();
        Schema newer =
                SchemaBuilder.record("R")
                        .fields()
                        .name("tags")
                        .type()
                        .array()
                        .items()
                        .stringType()
                        .noDefault()
                        .requiredString("user")
                        .endRecord();
        GenericRecord old =
                new GenericRecordBuilder(older).set("user", "kim").set("score", 3).build();
        GenericRecord young =
                new GenericRecordBuilder(newer)
                        .set("user", "lee")
                        .set("tags", List.of("a", "b"))
                        .build();

        try (RegistryDecoder decoder =
                new RegistryDecoder(registry, settings, new ManualWaiting())) {
            assertThat(
                            decoded(
                                            decoder.decode(
                                                    RegistryEncoder.avro(
                                                            registry.add(older),
                                                            Compression.NONE,
                                                            old)))
                                    .value())
                    .hasToString("{\"user\": \"kim\", \"score\": 3, \"note\": null}");
            assertThat(
                            decoded(
                                            decoder.decode(
                                                    RegistryEncoder.avro(
                                                            registry.add(newer),
                                                            Compression.NONE,
                                                            young)))
                                    .value())
                    .hasToString("{\"user\": \"lee\", \"score\": 7, \"note\": null}");
        }
    }

    @Test
    void namesAWriterThatDoesNotResolve() {
        DecoderSettings settings = DecoderSettings.DEFAULT.withReaderSchema(AppEvents.SCHEMA);

        Rejected rejected =
                rejected(
                        decode(settings, RECORD.formatted("\"int\""), new byte[] {2}),
                        RejectionReason.INCOMPATIBLE_SCHEMA);

        assertThat(rejected.detail()).contains("AppEvent");
    }

    @Test
    void stringsAreStringsWhateverTheWriterAsksFor() {
        String[] types = {
            "\"string\"",
            "{\"type\":\"string\",\"avro.java.string\":\"Utf8\"}",
            "{\"type\":\"string\",\"avro.java.string\":\"no such type\"}",
            "{\"type\":\"string\",\"java-class\":\"java.io.File\"}"
        };
        for (String type : types) {
            assertThat(field(decode(RECORD.formatted(type), bytes(e -> e.writeString("a"))), "f"))
                    .as(type)
                    .isEqualTo("a");
        }
        String map =
                RECORD.formatted(
                        "{\"type\":\"map\",\"values\":\"string\",\"java-key-class\":\"java.io.File\"}");
        byte[] payload =
                bytes(
                        e -> {
                            e.writeLong(1);
                            e.writeString("k");
                            e.writeString("v");
                            e.writeLong(0);
                        });
        assertThat(field(decode(map, payload), "f")).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void logicalTypesStayPlain() {
        String micros =
                RECORD.formatted("{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}");

        assertThat(field(decode(micros, bytes(e -> e.writeLong(5))), "f")).isEqualTo(5L);
    }

    @Test
    void anAvroNullIsAValueToo() {
        assertThat(decoded(decode("\"null\"", new byte[0])).value()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"string\"", "\"bytes\""})
    void aClaimOfTwoGigabytesAllocatesNothing(String type) {
        UUID id = registry.add(DataFormat.AVRO, RECORD.formatted(type));
        RegistryDecoder decoder =
                new RegistryDecoder(registry, DecoderSettings.DEFAULT, new ManualWaiting());
        byte[] record =
                RegistryEncoder.frame(
                        id, Compression.NONE, bytes(e -> e.writeLong(Integer.MAX_VALUE - 8)));

        assertThat(rejected(decoder.decode(record), RejectionReason.BROKEN_AVRO).detail())
                .contains("claims 2147483639 bytes, 0 are left");
        assertThat(allocated(() -> decoder.decode(record))).isLessThan(100_000);
    }

    @Test
    void aClaimOfABillionItemsAllocatesNothing() {
        UUID id =
                registry.add(
                        DataFormat.AVRO,
                        RECORD.formatted("{\"type\":\"array\",\"items\":\"int\"}"));
        RegistryDecoder decoder =
                new RegistryDecoder(registry, DecoderSettings.DEFAULT, new ManualWaiting());
        for (long claim : new long[] {1_000_000_000, 4, -4, Long.MIN_VALUE, Long.MAX_VALUE}) {
            byte[] record =
                    RegistryEncoder.frame(
                            id,
                            Compression.NONE,
                            bytes(
                                    e -> {
                                        e.writeLong(claim);
                                        e.writeLong(1);
                                        e.writeLong(1);
                                        e.writeLong(0);
                                    }));

            rejected(decoder.decode(record), RejectionReason.BROKEN_AVRO);
            assertThat(allocated(() -> decoder.decode(record))).isLessThan(100_000);
        }
    }

    /** Avro skips such a block by the size it claims, and reads on from there. */
    @Test
    void aBlockMustTakeTheBytesThatItClaims() {
        Schema writer =
                new Schema.Parser()
                        .parse(
                                """
                                {"type":"record","name":"R","fields":[
                                  {"name":"skipped","type":{"type":"array","items":"string"}},
                                  {"name":"kept","type":"string"}]}\
                                """);
        Schema reader = SchemaBuilder.record("R").fields().requiredString("kept").endRecord();
        DecoderSettings settings = DecoderSettings.DEFAULT.withReaderSchema(reader);

        byte[] honest = block(2);
        byte[] lying = block(1);

        assertThat(field(decode(settings, writer.toString(), honest), "kept")).isEqualTo("x");
        assertThat(
                        rejected(
                                        decode(settings, writer.toString(), lying),
                                        RejectionReason.BROKEN_AVRO)
                                .detail())
                .isEqualTo("block claims 1 bytes, its items take 2");
    }

    private static byte[] block(long claimedBytes) {
        return bytes(
                e -> {
                    e.writeLong(-1);
                    e.writeLong(claimedBytes);
                    e.writeString("a");
                    e.writeLong(0);
                    e.writeString("x");
                });
    }

    @Test
    void refusesBytesAfterTheDatum() {
        assertThat(
                        rejected(
                                        decode("\"int\"", new byte[] {2, 0, 0}),
                                        RejectionReason.TRAILING_BYTES)
                                .detail())
                .isEqualTo("2 bytes follow the datum of 1 bytes");
    }

    @Test
    void refusesWhatNoSchemaAllows() {
        String nullableInt = RECORD.formatted("[\"null\",\"int\"]");
        rejected(decode(nullableInt, new byte[] {4}), RejectionReason.BROKEN_AVRO);
        rejected(decode(nullableInt, new byte[] {1}), RejectionReason.BROKEN_AVRO);
        rejected(decode(nullableInt, new byte[0]), RejectionReason.BROKEN_AVRO);
        rejected(decode("\"int\"", bytes(e -> e.writeLong(1L << 31))), RejectionReason.BROKEN_AVRO);
        byte[] endless = new byte[11];
        Arrays.fill(endless, (byte) 0x80);
        assertThat(rejected(decode("\"long\"", endless), RejectionReason.BROKEN_AVRO).detail())
                .isEqualTo("a number is longer than 10 bytes");
        rejected(
                decode(
                        "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}",
                        bytes(e -> e.writeEnum(1))),
                RejectionReason.BROKEN_AVRO);
        rejected(
                decode("{\"type\":\"fixed\",\"name\":\"F\",\"size\":2000000000}", new byte[5]),
                RejectionReason.BROKEN_AVRO);
    }

    private static final String LIST =
            """
            {"type":"record","name":"Node","fields":[
              {"name":"next","type":["null","Node"]}]}\
            """;

    private static byte[] list(int nodes) {
        return bytes(
                e -> {
                    for (int i = 1; i < nodes; i++) {
                        e.writeIndex(1);
                    }
                    e.writeIndex(0);
                });
    }

    @Test
    void recursiveSchemasAreReadToTheDepthLimitAndNoFurther() {
        decoded(decode(LIST, list(64)));

        assertThat(rejected(decode(LIST, list(65)), RejectionReason.PAYLOAD_LIMIT).detail())
                .isEqualTo("payload is nested deeper than 64");
        rejected(decode(LIST, list(1_000_000)), RejectionReason.PAYLOAD_LIMIT);
    }

    @Test
    void theDeepestLimitLeavesStackToSpare() {
        DecoderSettings deepest =
                DecoderSettings.DEFAULT.withLimits(
                        PayloadLimits.DEFAULT.withMaxDepth(PayloadLimits.MAX_DEPTH));

        decoded(decode(deepest, LIST, list(PayloadLimits.MAX_DEPTH)));
    }

    @Test
    void countsValues() {
        String longs = "{\"type\":\"array\",\"items\":\"long\"}";
        DecoderSettings three =
                DecoderSettings.DEFAULT.withLimits(PayloadLimits.DEFAULT.withMaxValues(3));

        assertThat(decoded(decode(three, longs, longs(2))).value()).isEqualTo(List.of(0L, 1L));
        assertThat(rejected(decode(three, longs, longs(3)), RejectionReason.PAYLOAD_LIMIT).detail())
                .isEqualTo("payload has more than 3 values");
    }

    private static byte[] longs(int count) {
        return bytes(
                e -> {
                    e.writeLong(count);
                    for (int i = 0; i < count; i++) {
                        e.writeLong(i);
                    }
                    e.writeLong(0);
                });
    }

    @Test
    void refusesSchemasUnderWhichFewBytesStandForMuch() {
        assertThat(
                        rejected(decode(doubling(62), new byte[1]), RejectionReason.INVALID_SCHEMA)
                                .detail())
                .contains("nodes when written out, limit 10000");
        rejected(decode(doubling(80), new byte[1]), RejectionReason.INVALID_SCHEMA);
        rejected(
                decode("{\"type\":\"array\",\"items\":\"null\"}", new byte[1]),
                RejectionReason.INVALID_SCHEMA);
        rejected(
                decode("{\"type\":\"array\",\"items\":" + doubling(2) + "}", new byte[1]),
                RejectionReason.INVALID_SCHEMA);
        decoded(decode(doubling(5), new byte[0]));
    }

    /** Records that each hold the next one twice: 2^levels values of no byte. */
    private static String doubling(int levels) {
        String inner = "\"null\"";
        for (int i = 0; i < levels; i++) {
            String name = "L" + i;
            String again = i == 0 ? "\"null\"" : "\"L" + (i - 1) + "\"";
            inner =
                    "{\"type\":\"record\",\"name\":\"%s\",\"fields\":[{\"name\":\"a\",\"type\":%s},{\"name\":\"b\",\"type\":%s}]}"
                            .formatted(name, inner, again);
        }
        return inner;
    }

    @Test
    void refusesDefinitionsThatDoNotParse() {
        for (String definition :
                List.of(
                        "",
                        "no schema",
                        "{\"type\":\"record\"}",
                        "{",
                        "\"NoSuchType\"",
                        "[".repeat(100_000),
                        "\"" + "a".repeat(2_000_000) + "\"")) {
            Rejected rejected =
                    rejected(decode(definition, new byte[1]), RejectionReason.INVALID_SCHEMA);
            assertThat(rejected.detail()).startsWith("schema app_event, version ");
        }
    }
}
