package io.trailwatch.pipeline.function;

import io.trailwatch.event.LogEvent;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * Type of log events. They are by far the most of what crosses the one exchange and is sorted in a
 * bounded run, so they have a serializer of their own: {@link LogEventSerializer}.
 */
public final class LogEventType extends TypeInformation<LogEvent> {
    private static final long serialVersionUID = 1L;

    public static final LogEventType INSTANCE = new LogEventType();

    private LogEventType() {}

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
    public Class<LogEvent> getTypeClass() {
        return LogEvent.class;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<LogEvent> createSerializer(SerializerConfig config) {
        return new LogEventSerializer();
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof LogEventType;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogEventType;
    }

    @Override
    public int hashCode() {
        return LogEventType.class.hashCode();
    }

    @Override
    public String toString() {
        return "LogEvent";
    }
}
