package io.trailwatch.connector.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparingLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trailwatch.event.RawRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * A job that reads a source: an operator chained to it sees what each subtask emits and fails on
 * demand, another keeps in its state what counted in the end.
 */
final class SourceJob {
    /** For one thing to happen, on a machine that has much else to do. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Map<String, SourceJob> BY_NAME = new ConcurrentHashMap<>();
    private static final AtomicInteger JOBS = new AtomicInteger();
    private static final AtomicLong EMISSIONS = new AtomicLong();
    private static final int UNLIMITED = Integer.MAX_VALUE / 2;

    private final MiniCluster cluster;
    private final String name = "job-" + JOBS.incrementAndGet();
    private final List<Seen> emitted = new ArrayList<>();
    private final Map<Integer, List<Seen>> storedBySubtask = new ConcurrentHashMap<>();
    private final Map<Integer, Long> watermarks = new ConcurrentHashMap<>();
    private final Map<Long, Seen> lastBeforeCheckpoint = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Bomb> bomb = new AtomicReference<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final Semaphore permits = new Semaphore(UNLIMITED);

    private final Configuration config = new Configuration();
    private int parallelism = 2;
    private boolean regions;
    private WatermarkStrategy<RawRecord> watermarkStrategy = WatermarkStrategy.noWatermarks();
    private @Nullable JobID jobId;

    /** Decides when the job is to fail. */
    @FunctionalInterface
    private interface Bomb {
        boolean goesOff(Seen next, int sinceSnapshot);
    }

    SourceJob(MiniCluster cluster) {
        this.cluster = cluster;
        config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
        restarts(1);
        checkpointEvery(Duration.ofMillis(200));
        BY_NAME.put(name, this);
    }

    SourceJob parallelism(int subtasks) {
        parallelism = subtasks;
        return this;
    }

    SourceJob restarts(int allowed) {
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, allowed);
        return this;
    }

    SourceJob checkpointEvery(Duration interval) {
        config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
        return this;
    }

    /** Only when the test asks for one. */
    SourceJob checkpointOnDemand() {
        return checkpointEvery(Duration.ofDays(1));
    }

    /** Flink's batch mode, which knows no checkpoints. */
    SourceJob batch() {
        config.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
        return this;
    }

    /** Each subtask of the source with its own store behind it: one may fail without the others. */
    SourceJob inRegions() {
        regions = true;
        return this;
    }

    SourceJob watermarks(WatermarkStrategy<RawRecord> strategy) {
        watermarkStrategy = strategy;
        return this;
    }

    SourceJob from(String savepoint) {
        config.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        return this;
    }

    SourceJob start(KinesisSource source) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(parallelism);
        SingleOutputStreamOperator<Seen> seen =
                env.fromSource(source, watermarkStrategy, "kinesis")
                        .uid("source")
                        .transform("watch", TypeInformation.of(Seen.class), new Watch(name))
                        .uid("watch");
        int stores = regions ? parallelism : 1;
        (regions ? seen : seen.rebalance())
                .map(new Store(name))
                .uid("store")
                .setParallelism(stores)
                .sinkTo(new DiscardingSink<>())
                .uid("end")
                .setParallelism(stores);
        StreamGraph graph = env.getStreamGraph();
        graph.setJobName(name);
        jobId = cluster.submitJob(graph).get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getJobID();
        return this;
    }

    /** The next records are lost with a failure, so many at least. */
    void failAfter(int records) {
        AtomicInteger left = new AtomicInteger(records);
        bomb.set((next, sinceSnapshot) -> left.decrementAndGet() < 0 && sinceSnapshot > 10);
    }

    /** Fails instead of emitting the first such record. */
    void failAt(Predicate<Seen> record) {
        bomb.set((next, sinceSnapshot) -> record.test(next));
    }

    void awaitFailure() {
        awaitFailures(1);
    }

    void awaitFailures(int count) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            requireNotFailed();
                            return failures.get() >= count;
                        });
    }

    /** From now on every record needs a permit. */
    void hold() {
        permits.drainPermits();
    }

    void permitOne() {
        permits.release();
    }

    void letGo() {
        permits.release(UNLIMITED - permits.availablePermits());
    }

    /** All emissions so far, repeated records included. */
    List<Seen> emitted() {
        synchronized (emitted) {
            return List.copyOf(emitted);
        }
    }

    /** What counts: each emission that no failure has undone, in order of emission. */
    List<Seen> stored() {
        List<Seen> all = new ArrayList<>();
        for (List<Seen> stored : storedBySubtask.values()) {
            synchronized (stored) {
                all.addAll(stored);
            }
        }
        all.sort(comparingLong(Seen::order));
        return all;
    }

    List<String> payloads() {
        return stored().stream().map(Seen::payload).toList();
    }

    /** The least of all subtasks; {@link Long#MIN_VALUE} until each has one. */
    long watermark() {
        return watermarks.size() < parallelism
                ? Long.MIN_VALUE
                : Collections.min(watermarks.values());
    }

    /** What this subtask had emitted last when it took its part of the checkpoint. */
    @Nullable Seen lastBefore(long checkpointId) {
        return lastBeforeCheckpoint.get(checkpointId);
    }

    void awaitStored(Predicate<List<Seen>> condition) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            requireNotFailed();
                            return condition.test(stored());
                        });
    }

    /** Waits for these, and for a checkpoint in which others would have had time to come. */
    void assertStores(Collection<String> payloads) throws Exception {
        awaitStored(stored -> stored.size() >= payloads.size());
        checkpoint();
        assertThat(payloads()).containsExactlyInAnyOrderElementsOf(payloads);
    }

    /** As {@link #assertStores}, and looks at the order of each key's records. */
    void assertStoresInOrder(TestStream stream, int from, int to) throws Exception {
        assertStores(TestStream.payloads(from, to));
        stream.assertOrderOfKeys(stored(), from, to);
    }

    /** Takes a checkpoint, periodic ones aside, and returns its id. */
    long checkpoint() throws Exception {
        return startCheckpoint().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    CompletableFuture<Long> startCheckpoint() {
        return cluster.triggerCheckpoint(jobId, CheckpointType.CONFIGURED);
    }

    /** Path of the savepoint. */
    String stopWithSavepoint(Path directory) throws Exception {
        String savepoint =
                cluster.stopWithSavepoint(
                                jobId,
                                directory.toUri().toString(),
                                /* terminate= */ false,
                                SavepointFormatType.CANONICAL)
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        awaitEnd();
        return savepoint;
    }

    /**
     * Waits until the job has ended by itself.
     *
     * @throws org.apache.flink.runtime.client.JobExecutionException if it failed
     */
    void awaitEnd() throws Exception {
        cluster.requestJobResult(jobId)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .toJobExecutionResult(SourceJob.class.getClassLoader());
    }

    void cancel() throws Exception {
        letGo();
        if (jobId != null && !status().isGloballyTerminalState()) {
            try {
                cluster.cancelJob(jobId).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException endedMeanwhile) {
                assertThat(status().isGloballyTerminalState()).isTrue();
            }
            cluster.requestJobResult(jobId).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        BY_NAME.remove(name);
    }

    private JobStatus status() throws InterruptedException, ExecutionException, TimeoutException {
        return cluster.getJobStatus(jobId).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void requireNotFailed() throws Exception {
        if (status() == JobStatus.FAILED) {
            awaitEnd();
        }
    }

    private void emitted(Seen seen, int sinceSnapshot) {
        Bomb armed = bomb.get();
        if (armed != null
                && armed.goesOff(seen, sinceSnapshot)
                && bomb.compareAndSet(armed, null)) {
            failures.incrementAndGet();
            throw new IllegalStateException("injected");
        }
        synchronized (emitted) {
            emitted.add(seen);
        }
    }

    /** Chained to the source. */
    private static final class Watch extends AbstractStreamOperator<Seen>
            implements OneInputStreamOperator<RawRecord, Seen> {
        private static final long serialVersionUID = 1L;

        private final String name;
        private transient int sinceSnapshot;
        private transient @Nullable Seen last;

        Watch(String name) {
            this.name = name;
        }

        @Override
        public void processElement(StreamRecord<RawRecord> element) throws Exception {
            SourceJob job = BY_NAME.get(name);
            job.permits.acquire();
            RawRecord raw = element.getValue();
            Seen seen =
                    new Seen(
                            EMISSIONS.incrementAndGet(),
                            raw.source(),
                            raw.shard(),
                            raw.sequence(),
                            raw.subSequence(),
                            new String(raw.payload(), UTF_8),
                            raw.lossNotice(),
                            getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                            getRuntimeContext().getTaskInfo().getAttemptNumber());
            sinceSnapshot++;
            job.emitted(seen, sinceSnapshot);
            last = seen;
            output.collect(element.replace(seen));
        }

        @Override
        public void processWatermark(Watermark mark) throws Exception {
            BY_NAME.get(name)
                    .watermarks
                    .put(
                            getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                            mark.getTimestamp());
            super.processWatermark(mark);
        }

        @Override
        public void snapshotState(StateSnapshotContext context) throws Exception {
            super.snapshotState(context);
            sinceSnapshot = 0;
            if (last != null) {
                BY_NAME.get(name).lastBeforeCheckpoint.put(context.getCheckpointId(), last);
            }
        }
    }

    /** Keeps all records in state, so that what it holds is exactly what counted. */
    private static final class Store extends RichMapFunction<Seen, Seen>
            implements CheckpointedFunction {
        private static final long serialVersionUID = 1L;

        private final String name;
        private transient List<Seen> records;
        private transient ListState<Seen> state;

        Store(String name) {
            this.name = name;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            state =
                    context.getOperatorStateStore()
                            .getListState(new ListStateDescriptor<>("records", Seen.class));
            records = Collections.synchronizedList(new ArrayList<>());
            state.get().forEach(records::add);
            BY_NAME.get(name)
                    .storedBySubtask
                    .put(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(), records);
        }

        @Override
        public Seen map(Seen record) {
            records.add(record);
            return record;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            state.update(List.copyOf(records));
        }
    }
}
