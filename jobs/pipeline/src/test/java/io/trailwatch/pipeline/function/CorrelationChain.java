package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.correlation.CorrelationHit;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.finding.Finding;
import io.trailwatch.pipeline.function.WindowFunction.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/**
 * The correlation operators of all levels in test harnesses, wired as the job wires them, that can
 * be stopped and restored with another parallelism.
 */
final class CorrelationChain implements AutoCloseable {
    private static final int KEY_GROUPS = 16;

    private final CorrelationLimits limits;
    private final List<Finding> findings = new ArrayList<>();
    private List<List<Subtask>> levels = new ArrayList<>();

    private static final class Subtask
            extends KeyedOneInputStreamOperatorTestHarness<String, CorrelationHit, Finding> {
        Subtask(CorrelationLimits limits, int parallelism, int index) throws Exception {
            super(
                    new KeyedProcessOperator<>(
                            new CorrelationFunction(limits, Arrival.BY_WATERMARK)),
                    CorrelationHit::detectKey,
                    Types.STRING,
                    KEY_GROUPS,
                    parallelism,
                    index);
        }
    }

    /**
     * @param height levels that there are correlations of
     */
    CorrelationChain(CorrelationLimits limits, int height, int parallelism) throws Exception {
        this.limits = limits;
        for (int level = 0; level < height; level++) {
            List<Subtask> subtasks = new ArrayList<>();
            for (int index = 0; index < parallelism; index++) {
                Subtask subtask = new Subtask(limits, parallelism, index);
                subtask.open();
                subtasks.add(subtask);
            }
            levels.add(subtasks);
        }
    }

    void send(CorrelationHit hit) throws Exception {
        List<Subtask> subtasks = levels.get(hit.level() - 1);
        int index =
                KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        hit.detectKey(), KEY_GROUPS, subtasks.size());
        subtasks.get(index).processElement(hit, hit.timeMillis());
    }

    void watermark(long time) throws Exception {
        for (List<Subtask> level : levels) {
            for (Subtask subtask : level) {
                subtask.processWatermark(time);
            }
            for (Subtask subtask : level) {
                Queue<StreamRecord<CorrelationHit>> above = subtask.getSideOutput(Side.HITS);
                while (above != null && !above.isEmpty()) {
                    send(above.remove().getValue());
                }
            }
        }
    }

    /** Takes a snapshot, throws everything away and goes on from it. */
    void restart(int parallelism) throws Exception {
        List<List<Subtask>> restored = new ArrayList<>();
        for (List<Subtask> level : levels) {
            OperatorSubtaskState[] states = new OperatorSubtaskState[level.size()];
            for (int index = 0; index < states.length; index++) {
                Subtask subtask = level.get(index);
                states[index] = subtask.snapshot(1, 1);
                findings.addAll(subtask.extractOutputValues());
                subtask.close();
            }
            OperatorSubtaskState all = AbstractStreamOperatorTestHarness.repackageState(states);
            List<Subtask> subtasks = new ArrayList<>();
            for (int index = 0; index < parallelism; index++) {
                Subtask subtask = new Subtask(limits, parallelism, index);
                subtask.setup();
                subtask.initializeState(
                        AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                all, KEY_GROUPS, states.length, parallelism, index));
                subtask.open();
                subtasks.add(subtask);
            }
            restored.add(subtasks);
        }
        levels = restored;
    }

    /** Findings of all levels so far, in no order. */
    List<Finding> findings() {
        List<Finding> all = new ArrayList<>(findings);
        levels.forEach(
                level -> level.forEach(subtask -> all.addAll(subtask.extractOutputValues())));
        return all;
    }

    void assertNothingIsLeft() {
        for (List<Subtask> level : levels) {
            for (Subtask subtask : level) {
                assertThat(subtask.numKeyedStateEntries()).isZero();
                assertThat(subtask.numEventTimeTimers()).isZero();
            }
        }
    }

    @Override
    public void close() throws Exception {
        for (List<Subtask> level : levels) {
            for (Subtask subtask : level) {
                subtask.close();
            }
        }
    }
}
