package io.trailwatch.connector.kinesis;

import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.enumerator.KinesisSourceEnumerator;
import io.trailwatch.connector.kinesis.enumerator.TimedEnumerators;
import io.trailwatch.connector.kinesis.fake.FakeKinesis;
import io.trailwatch.connector.kinesis.fake.FakeKinesisService;
import io.trailwatch.connector.kinesis.fake.ManualTime;
import io.trailwatch.connector.kinesis.reader.SteppedReader;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorStateSerializer;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.KinesisShardSplitSerializer;
import io.trailwatch.event.RawRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.source.coordinator.SplitAssignmentTracker;
import org.apache.flink.util.UserCodeClassLoader;
import org.jspecify.annotations.Nullable;

/**
 * What Flink is to the source, on one thread: a coordinator, subtasks, the messages between them,
 * checkpoints, and failover of one subtask or of all. Order and loss of messages are those that
 * Flink allows:
 *
 * <ul>
 *   <li>What the coordinator sent before its part of a checkpoint arrives before the subtask's part
 *       is taken, what it sent later arrives after that (OperatorCoordinatorHolder).
 *   <li>What a subtask sends arrives in order, whenever; or not at all, if it fails before.
 *   <li>A subtask that fails alone goes back to the last completed checkpoint, and the coordinator
 *       gets back what it had assigned since (SourceCoordinator, subtaskReset); the splits in its
 *       state are reported when it registers (SupportsSplitReassignmentOnRecovery).
 *   <li>After a change of parallelism the splits in the state are dealt out anew
 *       (OperatorStateHandle.Mode.SPLIT_DISTRIBUTE).
 * </ul>
 */
final class SimulatedJob {
    private static final SimpleVersionedSerializer<KinesisShardSplit> SPLITS =
            new KinesisShardSplitSerializer();
    private static final SimpleVersionedSerializer<KinesisEnumeratorState> ENUMERATORS =
            new KinesisEnumeratorStateSerializer();
    private static final long NO_CHECKPOINT = -1;

    private final FakeKinesisService service;
    private final ManualTime time;
    private final KinesisSourceSettings settings;
    private final RandomGenerator random;

    /** Emitted before the last restart of the whole job, and kept by its checkpoint. */
    private final List<Emission> settled = new ArrayList<>();

    private final List<Subtask> subtasks = new ArrayList<>();
    private Coordinator coordinator;
    private RestorePoint restorePoint;
    private @Nullable Running running;
    private Consumer<KinesisShardSplit> assignmentCheck = split -> {};
    private int failuresUnknownToCoordinator;
    private long lastCheckpointId;
    private long emissions;

    /**
     * A record handed downstream.
     *
     * @param ordinal its place among all emissions of the job
     */
    record Emission(long ordinal, RawRecord record) {}

    /** Where a failed subtask goes back to; splits and marks by subtask. */
    private record RestorePoint(
            long checkpointId,
            @Nullable byte[] enumerator,
            List<List<byte[]>> splits,
            List<Integer> marks) {}

    /** A checkpoint under way. */
    private static final class Running {
        final long id;
        final byte[] enumerator;
        final Map<Integer, List<byte[]>> splits = new TreeMap<>();
        final Map<Integer, Integer> marks = new TreeMap<>();

        Running(long id, byte[] enumerator) {
            this.id = id;
            this.enumerator = enumerator;
        }
    }

    SimulatedJob(
            FakeKinesisService service,
            ManualTime time,
            KinesisSourceSettings settings,
            int parallelism,
            RandomGenerator random) {
        this.service = service;
        this.time = time;
        this.settings = settings;
        this.random = random;
        this.restorePoint =
                new RestorePoint(NO_CHECKPOINT, null, empty(parallelism), zeros(parallelism));
        this.coordinator = new Coordinator(parallelism);
        begin(parallelism);
    }

    private static List<List<byte[]>> empty(int parallelism) {
        List<List<byte[]>> lists = new ArrayList<>();
        for (int i = 0; i < parallelism; i++) {
            lists.add(List.of());
        }
        return lists;
    }

    private static List<Integer> zeros(int parallelism) {
        return new ArrayList<>(Collections.nCopies(parallelism, 0));
    }

    private void begin(int parallelism) {
        KinesisEnumeratorState state = null;
        if (restorePoint.enumerator() != null) {
            try {
                state =
                        ENUMERATORS.deserialize(
                                ENUMERATORS.getVersion(), restorePoint.enumerator());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        coordinator.enumerator =
                TimedEnumerators.create(
                        coordinator, coordinator.api, settings, state, time.clock());
        coordinator.enumerator.start();
        for (int i = 0; i < parallelism; i++) {
            Subtask subtask = new Subtask(i);
            subtasks.add(subtask);
            subtask.start();
        }
    }

    /**
     * Looks at each split that is given to a reader, while the coordinator knows of all failures.
     */
    void checkAssignments(Consumer<KinesisShardSplit> check) {
        assignmentCheck = check;
    }

    int parallelism() {
        return subtasks.size();
    }

    /** Everything that would be downstream for good if the job went on undisturbed, in order. */
    List<Emission> emitted() {
        List<Emission> all = new ArrayList<>(settled);
        subtasks.forEach(subtask -> all.addAll(subtask.emitted));
        all.sort(Comparator.comparingLong(Emission::ordinal));
        return all;
    }

    int emittedCount() {
        return settled.size() + subtasks.stream().mapToInt(s -> s.emitted.size()).sum();
    }

    boolean hasEnded() {
        return subtasks.stream().allMatch(subtask -> subtask.ended);
    }

    private boolean someHaveEnded() {
        return subtasks.stream().anyMatch(subtask -> subtask.ended);
    }

    /** Payload bytes that the clients of a subtask brought and that were not handed on yet. */
    long heldBytes(int subtask) {
        return subtasks.get(subtask).heldBytes();
    }

    /** Delivers all messages and lets every subtask take a step. */
    void turn() throws Exception {
        coordinator.run();
        for (Subtask subtask : List.copyOf(subtasks)) {
            subtask.deliver(Integer.MAX_VALUE);
            subtask.step(1_000);
        }
        coordinator.run();
    }

    /** Delivers some messages and lets some subtasks take a step, some of them a small one. */
    void someTurn() throws Exception {
        if (random.nextBoolean()) {
            coordinator.run();
        }
        for (Subtask subtask : List.copyOf(subtasks)) {
            if (random.nextInt(4) > 0) {
                subtask.deliver(1 + random.nextInt(3));
            }
            if (random.nextInt(4) > 0) {
                subtask.step(random.nextBoolean() ? 1_000 : random.nextInt(6));
            }
        }
    }

    /** Lets time pass while nothing is taken downstream. */
    void runBlocked(Duration duration) throws Exception {
        for (Duration done = Duration.ZERO;
                done.compareTo(duration) < 0;
                done = done.plus(Duration.ofMillis(10))) {
            coordinator.run();
            for (Subtask subtask : List.copyOf(subtasks)) {
                subtask.deliver(Integer.MAX_VALUE);
                subtask.step(0);
            }
            time.advance(Duration.ofMillis(10));
        }
    }

    /** Takes so many items of each subtask downstream. */
    void handOn(int items) throws Exception {
        for (Subtask subtask : subtasks) {
            subtask.step(items);
        }
    }

    /** Lets time pass with the job at work. */
    void run(Duration duration) throws Exception {
        Duration step = Duration.ofMillis(100);
        for (Duration done = Duration.ZERO; done.compareTo(duration) < 0; done = done.plus(step)) {
            turn();
            time.advance(step);
        }
        turn();
    }

    /** Begins a checkpoint, if none is under way. */
    void beginCheckpoint() throws Exception {
        if (running != null || someHaveEnded() || !allRunning()) {
            return;
        }
        coordinator.drain();
        long id = ++lastCheckpointId;
        running = new Running(id, ENUMERATORS.serialize(coordinator.enumerator.snapshotState(id)));
        coordinator.assignments.onCheckpoint(id);
        for (Subtask subtask : subtasks) {
            subtask.inbox.add(() -> subtask.snapshot(id));
        }
    }

    /** Gives the checkpoint under way up. */
    void abortCheckpoint() {
        if (running != null) {
            long id = running.id;
            running = null;
            coordinator.mailbox.add(() -> coordinator.enumerator.notifyCheckpointAborted(id));
        }
    }

    /** Takes a checkpoint and tells all of its completion. */
    void checkpoint() throws Exception {
        abortCheckpoint();
        beginCheckpoint();
        turn();
        turn();
    }

    private boolean allRunning() {
        return subtasks.stream().allMatch(subtask -> subtask.registered);
    }

    private void acknowledged(Running checkpoint) {
        if (checkpoint.splits.size() < subtasks.size()) {
            return;
        }
        running = null;
        restorePoint =
                new RestorePoint(
                        checkpoint.id,
                        checkpoint.enumerator,
                        List.copyOf(checkpoint.splits.values()),
                        List.copyOf(checkpoint.marks.values()));
        coordinator.mailbox.add(
                () -> {
                    coordinator.assignments.onCheckpointComplete(checkpoint.id);
                    coordinator.enumerator.notifyCheckpointComplete(checkpoint.id);
                });
        for (Subtask subtask : subtasks) {
            subtask.inbox.add(
                    () -> subtask.reader.reader().notifyCheckpointComplete(checkpoint.id));
        }
    }

    /** One subtask fails and is started again; the others go on. */
    void failSubtask(int index) throws Exception {
        if (subtasks.get(index).ended) {
            return;
        }
        abortCheckpoint();
        Subtask failed = subtasks.get(index);
        if (random.nextBoolean()) {
            failed.toCoordinator.forEach(coordinator.mailbox::add);
        }
        failed.stop();
        Subtask next = new Subtask(index);
        next.emitted.addAll(failed.emitted.subList(0, restorePoint.marks().get(index)));
        subtasks.set(index, next);
        long checkpointId = restorePoint.checkpointId();
        coordinator.mailbox.add(
                () -> {
                    coordinator.readers.remove(index);
                    coordinator.gateways.remove(index);
                });
        failuresUnknownToCoordinator++;
        coordinator.mailbox.add(
                () -> {
                    failuresUnknownToCoordinator--;
                    coordinator.enumerator.addSplitsBack(
                            coordinator.assignments.getAndRemoveUncheckpointedAssignment(
                                    index, checkpointId),
                            index);
                    time.schedule(Duration.ofMillis(random.nextInt(3_000)), next::start);
                });
    }

    /** The whole job fails and is started again. */
    void failJob(int parallelism) throws Exception {
        running = null;
        failuresUnknownToCoordinator = 0;
        for (int i = 0; i < subtasks.size(); i++) {
            Subtask subtask = subtasks.get(i);
            settled.addAll(subtask.emitted.subList(0, restorePoint.marks().get(i)));
            subtask.stop();
        }
        coordinator.crash();
        if (parallelism != subtasks.size()) {
            List<List<byte[]>> dealt = new ArrayList<>();
            for (int i = 0; i < parallelism; i++) {
                dealt.add(new ArrayList<>());
            }
            int next = 0;
            for (List<byte[]> splits : restorePoint.splits()) {
                for (byte[] split : splits) {
                    dealt.get(next++ % parallelism).add(split);
                }
            }
            restorePoint =
                    new RestorePoint(
                            restorePoint.checkpointId(),
                            restorePoint.enumerator(),
                            dealt,
                            zeros(parallelism));
        } else {
            restorePoint =
                    new RestorePoint(
                            restorePoint.checkpointId(),
                            restorePoint.enumerator(),
                            restorePoint.splits(),
                            zeros(parallelism));
        }
        subtasks.clear();
        coordinator = new Coordinator(parallelism);
        begin(parallelism);
    }

    /** Stops reading of some splits, or goes on, as watermark alignment does. */
    void pauseSome() {
        for (Subtask subtask : subtasks) {
            List<String> pause = new ArrayList<>();
            List<String> resume = new ArrayList<>();
            for (String splitId : subtask.splitIds) {
                (random.nextInt(3) == 0 ? pause : resume).add(splitId);
            }
            subtask.pause(pause, resume);
        }
    }

    void resumeAll() {
        subtasks.forEach(subtask -> subtask.pause(List.of(), subtask.splitIds));
    }

    /** Ends the job as one that was cancelled, or has come to its end. */
    void stop() throws Exception {
        for (Subtask subtask : subtasks) {
            subtask.reader.close();
        }
        coordinator.stop();
    }

    /** A step that may fail as Flink's may. */
    private interface Message {
        void run() throws Exception;
    }

    private final class Coordinator implements SplitEnumeratorContext<KinesisShardSplit> {
        final FakeKinesis api = service.open();
        final int parallelism;
        final Deque<Message> mailbox = new ArrayDeque<>();
        final Map<Integer, ReaderInfo> readers = new HashMap<>();
        final Map<Integer, Subtask> gateways = new HashMap<>();
        final SplitAssignmentTracker<KinesisShardSplit> assignments =
                new SplitAssignmentTracker<>();
        KinesisSourceEnumerator enumerator;
        boolean stopped;

        @SuppressWarnings("NullAway") // the enumerator needs its context to begin
        Coordinator(int parallelism) {
            this.parallelism = parallelism;
        }

        /** Handles what has arrived, and what the subtasks have sent. */
        void run() throws Exception {
            for (Subtask subtask : subtasks) {
                mailbox.addAll(subtask.toCoordinator);
                subtask.toCoordinator.clear();
            }
            drain();
        }

        void drain() throws Exception {
            while (!mailbox.isEmpty()) {
                mailbox.remove().run();
            }
        }

        void register(Subtask subtask, List<KinesisShardSplit> splits) {
            gateways.put(subtask.index, subtask);
            readers.put(subtask.index, ReaderInfo.createReaderInfo(subtask.index, "host", splits));
            subtask.registered = true;
            enumerator.addReader(subtask.index);
        }

        /** What is sent to a subtask that has failed, unknown to the coordinator yet, is lost. */
        private void send(int subtaskId, Function<Subtask, Message> message) {
            Subtask subtask = gateways.get(subtaskId);
            if (subtask == null) {
                throw new IllegalStateException("subtask " + subtaskId + " is not registered");
            }
            subtask.inbox.add(message.apply(subtask));
        }

        void crash() {
            stopped = true;
            mailbox.clear();
            api.close();
        }

        void stop() {
            stopped = true;
            mailbox.clear();
            if (!settings.isBounded()) {
                enumerator.close();
                return;
            }
            // Flink gives it a thread of its own: it waits for the consumer to be removed.
            Thread closing = new Thread(enumerator::close, "close-enumerator");
            closing.start();
            while (closing.isAlive()) {
                time.advance(Duration.ofMillis(1));
                Thread.yield();
            }
        }

        @Override
        public SplitEnumeratorMetricGroup metricGroup() {
            return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
        }

        @Override
        public void sendEventToSourceReader(int subtaskId, SourceEvent event) {
            send(subtaskId, subtask -> () -> subtask.reader.reader().handleSourceEvents(event));
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
            assignments.recordSplitAssignment(assignment);
            assignment
                    .assignment()
                    .forEach(
                            (index, splits) -> {
                                if (failuresUnknownToCoordinator == 0) {
                                    splits.forEach(assignmentCheck);
                                }
                                List<byte[]> bytes = serialized(splits);
                                send(index, subtask -> () -> subtask.add(deserialized(bytes)));
                            });
        }

        @Override
        public void signalNoMoreSplits(int subtaskId) {
            send(subtaskId, subtask -> () -> subtask.reader.reader().notifyNoMoreSplits());
        }

        @Override
        public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
            time.schedule(Duration.ZERO, () -> call(callable, handler));
        }

        @Override
        public <T> void callAsync(
                Callable<T> callable,
                BiConsumer<T, Throwable> handler,
                long initialDelayMillis,
                long periodMillis) {
            time.schedule(
                    Duration.ofMillis(initialDelayMillis),
                    () -> {
                        if (!stopped) {
                            call(callable, handler);
                            callAsync(callable, handler, periodMillis, periodMillis);
                        }
                    });
        }

        private <T> void call(Callable<T> callable, BiConsumer<T, Throwable> handler) {
            if (stopped) {
                return;
            }
            try {
                T result = callable.call();
                mailbox.add(() -> accept(handler, result, null));
            } catch (Exception e) {
                mailbox.add(() -> accept(handler, null, e));
            }
        }

        // Flink passes null for what there is not.
        @SuppressWarnings({"NullAway", "DataFlowIssue"})
        private static <T> void accept(
                BiConsumer<T, Throwable> handler, @Nullable T result, @Nullable Throwable failure) {
            handler.accept(result, failure);
        }

        @Override
        public void runInCoordinatorThread(Runnable runnable) {
            mailbox.add(runnable::run);
        }
    }

    private static List<byte[]> serialized(Collection<KinesisShardSplit> splits) {
        List<byte[]> bytes = new ArrayList<>();
        for (KinesisShardSplit split : splits) {
            try {
                bytes.add(SPLITS.serialize(split));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return bytes;
    }

    private static List<KinesisShardSplit> deserialized(List<byte[]> bytes) {
        List<KinesisShardSplit> splits = new ArrayList<>();
        for (byte[] split : bytes) {
            try {
                splits.add(SPLITS.deserialize(SPLITS.getVersion(), split));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return splits;
    }

    private final class Subtask
            implements SourceReaderContext, ReaderOutput<RawRecord>, SourceOutput<RawRecord> {
        final int index;
        final SteppedReader reader;
        final Deque<Message> inbox = new ArrayDeque<>();
        final Deque<Message> toCoordinator = new ArrayDeque<>();
        final List<Emission> emitted = new ArrayList<>();
        final Set<String> splitIds = new TreeSet<>();
        final List<FakeKinesis> clients = new ArrayList<>();
        private long emittedBytes;
        boolean registered;
        boolean ended;
        private boolean stopped;

        Subtask(int index) {
            this.index = index;
            this.reader =
                    SteppedReader.create(
                            settings,
                            () -> {
                                FakeKinesis client = service.open();
                                clients.add(client);
                                return client;
                            },
                            this,
                            time,
                            random::nextDouble);
        }

        /** Registers; does nothing for one that has failed meanwhile. */
        void start() {
            if (stopped) {
                return;
            }
            List<KinesisShardSplit> splits = deserialized(restorePoint.splits().get(index));
            toCoordinator.add(() -> coordinator.register(this, splits));
            reader.reader().start();
        }

        void deliver(int messages) throws Exception {
            for (int i = 0; i < messages && !inbox.isEmpty(); i++) {
                inbox.remove().run();
            }
        }

        void add(List<KinesisShardSplit> splits) {
            splits.forEach(split -> splitIds.add(split.splitId()));
            reader.reader().addSplits(splits);
        }

        void step(int items) throws Exception {
            if (ended || !registered) {
                return;
            }
            reader.fetchOnce();
            if (items > 0) {
                ended = reader.poll(items, this) == InputStatus.END_OF_INPUT;
            }
        }

        void snapshot(long checkpointId) {
            List<byte[]> splits = serialized(reader.reader().snapshotState(checkpointId));
            Running checkpoint = running;
            if (checkpoint != null && checkpoint.id == checkpointId) {
                checkpoint.splits.put(index, splits);
                checkpoint.marks.put(index, emitted.size());
                acknowledged(checkpoint);
            }
        }

        void pause(Collection<String> toPause, Collection<String> toResume) {
            reader.reader().pauseOrResumeSplits(toPause, toResume);
        }

        long heldBytes() {
            return clients.stream().mapToLong(FakeKinesis::deliveredBytes).sum() - emittedBytes;
        }

        /** As a process that dies: nobody is told anything. */
        void stop() {
            stopped = true;
            clients.forEach(FakeKinesis::close);
        }

        @Override
        public void collect(RawRecord record) {
            throw new IllegalStateException("a record without its time: " + record);
        }

        @Override
        public void collect(RawRecord record, long timestamp) {
            emitted.add(new Emission(emissions++, record));
            emittedBytes += record.lossNotice() ? 0 : record.payload().length;
        }

        @Override
        public SourceOutput<RawRecord> createOutputForSplit(String splitId) {
            return this;
        }

        @Override
        public void releaseOutputForSplit(String splitId) {
            splitIds.remove(splitId);
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            throw new IllegalStateException("the source makes no watermarks of its own");
        }

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}

        @Override
        public SourceReaderMetricGroup metricGroup() {
            return UnregisteredMetricsGroup.createSourceReaderMetricGroup();
        }

        @Override
        public Configuration getConfiguration() {
            return new Configuration();
        }

        @Override
        public String getLocalHostName() {
            return "host";
        }

        @Override
        public int getIndexOfSubtask() {
            return index;
        }

        @Override
        public void sendSplitRequest() {
            throw new IllegalStateException("the source's readers do not ask");
        }

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {
            toCoordinator.add(() -> coordinator.enumerator.handleSourceEvent(index, event));
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            throw new UnsupportedOperationException("nothing is loaded here");
        }

        @Override
        public int currentParallelism() {
            return coordinator.parallelism;
        }
    }
}
