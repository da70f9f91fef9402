package io.trailwatch.connector.iceberg;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.trailwatch.table.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RawValueData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.types.RowKind;
import org.apache.flink.types.variant.Variant;

/** A {@link Row} read as {@link RowData}; always an insertion. */
final class RowView implements RowData {
    private final Row row;

    RowView(Row row) {
        this.row = row;
    }

    @Override
    public int getArity() {
        return row.size();
    }

    @Override
    public RowKind getRowKind() {
        return RowKind.INSERT;
    }

    @Override
    public void setRowKind(RowKind kind) {
        if (kind != RowKind.INSERT) {
            throw new UnsupportedOperationException("tables are append-only, asked for " + kind);
        }
    }

    @Override
    public boolean isNullAt(int pos) {
        return row.value(pos) == null;
    }

    @Override
    public boolean getBoolean(int pos) {
        return (Boolean) present(pos);
    }

    @Override
    public byte getByte(int pos) {
        throw unsupported("TINYINT");
    }

    @Override
    public short getShort(int pos) {
        throw unsupported("SMALLINT");
    }

    @Override
    public int getInt(int pos) {
        return (Integer) present(pos);
    }

    @Override
    public long getLong(int pos) {
        return (Long) present(pos);
    }

    @Override
    public float getFloat(int pos) {
        throw unsupported("FLOAT");
    }

    @Override
    public double getDouble(int pos) {
        return (Double) present(pos);
    }

    @Override
    public StringData getString(int pos) {
        return text((String) present(pos));
    }

    @Override
    public DecimalData getDecimal(int pos, int precision, int scale) {
        throw unsupported("DECIMAL");
    }

    @Override
    public TimestampData getTimestamp(int pos, int precision) {
        return TimestampData.fromInstant((Instant) present(pos));
    }

    @Override
    public <T> RawValueData<T> getRawValue(int pos) {
        throw unsupported("RAW");
    }

    @Override
    public byte[] getBinary(int pos) {
        return (byte[]) present(pos);
    }

    @Override
    public ArrayData getArray(int pos) {
        return new ListView((List<?>) present(pos));
    }

    @Override
    public MapData getMap(int pos) {
        return new MapView((Map<?, ?>) present(pos));
    }

    @Override
    public RowData getRow(int pos, int numFields) {
        return new RowView((Row) present(pos));
    }

    @Override
    public Variant getVariant(int pos) {
        throw unsupported("VARIANT");
    }

    @Override
    public String toString() {
        return row.toString();
    }

    /** Encoded here: Flink's own encoder goes character by character, at several times the cost. */
    static StringData text(String value) {
        return StringData.fromBytes(value.getBytes(UTF_8));
    }

    private Object present(int pos) {
        return requireNonNull(row.value(pos), () -> "value " + pos + " is null");
    }

    private static UnsupportedOperationException unsupported(String type) {
        return new UnsupportedOperationException("no column has type " + type);
    }
}
