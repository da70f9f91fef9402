package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.correlation.CorrelationState;
import io.trailwatch.core.detect.correlation.CorrelationWindow;
import io.trailwatch.core.detect.correlation.KeptHit;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** State of the current key of an operator, one entry of a map state for each entry of a table. */
final class CorrelationKeyedState implements CorrelationState {
    private final ValueState<CorrelationWindow> window;
    private final KeyedTable<Long, KeptHit> hits;
    private final KeyedTable<String, Integer> items;
    private final KeyedTable<Long, int[]> ranks;

    CorrelationKeyedState(RuntimeContext context) {
        window =
                context.getState(
                        new ValueStateDescriptor<>(
                                "window", TypeInformation.of(CorrelationWindow.class)));
        hits = table(context, "hits", Types.LONG, TypeInformation.of(KeptHit.class));
        items = table(context, "items", Types.STRING, Types.INT);
        ranks =
                table(
                        context,
                        "ranks",
                        Types.LONG,
                        PrimitiveArrayTypeInfo.INT_PRIMITIVE_ARRAY_TYPE_INFO);
    }

    private static <K, V> KeyedTable<K, V> table(
            RuntimeContext context,
            String name,
            TypeInformation<K> keyType,
            TypeInformation<V> valueType) {
        return new KeyedTable<>(
                context.getMapState(new MapStateDescriptor<>(name, keyType, valueType)));
    }

    @Override
    public @Nullable CorrelationWindow window() {
        try {
            return window.value();
        } catch (Exception e) {
            throw unreachable(e);
        }
    }

    @Override
    public void update(CorrelationWindow next) {
        try {
            window.update(next);
        } catch (Exception e) {
            throw unreachable(e);
        }
    }

    @Override
    public Table<Long, KeptHit> hits() {
        return hits;
    }

    @Override
    public Table<String, Integer> items() {
        return items;
    }

    @Override
    public Table<Long, int[]> ranks() {
        return ranks;
    }

    @Override
    public void clear() {
        window.clear();
        hits.state.clear();
        items.state.clear();
        ranks.state.clear();
    }

    private static FlinkRuntimeException unreachable(Exception cause) {
        return new FlinkRuntimeException("state of a correlation cannot be read or written", cause);
    }

    private static final class KeyedTable<K, V> implements Table<K, V> {
        private final MapState<K, V> state;

        KeyedTable(MapState<K, V> state) {
            this.state = state;
        }

        @Override
        public @Nullable V get(K key) {
            try {
                return state.get(key);
            } catch (Exception e) {
                throw unreachable(e);
            }
        }

        @Override
        public void put(K key, V value) {
            try {
                state.put(key, value);
            } catch (Exception e) {
                throw unreachable(e);
            }
        }

        @Override
        public void remove(K key) {
            try {
                state.remove(key);
            } catch (Exception e) {
                throw unreachable(e);
            }
        }
    }
}
