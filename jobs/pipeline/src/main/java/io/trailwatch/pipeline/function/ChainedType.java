package io.trailwatch.pipeline.function;

import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Type of what only travels between chained functions: the parsed event. It is immutable, so it is
 * never copied, and it is never written: should someone break the chain (by a keyBy, a rebalance or
 * another parallelism), the job fails with a message that says so, instead of shipping syntax
 * trees.
 */
public final class ChainedType<T> extends TypeInformation<T> {
    private static final long serialVersionUID = 1L;

    private final Class<T> typeClass;

    private ChainedType(Class<T> typeClass) {
        this.typeClass = typeClass;
    }

    public static <T> ChainedType<T> of(Class<T> typeClass) {
        return new ChainedType<>(typeClass);
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public Class<T> getTypeClass() {
        return typeClass;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return new InMemorySerializer<>();
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof ChainedType;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChainedType<?> type && type.typeClass == typeClass;
    }

    @Override
    public int hashCode() {
        return typeClass.hashCode();
    }

    @Override
    public String toString() {
        return "chained " + typeClass.getSimpleName();
    }

    private static final class InMemorySerializer<T> extends TypeSerializerSingleton<T> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean isImmutableType() {
            return true;
        }

        @Override
        @SuppressWarnings("NullAway") // Flink asks for null where a type has no empty instance.
        public T createInstance() {
            return null;
        }

        @Override
        public T copy(T from) {
            return from;
        }

        @Override
        public T copy(T from, T reuse) {
            return from;
        }

        @Override
        public int getLength() {
            return -1;
        }

        @Override
        public void serialize(T value, DataOutputView target) throws IOException {
            throw leftTheChain();
        }

        @Override
        public T deserialize(DataInputView source) throws IOException {
            throw leftTheChain();
        }

        @Override
        public T deserialize(T reuse, DataInputView source) throws IOException {
            throw leftTheChain();
        }

        @Override
        public void copy(DataInputView source, DataOutputView target) throws IOException {
            throw leftTheChain();
        }

        @Override
        public TypeSerializerSnapshot<T> snapshotConfiguration() {
            return new InMemorySerializerSnapshot<>();
        }

        private static IOException leftTheChain() {
            return new IOException(
                    "a parsed event was about to leave its task: decode, enrich, match and"
                            + " normalise must run chained (pipeline.operator-chaining.enabled must"
                            + " stay true, all four with one parallelism)");
        }
    }

    /** Snapshot of the serializer; it has no configuration. */
    public static final class InMemorySerializerSnapshot<T>
            extends SimpleTypeSerializerSnapshot<T> {
        public InMemorySerializerSnapshot() {
            super(InMemorySerializer::new);
        }
    }
}
