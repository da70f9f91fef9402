package io.trailwatch.pipeline.function;

import java.time.Duration;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;

/** State that says a key was seen, and goes away by itself. */
final class SeenState {
    /** Entries looked at for expiry with every access. */
    private static final int CLEANUP_ENTRIES = 16;

    private SeenState() {}

    /** Forgotten {@code ttl} after it was last written. */
    static ValueStateDescriptor<Boolean> descriptor(Duration ttl) {
        ValueStateDescriptor<Boolean> descriptor =
                new ValueStateDescriptor<>("seen", Types.BOOLEAN);
        descriptor.enableTimeToLive(
                StateTtlConfig.newBuilder(ttl)
                        .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
                        .cleanupIncrementally(CLEANUP_ENTRIES, true)
                        .cleanupFullSnapshot()
                        .build());
        return descriptor;
    }
}
