package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.quarantine.RejectReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

public class AppEventAvroTest {
    public static List<AppEvent> events() {
        Instant time = Instant.parse("2026-11-20T08:03:11.123456Z");
        return List.of(
                new AppEvent(
                        "e-1",
                        time,
                        "auth.sign_in",
                        "kim",
                        "s-1",
                        "203.0.113.9",
                        "Mozilla/5.0",
                        "failure",
                        Map.of("attempt", "3", "reason", "bad \"password\""),
                        ""),
                new AppEvent(
                        "e-2", time, "job.started", null, null, null, null, null, Map.of(), ""));
    }

    public static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void readsBackWhatItWrites() {
        for (AppEvent event : events()) {
            AppEvent read = AppEventAvro.decode(AppEventAvro.singleObject(event));
            assertThat(read).isEqualTo(event.withRaw(AppEventAvro.json(event)));
        }
        assertThat(AppEventAvro.json(events().get(0)))
                .isEqualTo(
                        "{\"event_id\":\"e-1\",\"time\":\"2026-11-20T08:03:11.123456Z\","
                                + "\"type\":\"auth.sign_in\",\"user\":\"kim\",\"session\":\"s-1\","
                                + "\"source_ip\":\"203.0.113.9\",\"user_agent\":\"Mozilla/5.0\","
                                + "\"outcome\":\"failure\",\"attributes\":{\"attempt\":\"3\","
                                + "\"reason\":\"bad \\\"password\\\"\"}}");
    }

    @Test
    void resolvesAWriterWithMoreAndFewerFields() throws IOException {
        Schema writer =
                SchemaBuilder.record("AppEvent")
                        .namespace("io.trailwatch.event")
                        .fields()
                        .requiredString("type")
                        .requiredInt("later_field")
                        .requiredString("event_id")
                        .requiredLong("time")
                        .endRecord();
        GenericRecord event =
                new GenericRecordBuilder(writer)
                        .set("type", "job.done")
                        .set("later_field", 7)
                        .set("event_id", "e-9")
                        .set("time", 1_000_000L)
                        .build();

        Unwrapped pieces = Unwrapped.of(file(writer, CodecFactory.nullCodec(), event));

        assertThat(pieces.keys()).containsExactly("app/e-9");
        AppEvent read = AppEventAvro.decode(pieces.events.get(0).payload());
        assertThat(read.type()).isEqualTo("job.done");
        assertThat(read.time()).isEqualTo(Instant.ofEpochSecond(1));
        assertThat(read.attributes()).isEmpty();
    }

    @Test
    void rejectsASchemaThatIsNotOurs() throws IOException {
        Schema writer = SchemaBuilder.record("Other").fields().requiredString("name").endRecord();
        GenericRecord event = new GenericRecordBuilder(writer).set("name", "x").build();

        Unwrapped pieces = Unwrapped.of(file(writer, CodecFactory.nullCodec(), event));

        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_AVRO);
        assertThat(pieces.events).isEmpty();
    }

    @Test
    void rejectsAFingerprintThatIsNotOurs() {
        byte[] event = AppEventAvro.singleObject(events().get(0));
        event[5] ^= 1;

        Unwrapped pieces = Unwrapped.of(event);

        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_AVRO);
        assertThat(pieces.rejections.get(0).detail()).contains("fingerprint");
        assertThat(pieces.rejections.get(0).payload()).isEqualTo(event);
    }

    @Test
    void keepsTheEventsBeforeATruncation() {
        byte[] first = AppEventAvro.singleObject(events().get(0));
        byte[] both = concat(first, AppEventAvro.singleObject(events().get(1)));

        Unwrapped pieces = Unwrapped.of(Arrays.copyOf(both, both.length - 1));

        assertThat(pieces.keys()).containsExactly("app/e-1");
        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_AVRO);
        assertThat(pieces.rejections.get(0).payload()).hasSize(both.length - first.length - 1);

        byte[] file = AppEventAvro.container(events());
        assertThat(Unwrapped.of(Arrays.copyOf(file, file.length - 3)).reasons())
                .containsExactly(RejectReason.BROKEN_AVRO);
    }

    @Test
    void doesNotBelieveTheLengthsOfABomb() {
        byte[] header = Arrays.copyOf(AppEventAvro.singleObject(events().get(0)), 10);
        byte[] hugeString = {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};

        Unwrapped pieces = Unwrapped.of(concat(header, hugeString));

        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_AVRO);
        assertThat(pieces.rejections.get(0).detail())
                .contains("length is 2147483647, 0 bytes are left");
    }

    @Test
    void doesNotBelieveTheSizeOfABlockThatOurSchemaSkips() throws IOException {
        Schema writer =
                SchemaBuilder.record("AppEvent")
                        .namespace("io.trailwatch.event")
                        .fields()
                        .name("later_field")
                        .type()
                        .array()
                        .items()
                        .intType()
                        .noDefault()
                        .requiredString("event_id")
                        .requiredLong("time")
                        .requiredString("type")
                        .endRecord();
        byte[] datum = {
            // One item, in a block that claims three bytes and has one; no further block
            0x01,
            0x06,
            0x00,
            0x00,
            // event_id of six bytes: who skips three finds an end of blocks and a text of 2 GB
            0x0C,
            0x00,
            (byte) 0xFE,
            (byte) 0xFF,
            (byte) 0xFF,
            (byte) 0xFF,
            0x0F,
            // time and type
            0x00,
            0x02,
            'x'
        };
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> out =
                new DataFileWriter<>(new GenericDatumWriter<>(writer))) {
            out.create(writer, file);
            out.appendEncoded(ByteBuffer.wrap(datum));
        }

        Unwrapped pieces = Unwrapped.of(file.toByteArray());

        assertThat(pieces.events).isEmpty();
        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_AVRO);
        assertThat(pieces.rejections.get(0).detail())
                .contains("block claims 3 bytes, its items take 1");
    }

    @Test
    void refusesSchemasUnderWhichFewBytesStandForMuch() {
        Schema emptyItems =
                SchemaBuilder.record("A")
                        .fields()
                        .name("bomb")
                        .type()
                        .array()
                        .items()
                        .nullType()
                        .noDefault()
                        .endRecord();
        Schema recursive =
                new Schema.Parser()
                        .parse(
                                "{\"type\":\"record\",\"name\":\"N\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"N\"]}]}");
        StringBuilder doubling = new StringBuilder("\"string\"");
        for (int i = 0; i < 20; i++) {
            doubling.insert(
                    0,
                    "{\"type\":\"record\",\"name\":\"R"
                            + i
                            + "\",\"fields\":[{\"name\":\"a\",\"type\":");
            doubling.append("},{\"name\":\"b\",\"type\":")
                    .append(i == 0 ? "\"string\"" : "\"R" + (i - 1) + "\"")
                    .append("}]}");
        }
        Schema exponential = new Schema.Parser().parse(doubling.toString());

        assertThatThrownBy(() -> AvroBounds.requireBounded(emptyItems))
                .hasMessageContaining("items without bytes");
        assertThatThrownBy(() -> AvroBounds.requireBounded(recursive))
                .hasMessageContaining("contains itself");
        assertThatThrownBy(() -> AvroBounds.requireBounded(exponential))
                .hasMessageContaining("more than 10000 nodes");
        AvroBounds.requireBounded(AppEventAvro.SCHEMA);
    }

    @Test
    void boundsWhatABlockInflatesTo() {
        AppEvent large =
                new AppEvent(
                        "e-1",
                        Instant.EPOCH,
                        "x",
                        null,
                        null,
                        null,
                        null,
                        null,
                        Map.of("pad", "x".repeat(50_000)),
                        "");
        byte[] file = AppEventAvro.container(List.of(large));

        assertThat(Unwrapped.of(file).events).hasSize(1);
        Unwrapped stopped = Unwrapped.of(file, DecodeLimits.DEFAULT.withMaxInflatedBytes(50_000));
        assertThat(stopped.events).isEmpty();
        assertThat(stopped.reasons()).containsExactly(RejectReason.INFLATE_LIMIT);
        assertThat(stopped.rejections.get(0).detail()).contains("50000");
    }

    @Test
    void namesACodecItDoesNotKnow() throws IOException {
        byte[] file = AppEventAvro.container(events());
        byte[] changed = Unwrapped.text(file).contains("deflate") ? file.clone() : file;
        int at = indexOf(changed, "deflate");
        changed[at] = 'D';

        assertThat(Unwrapped.of(changed).rejections.get(0).detail())
                .contains("codec is 'Deflate', known are null and deflate");
    }

    private static int indexOf(byte[] bytes, String word) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(word);
    }

    private static byte[] file(Schema schema, CodecFactory codec, GenericRecord event)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema))
                        .setCodec(codec)
                        .create(schema, bytes)) {
            writer.append(event);
        }
        return bytes.toByteArray();
    }
}
