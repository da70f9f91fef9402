package io.trailwatch.connector.iceberg;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType;
import io.trailwatch.table.Row;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Turns what Iceberg's Flink source reads into rows. Fields are found by name once: what the table
 * lacks is null.
 */
final class RowDataReader implements Serializable {
    private static final long serialVersionUID = 1;

    private final int[] positions;
    private final Getter[] getters;

    private RowDataReader(int[] positions, Getter[] getters) {
        this.positions = positions;
        this.getters = getters;
    }

    private interface Getter extends Serializable {
        Object get(RowData row, int position);
    }

    /**
     * @param columns values of the rows, in this order
     * @param source fields of what is read
     * @throws IllegalArgumentException if a column is a map, or a list of anything but text
     */
    static RowDataReader of(List<Column> columns, Types.StructType source) {
        int[] positions = new int[columns.size()];
        Getter[] getters = new Getter[positions.length];
        for (int i = 0; i < positions.length; i++) {
            Column column = columns.get(i);
            positions[i] = -1;
            for (int at = 0; at < source.fields().size(); at++) {
                Types.NestedField field = source.fields().get(at);
                if (field.name().equals(column.name())) {
                    positions[i] = at;
                    getters[i] = getter(column, field);
                }
            }
        }
        return new RowDataReader(positions, getters);
    }

    Row read(RowData row) {
        @Nullable Object[] values = new @Nullable Object[positions.length];
        for (int i = 0; i < values.length; i++) {
            int position = positions[i];
            values[i] =
                    position < 0 || row.isNullAt(position) ? null : getters[i].get(row, position);
        }
        return Row.of(values);
    }

    private static Getter getter(Column column, Types.NestedField field) {
        ColumnType type = column.type();
        if (type instanceof ColumnType.Struct struct) {
            Types.StructType source = field.type().asStructType();
            RowDataReader nested = of(struct.columns(), source);
            int fields = source.fields().size();
            return (row, position) -> nested.read(row.getRow(position, fields));
        }
        if (type instanceof ColumnType.ListOf list
                && list.element() == ColumnType.Primitive.STRING) {
            return (row, position) -> texts(row.getArray(position));
        }
        if (type instanceof ColumnType.Primitive primitive) {
            return switch (primitive) {
                case STRING -> (row, position) -> row.getString(position).toString();
                case INT -> RowData::getInt;
                // A table may have columns that are not yet as wide as those of the layout.
                case LONG ->
                        field.type().typeId() == Type.TypeID.INTEGER
                                ? (row, position) -> (long) row.getInt(position)
                                : RowData::getLong;
                case DOUBLE ->
                        field.type().typeId() == Type.TypeID.FLOAT
                                ? (row, position) -> (double) row.getFloat(position)
                                : RowData::getDouble;
                case BOOLEAN -> RowData::getBoolean;
                case TIMESTAMP -> (row, position) -> row.getTimestamp(position, 6).toInstant();
                case BINARY -> RowData::getBinary;
            };
        }
        throw new IllegalArgumentException(
                "column %s of type %s is not read here".formatted(column.name(), type));
    }

    private static List<String> texts(ArrayData array) {
        List<String> texts = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            texts.add(array.getString(i).toString());
        }
        return List.copyOf(texts);
    }
}
