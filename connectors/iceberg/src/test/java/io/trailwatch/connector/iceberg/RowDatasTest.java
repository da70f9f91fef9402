package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowDatasTest {
    private static final TypeSerializer<RowData> SERIALIZER =
            RowDatas.typeOf(TestTables.CALLS).createSerializer(new SerializerConfigImpl());

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyValueSurvivesTheSerializerOfFlink(int n) throws IOException {
        RowData view = RowDatas.view(TestTables.CALLS, TestTables.call(n));
        DataOutputSerializer out = new DataOutputSerializer(64);
        SERIALIZER.serialize(view, out);
        RowData back = SERIALIZER.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));

        assertSame(n, view);
        assertSame(n, back);
        assertSame(n, SERIALIZER.copy(view));
    }

    private static void assertSame(int n, RowData data) {
        assertThat(data.getRowKind()).isEqualTo(RowKind.INSERT);
        assertThat(data.getTimestamp(0, 6))
                .isEqualTo(TimestampData.fromInstant(TestTables.T0.plusSeconds(n * 60L)));
        assertThat(data.getString(1)).isEqualTo(StringData.fromString("call-" + n));
        assertThat(data.getLong(2)).isEqualTo(n);
        if (n == 2) {
            for (int column = 3; column < data.getArity(); column++) {
                assertThat(data.isNullAt(column)).isTrue();
            }
            return;
        }
        assertThat(data.getInt(3)).isEqualTo(n);
        assertThat(data.getDouble(4)).isEqualTo(n / 4.0);
        assertThat(data.getBoolean(5)).isFalse();
        assertThat(data.getBinary(6)).asString(StandardCharsets.UTF_8).isEqualTo("bytes " + n);
        assertThat(data.getRow(7, 2).getString(0)).hasToString("192.0.2." + n);
        if (n == 3) {
            assertThat(data.getRow(7, 2).isNullAt(1)).isTrue();
            assertThat(data.getArray(9).size()).isZero();
        } else {
            assertThat(data.getRow(7, 2).getRow(1, 1).getString(0)).hasToString("NZ");
            assertThat(data.getArray(9).getString(2)).hasToString("три");
        }
        assertThat(data.getArray(8).getRow(0, 1).getString(0))
                .hasToString("arn:aws:s3:::bucket-" + n);
        MapData map = data.getMap(10);
        assertThat(map.size()).isEqualTo(1);
        assertThat(map.keyArray().getString(0)).hasToString("key-" + n);
        assertThat(map.valueArray().getString(0)).hasToString("välue");
    }

    @Test
    void everyTableOfTheLakeHasAFlinkType() {
        for (TableLayout layout : Tables.ALL) {
            assertThat(RowDatas.typeOf(layout).getTypeClass()).isEqualTo(RowData.class);
        }
    }

    @Test
    void refusesARowOfAnotherLength() {
        assertThatThrownBy(() -> RowDatas.view(TestTables.CALLS, Row.of("one")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("table calls has 11 columns, the row has 1 values");
    }

    @Test
    void isAlwaysAnInsertion() {
        RowData view = RowDatas.view(TestTables.CALLS, TestTables.call(1));
        assertThatThrownBy(() -> view.setRowKind(RowKind.DELETE))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("tables are append-only, asked for DELETE");
    }
}
