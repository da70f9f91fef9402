package io.trailwatch.connector.iceberg;

import java.util.ArrayList;
import java.util.Map;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;

/** A map of a row's values read as {@link MapData}; keys and values in the map's own order. */
final class MapView implements MapData {
    private final Map<?, ?> values;

    MapView(Map<?, ?> values) {
        this.values = values;
    }

    @Override
    public int size() {
        return values.size();
    }

    @Override
    public ArrayData keyArray() {
        return new ListView(new ArrayList<>(values.keySet()));
    }

    @Override
    public ArrayData valueArray() {
        return new ListView(new ArrayList<>(values.values()));
    }
}
