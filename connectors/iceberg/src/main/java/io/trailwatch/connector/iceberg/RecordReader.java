package io.trailwatch.connector.iceberg;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType;
import io.trailwatch.table.Row;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Turns Iceberg's generic records into rows. Fields are found by name once, when the reader is
 * made, so a table with fewer or more columns than the layout can be read: what it lacks is null.
 */
final class RecordReader {
    private final int[] positions;
    private final List<Function<Object, Object>> converters;

    private RecordReader(int[] positions, List<Function<Object, Object>> converters) {
        this.positions = positions;
        this.converters = converters;
    }

    /**
     * @param columns values of the rows, in this order
     * @param source fields of the records
     */
    static RecordReader of(List<Column> columns, Types.StructType source) {
        int[] positions = new int[columns.size()];
        List<Function<Object, Object>> converters = new ArrayList<>(columns.size());
        for (int i = 0; i < positions.length; i++) {
            Column column = columns.get(i);
            positions[i] = -1;
            Function<Object, Object> converter = Function.identity();
            for (int at = 0; at < source.fields().size(); at++) {
                Types.NestedField field = source.fields().get(at);
                if (field.name().equals(column.name())) {
                    positions[i] = at;
                    converter = converter(column.type(), field.type());
                }
            }
            converters.add(converter);
        }
        return new RecordReader(positions, converters);
    }

    Row read(Record record) {
        @Nullable Object[] values = new @Nullable Object[positions.length];
        for (int i = 0; i < values.length; i++) {
            Object value = positions[i] < 0 ? null : record.get(positions[i]);
            values[i] = value == null ? null : converters.get(i).apply(value);
        }
        return Row.of(values);
    }

    private static Function<Object, Object> converter(ColumnType type, Type source) {
        if (type instanceof ColumnType.Struct struct) {
            RecordReader nested = of(struct.columns(), source.asStructType());
            return value -> nested.read((Record) value);
        }
        if (type instanceof ColumnType.ListOf list) {
            Function<Object, Object> element =
                    converter(list.element(), source.asListType().elementType());
            return value -> ((List<?>) value).stream().map(element).toList();
        }
        if (type instanceof ColumnType.StringMap) {
            return RecordReader::strings;
        }
        if (type == ColumnType.Primitive.TIMESTAMP) {
            return value -> ((OffsetDateTime) value).toInstant();
        }
        if (type == ColumnType.Primitive.BINARY) {
            return RecordReader::bytes;
        }
        // A table whose columns are not yet as wide as those of the layout.
        if (type == ColumnType.Primitive.LONG && source.typeId() == Type.TypeID.INTEGER) {
            return value -> ((Integer) value).longValue();
        }
        if (type == ColumnType.Primitive.DOUBLE && source.typeId() == Type.TypeID.FLOAT) {
            return value -> ((Float) value).doubleValue();
        }
        return Function.identity();
    }

    private static Object strings(Object value) {
        Map<String, @Nullable String> strings = new LinkedHashMap<>();
        ((Map<?, ?>) value)
                .forEach((k, v) -> strings.put(k.toString(), v == null ? null : v.toString()));
        return strings;
    }

    private static Object bytes(Object value) {
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
