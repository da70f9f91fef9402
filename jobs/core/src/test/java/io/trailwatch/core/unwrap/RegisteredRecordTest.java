package io.trailwatch.core.unwrap;

import static io.trailwatch.core.unwrap.Unwrapped.bytes;
import static io.trailwatch.core.unwrap.Unwrapped.gzip;
import static io.trailwatch.core.unwrap.Unwrapped.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.core.decode.AppMappings;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded.Accepted;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.decode.RegisteredSchema;
import io.trailwatch.core.decode.SchemaResolver;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records in the wire format of the Glue Schema Registry, by a resolver whose answers are told. */
class RegisteredRecordTest {
    private static final String VERSION = "11111111-2222-3333-4444-555555555555";

    private static final Schema ORDER =
            new Schema.Parser()
                    .parse(
                            """
                            {"type":"record","name":"shop.Order","fields":[
                             {"name":"order","type":"string"},
                             {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
                             {"name":"customer","type":["null","string"]},
                             {"name":"total","type":"double"}]}\
                            """);

    private static final String MAPPING =
            """
            mappings:
              - name: shop
                match: {schema: order_placed}
                event:
                  event_id: order
                  time: at
                  type: {literal: shop.order}
                  user: customer
            """;

    private static final UnwrapSettings MAPPED =
            UnwrapSettings.DEFAULT.withMappings(AppMappings.parse("mappings.yml", MAPPING));

    /** Answers the same for each record, and keeps what it was asked. */
    private static final class Told implements SchemaResolver {
        private final Resolution answer;
        private final List<byte[]> asked = new ArrayList<>();

        Told(Resolution answer) {
            this.answer = answer;
        }

        @Override
        public Resolution resolve(byte[] record) {
            asked.add(record);
            return answer;
        }
    }

    private static Told avro(String schema, GenericRecord value) {
        return new Told(new SchemaResolver.AvroValue(new RegisteredSchema(schema, VERSION), value));
    }

    private static Told json(String schema, String text) {
        return new Told(
                new SchemaResolver.JsonObject(new RegisteredSchema(schema, VERSION), bytes(text)));
    }

    private static byte[] record(String payload) {
        byte[] bytes = bytes(payload);
        return ByteBuffer.allocate(18 + bytes.length)
                .put((byte) 3)
                .put((byte) 0)
                .putLong(1)
                .putLong(2)
                .put(bytes)
                .array();
    }

    private static Unwrapped unwrap(byte[] payload, UnwrapSettings settings, SchemaResolver told) {
        Unwrapped pieces = new Unwrapped();
        new Unwrapper(settings, told).unwrap(Unwrapped.record(payload), pieces);
        return pieces;
    }

    private static AppEvent decode(LogEvent event, UnwrapSettings settings) {
        return (AppEvent)
                ((Accepted<DecodedEvent>)
                                new Decoder(settings.formats(), DecodeLimits.DEFAULT).decode(event))
                        .value()
                        .body();
    }

    private static AppEvent signIn() {
        return new AppEvent(
                "e-1",
                Instant.parse("2026-11-20T08:00:00.123456Z"),
                "auth.sign_in",
                "kim",
                null,
                "203.0.113.9",
                null,
                "failure",
                Map.of("attempt", "3"),
                "");
    }

    private static GenericRecord own() {
        byte[] bytes = AppEventAvro.singleObject(signIn());
        try {
            return new GenericDatumReader<GenericRecord>(AppEventAvro.SCHEMA)
                    .read(
                            null,
                            DecoderFactory.get()
                                    .binaryDecoder(
                                            Arrays.copyOfRange(bytes, 10, bytes.length), null));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static GenericRecord order() {
        return new GenericRecordBuilder(ORDER)
                .set("order", "o-7")
                .set("at", Instant.parse("2026-11-20T08:00:00.5Z").toEpochMilli())
                .set("customer", "kim")
                .set("total", 12.5)
                .build();
    }

    @Test
    void ourOwnAvroIsTheEventThatItIsWithoutARegistry() {
        Unwrapped pieces = unwrap(record("x"), UnwrapSettings.DEFAULT, avro("app_event", own()));

        assertThat(pieces.rejections).isEmpty();
        LogEvent event = pieces.events.get(0);
        assertThat(event.key()).isEqualTo("app/e-1");
        LogEvent plain = Unwrapped.of(AppEventAvro.singleObject(signIn())).events.get(0);
        LogEvent json = Unwrapped.of(AppEventAvro.json(signIn())).events.get(0);
        assertThat(event.eventHour())
                .isEqualTo(plain.eventHour())
                .isEqualTo(json.eventHour())
                .isEqualTo(Instant.parse("2026-11-20T08:00:00Z").getEpochSecond() / 3_600);
        assertThat(json.key()).isEqualTo(event.key());
        assertThat(event.payload()).isEqualTo(AppEventAvro.singleObject(signIn()));
        AppEvent app = decode(event, UnwrapSettings.DEFAULT);
        assertThat(app.schemaName()).isEqualTo("app_event");
        assertThat(app.schemaVersionId()).isEqualTo(VERSION);
        assertThat(app.raw()).isEqualTo(AppEventAvro.json(signIn()));
        assertThat(app.user()).isEqualTo("kim");
    }

    @Test
    void otherAvroIsReadByTheMappingOfItsSchema() {
        Unwrapped pieces = unwrap(record("x"), MAPPED, avro("order_placed", order()));

        LogEvent event = pieces.events.get(0);
        assertThat(event.key()).isEqualTo("map/shop/o-7");
        assertThat(text(event.payload()))
                .isEqualTo(
                        """
                        {"order":"o-7","at":"2026-11-20T08:00:00.500Z","customer":"kim","total":12.5}\
                        """);
        AppEvent app = decode(event, MAPPED);
        assertThat(app.type()).isEqualTo("shop.order");
        assertThat(app.time()).isEqualTo(Instant.parse("2026-11-20T08:00:00.5Z"));
        assertThat(app.user()).isEqualTo("kim");
        assertThat(app.attributes()).containsOnly(Map.entry("total", "12.5"));
        assertThat(app.schemaName()).isEqualTo("order_placed");
        assertThat(app.schemaVersionId()).isEqualTo(VERSION);
    }

    @Test
    void aMappingOfOneSchemaReadsNoOther() {
        byte[] record = record("the bytes as they came");
        Unwrapped pieces = unwrap(record, MAPPED, avro("order_cancelled", order()));

        assertThat(pieces.events).isEmpty();
        Quarantined rejected = pieces.rejections.get(0);
        assertThat(rejected.reason()).isEqualTo(RejectReason.UNKNOWN_EVENT);
        assertThat(rejected.detail()).contains("event of schema order_cancelled is of no format");
        assertThat(rejected.payload()).isEqualTo(record);
        assertThat(
                        Unwrapped.of(
                                        bytes(
                                                "{\"order\":\"o-7\",\"at\":\"2026-11-20T08:00:00Z\"}"),
                                        MAPPED)
                                .reasons())
                .containsExactly(RejectReason.UNKNOWN_EVENT);
    }

    @Test
    void jsonOfARegistryIsWhatJsonIs() {
        String text =
                "{ \"event_id\":\"e-2\", \"time\":\"2026-11-20T08:00:00Z\", \"type\":\"a.b\" }";
        Unwrapped pieces =
                unwrap(record("x"), UnwrapSettings.DEFAULT, json("login", "\n " + text + " \n"));

        LogEvent event = pieces.events.get(0);
        assertThat(event.key()).isEqualTo(Unwrapped.of(text).keys().get(0));
        assertThat(text(event.payload())).isEqualTo(text);
        AppEvent app = decode(event, UnwrapSettings.DEFAULT);
        assertThat(app.schemaName()).isEqualTo("login");
        assertThat(app.raw()).isEqualTo(text);
    }

    @Test
    void eventsOfOtherTablesKeepTheFormatTheyHave() {
        Unwrapped pieces =
                unwrap(
                        record("x"),
                        UnwrapSettings.DEFAULT,
                        json("trail", Unwrapped.cloudTrail("id-1")));

        assertThat(pieces.events.get(0).kind()).isEqualTo(LogKind.CLOUDTRAIL);
        assertThat(pieces.events.get(0).format()).isEqualTo("cloudtrail");
        assertThat(pieces.keys()).containsExactly("ct/111122223333/id-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "\"x\"", "{\"a\":", ""})
    void aValueThatIsNoObjectIsRejectedAsItCame(String text) {
        Unwrapped pieces = unwrap(record("as it came"), UnwrapSettings.DEFAULT, json("list", text));

        assertThat(pieces.reasons()).containsExactly(RejectReason.UNKNOWN_EVENT);
        assertThat(pieces.rejections.get(0).payload()).isEqualTo(record("as it came"));
    }

    @Test
    void anEventThatIsTooLargeAsJsonIsRejectedAsItCame() {
        GenericRecord order = order();
        order.put("customer", "\u0001".repeat(DecodeLimits.DEFAULT.maxEventBytes() / 6));

        Unwrapped pieces = unwrap(record("as it came"), MAPPED, avro("order_placed", order));

        assertThat(pieces.reasons()).containsExactly(RejectReason.TOO_LARGE);
        assertThat(pieces.rejections.get(0).payload()).isEqualTo(record("as it came"));
    }

    @Test
    void aRefusedRecordIsKeptWholeAndIsReadAgainLikeTheFirstTime() {
        byte[] record = record("payload\nwith a line feed");
        Unwrapped down =
                unwrap(
                        record,
                        MAPPED,
                        new Told(
                                new SchemaResolver.Refused(
                                        RejectReason.REGISTRY_UNAVAILABLE, "no answer")));

        assertThat(down.events).isEmpty();
        Quarantined rejected = down.rejections.get(0);
        assertThat(rejected.reason()).isEqualTo(RejectReason.REGISTRY_UNAVAILABLE);
        assertThat(rejected.payload()).isEqualTo(record);
        assertThat(rejected.isWhole()).isTrue();

        Told up = avro("order_placed", order());
        SecondReading reading = new SecondReading(MAPPED, up);
        assertThat(reading.check(rejected).verdict()).isEqualTo(SecondReading.Verdict.READABLE);
        Unwrapped again = new Unwrapped();
        reading.read(rejected, again);
        LogEvent first = unwrap(record, MAPPED, up).events.get(0);
        assertThat(again.events)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(first);
        assertThat(up.asked).allSatisfy(asked -> assertThat(asked).isEqualTo(record));
    }

    @Test
    void anEventThatCouldNotBeDecodedKeepsItsSchemaWhenItIsCutAgain() {
        LogEvent event = unwrap(record("x"), MAPPED, avro("order_placed", order())).events.get(0);
        Quarantined rejected =
                Quarantined.of(event, "decode", RejectReason.INVALID_FIELD, "as of old");
        UnwrapSettings renamed =
                UnwrapSettings.DEFAULT.withMappings(
                        AppMappings.parse("m.yml", MAPPING.replace("name: shop", "name: orders")));

        Unwrapped again = new Unwrapped();
        new SecondReading(renamed, SchemaResolver.NONE).read(rejected, again);

        assertThat(again.keys()).containsExactly("map/orders/o-7");
        assertThat(decode(again.events.get(0), renamed).schemaVersionId()).isEqualTo(VERSION);
    }

    @Test
    void withoutARegistryARecordIsOnePieceThatSaysWhatItWouldTake() {
        Unwrapped pieces = Unwrapped.of(record("one\ntwo\nthree"));

        assertThat(pieces.reasons()).containsExactly(RejectReason.UNKNOWN_FORMAT);
        assertThat(pieces.rejections.get(0).detail()).contains("decode.registry.enabled");
        assertThat(pieces.rejections.get(0).payload()).isEqualTo(record("one\ntwo\nthree"));
    }

    @Test
    void isFoundInEnvelopesAndBehindCompression() {
        Told told = avro("app_event", own());
        byte[] record = record("x");
        String lambda =
                "{\"Records\":[{\"kinesis\":{\"data\":\"%s\"}}]}"
                        .formatted(Base64.getEncoder().encodeToString(record));

        assertThat(unwrap(gzip(record), UnwrapSettings.DEFAULT, told).keys())
                .containsExactly("app/e-1");
        assertThat(unwrap(bytes(lambda), UnwrapSettings.DEFAULT, told).keys())
                .containsExactly("app/e-1");
        assertThat(told.asked).allSatisfy(asked -> assertThat(asked).isEqualTo(record));
    }

    @Test
    void nothingElseIsTakenForOne() {
        Told never = avro("app_event", own());
        List<byte[]> others =
                List.of(
                        bytes("\u0003\u0001 another compression byte, no header"),
                        bytes("\u0004\u0000 another version byte, no header ...."),
                        bytes("\u0003\u0000 too short"),
                        bytes("{\"a\":\"\u0003\u0000 within a document, not at its begin\"}"),
                        bytes(" \u0003\u0000 behind a space, and long enough for one"));

        for (byte[] other : others) {
            Unwrapped pieces = unwrap(other, UnwrapSettings.DEFAULT, never);
            assertThat(pieces.rejections).as(text(other)).isNotEmpty();
        }
        assertThat(never.asked).isEmpty();
    }

    @Test
    void aRecordBeyondTheLimitOfAnEventIsNotShownToTheRegistry() {
        Told never = avro("app_event", own());
        byte[] most = record("x".repeat(DecodeLimits.DEFAULT.maxEventBytes()));
        byte[] tooMany = record("x".repeat(DecodeLimits.DEFAULT.maxEventBytes() + 1));

        assertThat(unwrap(tooMany, UnwrapSettings.DEFAULT, never).reasons())
                .containsExactly(RejectReason.TOO_LARGE);
        assertThat(never.asked).isEmpty();
        assertThat(unwrap(most, UnwrapSettings.DEFAULT, never).keys()).containsExactly("app/e-1");
    }

    @Test
    void aCompressedContentThatEndsEarlyIsNotHandedOnInPart() {
        Told never = avro("app_event", own());
        byte[] whole = gzip(record("x".repeat(5_000)));

        Unwrapped pieces =
                unwrap(Arrays.copyOf(whole, whole.length - 4), UnwrapSettings.DEFAULT, never);

        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_GZIP);
        assertThat(pieces.events).isEmpty();
    }
}
