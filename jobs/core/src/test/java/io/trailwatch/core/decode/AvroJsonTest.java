package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class AvroJsonTest {
    private static String json(String type, Object value) {
        Schema schema =
                new Schema.Parser()
                        .parse(
                                """
                                {"type":"record","name":"R","fields":[{"name":"f","type":%s}]}\
                                """
                                        .formatted(type));
        GenericRecord record = new GenericData.Record(schema);
        record.put("f", value);
        String text = new String(AvroJson.bytes(record), StandardCharsets.UTF_8);
        assertThat(text).startsWith("{\"f\":").endsWith("}");
        return text.substring(5, text.length() - 1);
    }

    private static String logical(String type, String logical) {
        return "{\"type\":\"%s\",\"logicalType\":\"%s\"}".formatted(type, logical);
    }

    @Test
    void timesAreText() {
        assertThat(json(logical("long", "timestamp-millis"), 1_500L))
                .isEqualTo("\"1970-01-01T00:00:01.500Z\"");
        assertThat(json(logical("long", "timestamp-micros"), -1L))
                .isEqualTo("\"1969-12-31T23:59:59.999999Z\"");
        assertThat(json(logical("long", "timestamp-nanos"), 1L))
                .isEqualTo("\"1970-01-01T00:00:00.000000001Z\"");
        assertThat(json(logical("long", "local-timestamp-millis"), 0L))
                .isEqualTo("\"1970-01-01T00:00\"");
        assertThat(json(logical("int", "date"), 20_000)).isEqualTo("\"2024-10-04\"");
        assertThat(json(logical("long", "timestamp-micros"), Long.MAX_VALUE))
                .isEqualTo("\"+294247-01-10T04:00:54.775807Z\"");
    }

    @Test
    void numbersStayNumbersAndWhatIsNoneIsText() {
        assertThat(json("\"long\"", Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
        assertThat(json(logical("int", "time-millis"), 5)).isEqualTo("5");
        assertThat(json("\"float\"", 0.1f)).isEqualTo("0.1");
        assertThat(json("\"double\"", Double.NaN)).isEqualTo("\"NaN\"");
        assertThat(json("\"double\"", Double.NEGATIVE_INFINITY)).isEqualTo("\"-Infinity\"");
    }

    @Test
    void bytesAreBase64AndDecimalsTheirDigits() {
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3});
        assertThat(json("\"bytes\"", bytes)).isEqualTo("\"AQID\"");
        assertThat(json("\"bytes\"", bytes)).as("read again").isEqualTo("\"AQID\"");

        String decimal =
                "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":%s}";
        ByteBuffer value = ByteBuffer.wrap(new BigDecimal("-12.345").unscaledValue().toByteArray());
        assertThat(json(decimal.formatted(3), value)).isEqualTo("\"-12.345\"");
        Schema fixed = Schema.createFixed("F", null, null, 2);
        assertThat(json(fixed.toString(), new GenericData.Fixed(fixed, new byte[] {0, -1})))
                .isEqualTo("\"AP8=\"");
    }

    @Test
    void aScaleCannotAskForManyZeros() {
        String decimal =
                "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":%d}";

        assertThat(json(decimal.formatted(2_000_000_000), ByteBuffer.wrap(new byte[] {1})))
                .isEqualTo("\"AQ==\"");
        assertThat(json(decimal.formatted(-2_000_000_000), ByteBuffer.wrap(new byte[] {1})))
                .isEqualTo("\"AQ==\"");
    }

    @Test
    void entriesOfMapsAreSortedSoThatEqualEventsHaveEqualBytes() {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("b", 2);
        one.put("a", 1);

        assertThat(json("{\"type\":\"map\",\"values\":\"int\"}", one))
                .isEqualTo("{\"a\":1,\"b\":2}");
    }

    @Test
    void aUnionIsItsValue() {
        String union =
                "[\"null\",\"string\",{\"type\":\"array\",\"items\":[\"long\",\"boolean\"]}]";

        assertThat(json(union, null)).isEqualTo("null");
        assertThat(json(union, "x\n\"")).isEqualTo("\"x\\n\\\"\"");
        assertThat(json(union, List.of(1L, true))).isEqualTo("[1,true]");
    }
}
