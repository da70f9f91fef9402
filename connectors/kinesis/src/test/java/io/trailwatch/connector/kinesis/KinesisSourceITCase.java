package io.trailwatch.connector.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trailwatch.connector.kinesis.config.InitialPosition;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.local.KinesisEmulator;
import io.trailwatch.event.RawRecord;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** The source in a mini-cluster with two subtasks, against the emulator. */
class KinesisSourceITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 30;

    private static KinesisEmulator emulator;
    private static KinesisStreams streams;
    private static KinesisClient client;

    private Run run;
    private String streamName;
    private String streamArn;

    @BeforeAll
    static void startEmulator() {
        Path home = Path.of(System.getProperty("trailwatch.home"));
        emulator =
                KinesisEmulator.start(
                        home.resolve("deploy/local"), home.resolve(".trailwatch/kinesis-local"));
        KinesisConnection connection = KinesisConnection.emulator(emulator.endpoint());
        streams = KinesisStreams.connect(connection);
        client = connection.open();
    }

    @AfterAll
    static void stopEmulator() {
        client.close();
        streams.close();
        emulator.close();
    }

    @BeforeEach
    void createStream(TestInfo test) throws Exception {
        streamName = test.getTestMethod().orElseThrow().getName();
        streamArn = streams.createIfAbsent(streamName, 3);
        run = new Run(streamName);
    }

    @AfterEach
    void cancelJob() throws Exception {
        run.cancel();
    }

    @Test
    void readsEveryRecordOfThreeShardsOnce() throws Exception {
        put(0, 40);
        run.start(source().build());
        put(40, 80);

        run.awaitStored(80 * KEYS);
        assertThat(run.stored()).containsExactlyInAnyOrderElementsOf(payloads(0, 80));
        assertThat(run.emitted).extracting(RawRecord::shard).containsAll(shardIds());
        assertThat(run.emitted).extracting(RawRecord::source).containsOnly(streamArn);
        assertThat(run.subtasks).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void readsOnExactlyAfterAFailure() throws Exception {
        put(0, 40);
        run.start(source().setGetRecordsMaxRecordCount(100).build());
        run.awaitStored(40 * KEYS);
        run.awaitCheckpoint();

        run.failAfter(10 * KEYS);
        put(40, 80);
        await().atMost(PATIENCE).until(() -> run.failures.get() == 1);
        put(80, 120);

        run.awaitStored(120 * KEYS);
        assertThat(run.stored()).containsExactlyInAnyOrderElementsOf(payloads(0, 120));
        assertThat(run.emitted.size()).isGreaterThan(run.stored().size());
    }

    @Test
    void keepsTheOrderOfEachKeyWhenAShardIsSplit() throws Exception {
        put(0, 20);
        run.start(source().setGetRecordsMaxRecordCount(50).build());
        run.awaitStored(20 * KEYS);
        String parent = splitMiddleShard();
        put(20, 60);
        merge(childrenOf(parent));
        put(60, 100);

        run.awaitStored(100 * KEYS);
        assertThat(run.stored()).containsExactlyInAnyOrderElementsOf(payloads(0, 100));
        Map<String, List<Integer>> numbersByKey =
                run.emitted.stream()
                        .map(record -> new String(record.payload(), UTF_8).split(":"))
                        .collect(
                                groupingBy(
                                        part -> part[0],
                                        Collectors.mapping(
                                                part -> Integer.valueOf(part[1]),
                                                Collectors.toList())));
        assertThat(numbersByKey).hasSize(KEYS);
        assertThat(numbersByKey.values())
                .allSatisfy(
                        numbers ->
                                assertThat(numbers)
                                        .containsExactlyElementsOf(
                                                IntStream.range(0, 100).boxed().toList()));
        assertThat(run.emitted).extracting(RawRecord::shard).containsAll(childrenOf(parent));
    }

    @Test
    void readsParentsAndChildrenOnceWhenTheJobFailsAroundASplit() throws Exception {
        put(0, 20);
        run.start(source().build());
        run.awaitStored(20 * KEYS);
        run.failAfter(KEYS);
        splitMiddleShard();
        put(20, 60);
        await().atMost(PATIENCE).until(() -> run.failures.get() == 1);
        put(60, 80);

        run.awaitStored(80 * KEYS);
        assertThat(run.stored()).containsExactlyInAnyOrderElementsOf(payloads(0, 80));
    }

    @Test
    void beginsWithTheFirstRecordAtTheGivenTime() throws Exception {
        put(0, 10);
        // Arrival times are whole milliseconds: the next record has to come in a later one.
        Instant last = Instant.now();
        await().until(() -> Instant.now().isAfter(last.plusMillis(2)));
        Instant begin = Instant.now();
        put(10, 20);

        run.start(source().setInitialTimestamp(begin).build());

        run.awaitStored(10 * KEYS);
        assertThat(run.stored()).containsExactlyInAnyOrderElementsOf(payloads(10, 20));
    }

    @Test
    void failsAndNamesShardAndStreamWhenTheStreamIsDeleted() throws Exception {
        put(0, 10);
        run.restarts = 0;
        run.start(source().setShardDiscoveryInterval(Duration.ofHours(1)).build());
        run.awaitStored(10 * KEYS);

        client.deleteStream(b -> b.streamARN(streamArn));

        assertThatThrownBy(() -> run.result())
                .hasStackTraceContaining("shard shardId-00000000000")
                .hasStackTraceContaining(" of stream " + streamArn + " no longer exists");
    }

    private KinesisSource.Builder source() {
        return KinesisSource.builder()
                .setStreamArn(streamArn)
                .setConnection(KinesisConnection.emulator(emulator.endpoint()))
                .setInitialPosition(InitialPosition.TRIM_HORIZON)
                .setShardDiscoveryInterval(Duration.ofMillis(500));
    }

    /** One record per key and number, in order of numbers: "key:number". */
    private void put(int from, int to) throws InterruptedException {
        List<KinesisStreams.Entry> entries = new ArrayList<>();
        for (int number = from; number < to; number++) {
            for (int key = 0; key < KEYS; key++) {
                String payload = "key-" + key + ":" + number;
                entries.add(new KinesisStreams.Entry("key-" + key, payload.getBytes(UTF_8)));
            }
        }
        streams.put(streamArn, entries);
    }

    private static List<String> payloads(int from, int to) {
        return IntStream.range(from, to)
                .boxed()
                .flatMap(
                        number ->
                                IntStream.range(0, KEYS)
                                        .mapToObj(key -> "key-" + key + ":" + number))
                .toList();
    }

    private List<Shard> shards() {
        return client.listShards(b -> b.streamARN(streamArn)).shards();
    }

    private List<String> shardIds() {
        return shards().stream().map(Shard::shardId).toList();
    }

    private List<String> childrenOf(String parent) {
        return shards().stream()
                .filter(shard -> parent.equals(shard.parentShardId()))
                .map(Shard::shardId)
                .toList();
    }

    private String splitMiddleShard() throws InterruptedException {
        Shard shard = shards().get(1);
        BigInteger first = new BigInteger(shard.hashKeyRange().startingHashKey());
        BigInteger last = new BigInteger(shard.hashKeyRange().endingHashKey());
        client.splitShard(
                b ->
                        b.streamARN(streamArn)
                                .shardToSplit(shard.shardId())
                                .newStartingHashKey(first.add(last).shiftRight(1).toString()));
        streams.awaitActive(streamName);
        return shard.shardId();
    }

    private void merge(List<String> shards) throws InterruptedException {
        client.mergeShards(
                b ->
                        b.streamARN(streamArn)
                                .shardToMerge(shards.get(0))
                                .adjacentShardToMerge(shards.get(1)));
        streams.awaitActive(streamName);
    }

    /** A job with this source, and what its operators see; operators find it by its name. */
    private static final class Run {
        static final Map<String, Run> BY_NAME = new ConcurrentHashMap<>();

        final String name;

        /** As the source's own subtasks emit, repeated records included. */
        final List<RawRecord> emitted = new CopyOnWriteArrayList<>();

        final Set<Integer> subtasks = ConcurrentHashMap.newKeySet();
        final AtomicLong checkpoints = new AtomicLong();
        final AtomicLong failures = new AtomicLong();
        final AtomicLong recordsUntilFailure = new AtomicLong(Long.MAX_VALUE);
        volatile List<String> stored = List.of();
        int restarts = 1;
        JobClient job;

        Run(String name) {
            this.name = name;
            BY_NAME.put(name, this);
        }

        void start(KinesisSource source) throws Exception {
            Configuration config = new Configuration();
            config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
            config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
            config.set(
                    RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                    Duration.ofMillis(10));
            config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(300));
            StreamExecutionEnvironment env =
                    StreamExecutionEnvironment.createLocalEnvironment(2, config);
            env.fromSource(source, WatermarkStrategy.noWatermarks(), "kinesis")
                    .map(new Watch(name))
                    .rebalance()
                    .map(new Store(name))
                    .setParallelism(1)
                    .sinkTo(new DiscardingSink<>())
                    .setParallelism(1);
            job = env.executeAsync(name);
        }

        void failAfter(int records) {
            recordsUntilFailure.set(records);
        }

        List<String> stored() {
            synchronized (stored) {
                return List.copyOf(stored);
            }
        }

        void awaitStored(int count) {
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                assertThat(job.getJobExecutionResult())
                                        .isNotCompletedExceptionally();
                                return stored().size() >= count;
                            });
            // Records beyond the expected ones would have had time to come.
            awaitCheckpoint();
        }

        void awaitCheckpoint() {
            long before = checkpoints.get();
            await().atMost(PATIENCE).until(() -> checkpoints.get() > before + 1);
        }

        void result() throws Exception {
            job.getJobExecutionResult().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        void cancel() throws Exception {
            if (job != null && !job.getJobExecutionResult().isDone()) {
                job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                try {
                    result();
                } catch (ExecutionException cancelled) {
                    assertThat(cancelled).hasStackTraceContaining("JobCancellationException");
                }
            }
        }
    }

    /** Chained to the source: sees records in the order in which subtasks emit them. */
    private static final class Watch extends RichMapFunction<RawRecord, RawRecord>
            implements CheckpointedFunction {
        /** So many records at least are undone by a failure. */
        private static final int UNDONE = 10;

        private final String name;
        private transient int sinceSnapshot;

        Watch(String name) {
            this.name = name;
        }

        @Override
        public RawRecord map(RawRecord record) {
            Run run = Run.BY_NAME.get(name);
            sinceSnapshot++;
            if (run.recordsUntilFailure.decrementAndGet() < 0
                    && sinceSnapshot > UNDONE
                    && run.failures.compareAndSet(0, 1)) {
                throw new IllegalStateException("injected");
            }
            run.emitted.add(record);
            run.subtasks.add(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
            return record;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) {}

        @Override
        public void snapshotState(FunctionSnapshotContext context) {
            sinceSnapshot = 0;
        }
    }

    /** Keeps all payloads in state, so that what it holds is exactly what counted. */
    private static final class Store extends RichMapFunction<RawRecord, RawRecord>
            implements CheckpointedFunction, CheckpointListener {
        private final String name;
        private transient List<String> payloads;
        private transient ListState<String> state;

        Store(String name) {
            this.name = name;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            state =
                    context.getOperatorStateStore()
                            .getListState(new ListStateDescriptor<>("payloads", String.class));
            payloads = Collections.synchronizedList(new ArrayList<>());
            state.get().forEach(payloads::add);
            Run.BY_NAME.get(name).stored = payloads;
        }

        @Override
        public RawRecord map(RawRecord record) {
            payloads.add(new String(record.payload(), UTF_8));
            return record;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            state.update(List.copyOf(payloads));
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            Run.BY_NAME.get(name).checkpoints.incrementAndGet();
        }
    }
}
