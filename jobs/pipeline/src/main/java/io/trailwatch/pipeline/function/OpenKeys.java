package io.trailwatch.pipeline.function;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.jspecify.annotations.Nullable;

/**
 * How many keys a task keeps state for. Counted by key group, so that the count stays right when a
 * job is restored with another parallelism; Flink has no way to ask.
 */
final class OpenKeys {
    private static final ListStateDescriptor<Tuple2<Integer, Long>> DESCRIPTOR =
            new ListStateDescriptor<>("open-keys", Types.TUPLE(Types.INT, Types.LONG));

    private final int most;
    private final Map<Integer, Long> byKeyGroup = new HashMap<>();
    private int keyGroups;
    private long open;
    private @Nullable ListState<Tuple2<Integer, Long>> stored;

    OpenKeys(int most) {
        this.most = most;
    }

    /** Counts on from what all tasks stored, for the key groups that are this task's now. */
    void restore(OperatorStateStore store, TaskInfo task) throws Exception {
        keyGroups = task.getMaxNumberOfParallelSubtasks();
        KeyGroupRange own =
                KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                        keyGroups,
                        task.getNumberOfParallelSubtasks(),
                        task.getIndexOfThisSubtask());
        stored = store.getUnionListState(DESCRIPTOR);
        for (Tuple2<Integer, Long> count : stored.get()) {
            if (own.contains(count.f0)) {
                byKeyGroup.put(count.f0, count.f1);
                open += count.f1;
            }
        }
    }

    @SuppressWarnings("NullAway") // restore() ran before
    void store() throws Exception {
        stored.clear();
        for (Map.Entry<Integer, Long> count : byKeyGroup.entrySet()) {
            stored.add(Tuple2.of(count.getKey(), count.getValue()));
        }
    }

    long count() {
        return open;
    }

    /** False when there are too many already. */
    boolean open(String key) {
        if (open >= most) {
            return false;
        }
        open++;
        byKeyGroup.merge(keyGroup(key), 1L, Long::sum);
        return true;
    }

    void close(String key) {
        open--;
        byKeyGroup.computeIfPresent(keyGroup(key), (group, count) -> count == 1 ? null : count - 1);
    }

    private int keyGroup(String key) {
        return KeyGroupRangeAssignment.assignToKeyGroup(key, keyGroups);
    }
}
