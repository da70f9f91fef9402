package io.trailwatch.connector.kinesis.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.jspecify.annotations.Nullable;

/**
 * Flink's coordinator around one enumerator, on the thread of the test: asynchronous calls wait
 * until {@link #work} and periodic ones until {@link #turn}. What handlers throw fails the job.
 */
final class CoordinatorDouble implements SplitEnumeratorContext<KinesisShardSplit> {
    private final int parallelism;
    private final Map<Integer, ReaderInfo> readers = new TreeMap<>();
    private final Deque<Runnable> calls = new ArrayDeque<>();
    private final List<Runnable> periodic = new ArrayList<>();
    private @Nullable Throwable failure;

    /** What each subtask was sent: facts, splits, and {@link #NO_MORE_SPLITS}, in order. */
    final Map<Integer, List<Object>> sent = new TreeMap<>();

    static final String NO_MORE_SPLITS = "no more splits";

    CoordinatorDouble(int parallelism) {
        this.parallelism = parallelism;
    }

    /** Lets all periodic calls run once, and what they lead to. */
    void turn() {
        calls.addAll(periodic);
        work();
    }

    /** Runs asynchronous calls and their handlers until none is left. */
    void work() {
        while (!calls.isEmpty()) {
            calls.remove().run();
        }
    }

    void register(
            KinesisSourceEnumerator enumerator, int subtask, List<KinesisShardSplit> reported) {
        readers.put(subtask, ReaderInfo.createReaderInfo(subtask, "here", reported));
        enumerator.addReader(subtask);
        work();
    }

    void registerAll(KinesisSourceEnumerator enumerator) {
        for (int subtask = 0; subtask < parallelism; subtask++) {
            register(enumerator, subtask, List.of());
        }
    }

    void reset(KinesisSourceEnumerator enumerator, int subtask, List<KinesisShardSplit> givenBack) {
        readers.remove(subtask);
        sent.remove(subtask);
        enumerator.addSplitsBack(givenBack, subtask);
        work();
    }

    List<KinesisShardSplit> splitsOf(int subtask) {
        return sent.getOrDefault(subtask, List.of()).stream()
                .filter(KinesisShardSplit.class::isInstance)
                .map(KinesisShardSplit.class::cast)
                .toList();
    }

    List<KinesisShardSplit> splits() {
        return sent.keySet().stream().flatMap(subtask -> splitsOf(subtask).stream()).toList();
    }

    List<StreamFacts> factsOf(int subtask) {
        return sent.getOrDefault(subtask, List.of()).stream()
                .filter(StreamFacts.class::isInstance)
                .map(StreamFacts.class::cast)
                .toList();
    }

    boolean isToldNoMoreSplits(int subtask) {
        return sent.getOrDefault(subtask, List.of()).contains(NO_MORE_SPLITS);
    }

    /** What failed the job; null while nothing did. */
    @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
        return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
    }

    @Override
    public void sendEventToSourceReader(int subtask, SourceEvent event) {
        assertThat(readers).containsKey(subtask);
        send(subtask, event);
    }

    @Override
    public int currentParallelism() {
        return parallelism;
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
        return Map.copyOf(readers);
    }

    @Override
    public void assignSplits(SplitsAssignment<KinesisShardSplit> assignment) {
        assignment
                .assignment()
                .forEach(
                        (subtask, splits) -> {
                            assertThat(readers).containsKey(subtask);
                            assertThat(isToldNoMoreSplits(subtask)).isFalse();
                            splits.forEach(split -> send(subtask, split));
                        });
    }

    @Override
    public void signalNoMoreSplits(int subtask) {
        assertThat(readers).containsKey(subtask);
        send(subtask, NO_MORE_SPLITS);
    }

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
        calls.add(() -> run(callable, handler));
    }

    @Override
    public <T> void callAsync(
            Callable<T> callable,
            BiConsumer<T, Throwable> handler,
            long initialDelayMillis,
            long periodMillis) {
        periodic.add(() -> run(callable, handler));
    }

    @Override
    public void runInCoordinatorThread(Runnable runnable) {
        calls.add(runnable);
    }

    private <T> void run(Callable<T> callable, BiConsumer<T, Throwable> handler) {
        T value = null;
        Exception thrown = null;
        try {
            value = callable.call();
        } catch (Exception e) {
            thrown = e;
        }
        try {
            handler.accept(value, thrown);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void send(int subtask, Object message) {
        sent.computeIfAbsent(subtask, s -> new ArrayList<>()).add(message);
    }
}
