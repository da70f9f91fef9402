package io.trailwatch.connector.iceberg;

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
import org.apache.flink.types.variant.Variant;

/** A list of a row's values read as {@link ArrayData}. */
final class ListView implements ArrayData {
    private final List<?> values;

    ListView(List<?> values) {
        this.values = values;
    }

    @Override
    public int size() {
        return values.size();
    }

    @Override
    public boolean isNullAt(int pos) {
        return values.get(pos) == null;
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
        return RowView.text((String) present(pos));
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
    public Variant getVariant(int pos) {
        throw unsupported("VARIANT");
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
    public boolean[] toBooleanArray() {
        boolean[] array = new boolean[size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = getBoolean(i);
        }
        return array;
    }

    @Override
    public byte[] toByteArray() {
        throw unsupported("TINYINT");
    }

    @Override
    public short[] toShortArray() {
        throw unsupported("SMALLINT");
    }

    @Override
    public int[] toIntArray() {
        int[] array = new int[size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = getInt(i);
        }
        return array;
    }

    @Override
    public long[] toLongArray() {
        long[] array = new long[size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = getLong(i);
        }
        return array;
    }

    @Override
    public float[] toFloatArray() {
        throw unsupported("FLOAT");
    }

    @Override
    public double[] toDoubleArray() {
        double[] array = new double[size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = getDouble(i);
        }
        return array;
    }

    private Object present(int pos) {
        return requireNonNull(values.get(pos), () -> "element " + pos + " is null");
    }

    private static UnsupportedOperationException unsupported(String type) {
        return new UnsupportedOperationException("no list has elements of type " + type);
    }
}
