package io.trailwatch.connector.kinesis.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorStateSerializer;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.LostRange;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import io.trailwatch.connector.kinesis.split.Splits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Streams, readers and Flink's coordination around a {@link ShardTracker}, one small step at a
 * time, and beside them the truth: how far each shard was read in the timeline that counts.
 *
 * <p>Of Flink it knows: assignments since a checkpoint are given back when a subtask is reset; an
 * assignment made after the enumerator's part of a checkpoint reaches a reader only after the
 * reader's part; events of a reader arrive before its part of a later checkpoint does; checkpoints
 * under way are aborted when a subtask fails; two may be under way, one of them a savepoint, of
 * whose completion nobody is told; subtasks may be told late, or never, of a completed one.
 */
final class TimelineModel {
    private static final List<String> STREAMS = List.of(Splits.ARN, Splits.ARN + "-2");
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final Map<String, Duration> RETENTIONS =
            Map.of(STREAMS.get(0), Duration.ofDays(1), STREAMS.get(1), Duration.ofDays(365));
    private static final int RECORDS = 2;
    private static final int READ_TO_THE_END = RECORDS + 1;
    private static final long NO_CHECKPOINT = -1;

    /** What may happen, by weight. */
    enum Act {
        LIST(2),
        RESHARD(2),
        EXPIRE(1),
        ASSIGN(3),
        READ(8),
        DELIVER_EVENTS(2),
        BEGIN_CHECKPOINT(2),
        ACKNOWLEDGE(3),
        COMPLETE(2),
        NOTIFY_ENUMERATOR(1),
        FAIL_SOME(1),
        REGISTER(2),
        REGISTER_ALL_AND_GO_ON(1),
        WHOLE_CHECKPOINT(1),
        SAVEPOINT_DURING_CHECKPOINT(1),
        RESTORE(1);

        private final int weight;

        Act(int weight) {
            this.weight = weight;
        }

        /** The act of this number, as often as it weighs. */
        static Act of(int number) {
            int left = Math.floorMod(number, WEIGHT);
            for (Act act : values()) {
                left -= act.weight;
                if (left < 0) {
                    return act;
                }
            }
            throw new AssertionError(number);
        }
    }

    static final int WEIGHT = Arrays.stream(Act.values()).mapToInt(act -> act.weight).sum();

    private static final class StreamShard {
        final String streamArn;
        final String shardId;
        final List<String> parents;
        boolean open = true;
        boolean held = true;

        StreamShard(String streamArn, String shardId, List<String> parents) {
            this.streamArn = streamArn;
            this.shardId = shardId;
            this.parents = parents;
        }

        String splitId() {
            return KinesisShardSplit.splitId(streamArn, shardId);
        }

        Shard listed() {
            return Splits.shard(shardId, parents.toArray(String[]::new));
        }
    }

    /** The reader of a subtask; keeps finished splits as the real one does. */
    private static final class Reader {
        final Map<String, KinesisShardSplit> splits = new TreeMap<>();
        final Map<String, KinesisShardSplit> finished = new TreeMap<>();
        final NavigableMap<Long, Set<String>> finishedByCheckpoint = new TreeMap<>();
        final Deque<String> events = new ArrayDeque<>();
        final List<OnTheWay> inbox = new ArrayList<>();

        List<KinesisShardSplit> state() {
            return Stream.concat(splits.values().stream(), finished.values().stream()).toList();
        }
    }

    /** An assignment made while checkpoints were under way, the last of them this one. */
    private record OnTheWay(KinesisShardSplit split, long behind) {}

    private static final class Checkpoint {
        final long id;
        final boolean savepoint;
        final byte[] enumerator;
        final Set<String> known;
        final Map<String, Integer> progress;
        final Map<Integer, List<KinesisShardSplit>> readers = new TreeMap<>();

        Checkpoint(
                long id,
                boolean savepoint,
                byte[] enumerator,
                Set<String> known,
                Map<String, Integer> progress) {
            this.id = id;
            this.savepoint = savepoint;
            this.enumerator = enumerator;
            this.known = new HashSet<>(known);
            this.progress = new HashMap<>(progress);
        }
    }

    private final Map<String, StreamShard> shards = new TreeMap<>();
    private final Map<Act, Integer> performed = new EnumMap<>(Act.class);
    private int shardCount;
    private int movedReports;
    private int forgotten;

    private ShardTracker tracker = ShardTracker.startingAt(ShardPosition.fromStart());
    private int parallelism = 2;
    private final Map<Integer, Reader> readers = new TreeMap<>();

    /** What each absent subtask will report. */
    private final Map<Integer, List<KinesisShardSplit>> restoredStates = new TreeMap<>();

    private final List<Checkpoint> pending = new ArrayList<>();
    private final List<Checkpoint> restorable = new ArrayList<>();
    private final Deque<Long> untold = new ArrayDeque<>();
    private @Nullable Checkpoint latest;
    private long nextCheckpointId = 1;

    /** Assignments by the checkpoint begun next after them, as Flink keeps them. */
    private final NavigableMap<Long, Map<Integer, List<KinesisShardSplit>>> assignments =
            new TreeMap<>();

    // The truth.
    private Map<String, Integer> progress = new HashMap<>();
    private Set<String> known = new HashSet<>();
    private final Map<String, Integer> holders = new HashMap<>();
    private final Map<String, Set<String>> lastListed = new HashMap<>();

    TimelineModel() {
        for (String stream : STREAMS) {
            addShard(stream, List.of());
            addShard(stream, List.of());
        }
        startReaders(Map.of());
    }

    int performed(Act act) {
        return performed.getOrDefault(act, 0);
    }

    int reportsOfMovedSplits() {
        return movedReports;
    }

    int forgottenByReaders() {
        return forgotten;
    }

    void perform(Act act, int pick) {
        boolean done =
                switch (act) {
                    case LIST -> list(pickOf(STREAMS, pick));
                    case RESHARD -> reshard(pick);
                    case EXPIRE -> expire(pick);
                    case ASSIGN -> assign();
                    case READ -> read(pick);
                    case DELIVER_EVENTS -> deliverEvents(pick);
                    case BEGIN_CHECKPOINT -> beginCheckpoint(pick % 3 == 0);
                    case ACKNOWLEDGE -> acknowledge(pick);
                    case COMPLETE -> complete(pick);
                    case NOTIFY_ENUMERATOR -> notifyEnumerator();
                    case FAIL_SOME -> failSome(pick);
                    case REGISTER -> register(pick);
                    case REGISTER_ALL_AND_GO_ON -> registerAllAndGoOn();
                    case WHOLE_CHECKPOINT -> beginCheckpoint(false) && acknowledgeAndComplete(pick);
                    case SAVEPOINT_DURING_CHECKPOINT ->
                            beginCheckpoint(false)
                                    && read(pick)
                                    && beginCheckpoint(true)
                                    && acknowledgeAndComplete(pick);
                    case RESTORE -> restore(pick);
                };
        if (done) {
            performed.merge(act, 1, Integer::sum);
        }
    }

    private boolean list(String stream) {
        List<Shard> held = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (StreamShard shard : shards.values()) {
            if (shard.streamArn.equals(stream) && shard.held) {
                held.add(shard.listed());
                ids.add(shard.splitId());
            }
        }
        tracker.listed(stream, held, NOW);
        known.addAll(ids);
        lastListed.put(stream, ids);
        return true;
    }

    private boolean reshard(int pick) {
        List<StreamShard> open =
                shards.values().stream()
                        .filter(
                                shard ->
                                        shard.open && shard.streamArn.equals(pickOf(STREAMS, pick)))
                        .toList();
        if (shardCount >= 24) {
            return false;
        }
        StreamShard first = pickOf(open, pick / 2);
        first.open = false;
        if (pick / 4 % 2 == 0 || open.size() < 2) {
            addShard(first.streamArn, List.of(first.shardId));
            addShard(first.streamArn, List.of(first.shardId));
        } else {
            StreamShard second = open.get((open.indexOf(first) + 1) % open.size());
            second.open = false;
            addShard(first.streamArn, List.of(first.shardId, second.shardId));
        }
        return true;
    }

    private boolean expire(int pick) {
        List<StreamShard> closed =
                shards.values().stream().filter(shard -> !shard.open && shard.held).toList();
        if (closed.isEmpty()) {
            return false;
        }
        pickOf(closed, pick).held = false;
        return true;
    }

    private boolean assign() {
        boolean any = false;
        for (KinesisShardSplit split : tracker.assignable(RETENTIONS, NOW)) {
            int subtask = Math.floorMod(split.splitId().hashCode(), parallelism);
            Reader reader = readers.get(subtask);
            if (reader == null) {
                continue;
            }
            requireAssignable(split);
            any = true;
            tracker.assigned(split, subtask);
            holders.put(split.splitId(), subtask);
            assignments
                    .computeIfAbsent(nextCheckpointId, id -> new TreeMap<>())
                    .computeIfAbsent(subtask, s -> new ArrayList<>())
                    .add(split);
            reader.inbox.add(new OnTheWay(split, nextCheckpointId - 1));
            takeInbox(subtask);
        }
        return any;
    }

    private void requireAssignable(KinesisShardSplit split) {
        String splitId = split.splitId();
        readers.forEach(
                (subtask, reader) -> {
                    assertThat(reader.splits)
                            .as("splits of %s", subtask)
                            .doesNotContainKey(splitId);
                    assertThat(reader.inbox)
                            .extracting(onTheWay -> onTheWay.split().splitId())
                            .as("splits on their way to %s", subtask)
                            .doesNotContain(splitId);
                });
        assertThat(split.finished()).isFalse();
        int done = progress.getOrDefault(splitId, 0);
        assertThat(recordsRead(split)).as("place of %s", splitId).isEqualTo(done);
        assertThat(done).isLessThan(READ_TO_THE_END);
        for (String parent : split.parentShardIds()) {
            String parentId = KinesisShardSplit.splitId(split.streamArn(), parent);
            if (known.contains(parentId)) {
                assertThat(progress.getOrDefault(parentId, 0))
                        .as("parent %s of %s", parentId, splitId)
                        .isEqualTo(READ_TO_THE_END);
            }
        }
        Set<String> held = lastListed.get(split.streamArn());
        assertThat(held).as("listing before %s", splitId).isNotNull();
        assertThat(split.loss() != null).isEqualTo(!held.contains(splitId));
        if (split.loss() != null) {
            assertThat(split.loss().range().reason()).isEqualTo(LostRange.Reason.SHARD_GONE);
            assertThat(split.loss().range().after()).isEqualTo(split.position());
        }
    }

    private boolean read(int pick) {
        if (readers.isEmpty()) {
            return false;
        }
        Reader reader = pickOf(List.copyOf(readers.values()), pick);
        if (reader.splits.isEmpty()) {
            return false;
        }
        KinesisShardSplit split = pickOf(List.copyOf(reader.splits.values()), pick / 8);
        return readOn(reader, split);
    }

    private boolean readOn(Reader reader, KinesisShardSplit split) {
        String splitId = split.splitId();
        int done = progress.getOrDefault(splitId, 0);
        assertThat(recordsRead(split)).isEqualTo(done);
        StreamShard shard = shards.get(splitId);
        if (split.loss() == null && done < RECORDS) {
            reader.splits.put(
                    splitId, split.at(ShardPosition.after(String.valueOf(done + 1), NOW)));
            progress.put(splitId, done + 1);
            return true;
        }
        if (split.loss() == null && shard.open) {
            return false;
        }
        reader.splits.remove(splitId);
        reader.finished.put(splitId, split.asFinished());
        reader.events.add(splitId);
        progress.put(splitId, READ_TO_THE_END);
        return true;
    }

    private boolean deliverEvents(int pick) {
        if (readers.isEmpty()) {
            return false;
        }
        return deliverEventsOf(pickOf(List.copyOf(readers.keySet()), pick));
    }

    private boolean deliverEventsOf(int subtask) {
        Deque<String> events = readers.get(subtask).events;
        if (events.isEmpty()) {
            return false;
        }
        tracker.finished(subtask, List.copyOf(events));
        events.clear();
        return true;
    }

    private boolean beginCheckpoint(boolean savepoint) {
        if (readers.size() < parallelism || pending.size() >= 2) {
            return false;
        }
        long id = nextCheckpointId++;
        pending.add(new Checkpoint(id, savepoint, bytes(tracker.snapshot(id)), known, progress));
        return true;
    }

    private boolean acknowledge(int pick) {
        if (pending.isEmpty()) {
            return false;
        }
        int subtask = pickOf(List.copyOf(readers.keySet()), pick);
        for (Checkpoint checkpoint : pending) {
            if (!checkpoint.readers.containsKey(subtask)) {
                Reader reader = readers.get(subtask);
                deliverEventsOf(subtask);
                checkpoint.readers.put(subtask, reader.state());
                reader.finishedByCheckpoint.put(
                        checkpoint.id, Set.copyOf(reader.finished.keySet()));
                holders.forEach(
                        (splitId, holder) -> {
                            if (holder == subtask) {
                                checkpoint.progress.put(splitId, progress.getOrDefault(splitId, 0));
                            }
                        });
                takeInbox(subtask);
                return true;
            }
        }
        return false;
    }

    /** Completes the checkpoints under way, the first of them before anyone's part of the next. */
    private boolean acknowledgeAndComplete(int pick) {
        while (!pending.isEmpty()) {
            Checkpoint first = pending.get(0);
            for (int subtask : readers.keySet()) {
                while (!first.readers.containsKey(subtask)) {
                    acknowledge(subtask);
                }
            }
            complete(pick);
        }
        return true;
    }

    private boolean registerAllAndGoOn() {
        while (register(0)) {
            // Until all are there.
        }
        STREAMS.forEach(this::list);
        return assign();
    }

    private void takeInbox(int subtask) {
        Reader reader = readers.get(subtask);
        for (OnTheWay assignment : List.copyOf(reader.inbox)) {
            boolean heldUp =
                    pending.stream()
                            .anyMatch(
                                    checkpoint ->
                                            checkpoint.id <= assignment.behind()
                                                    && !checkpoint.readers.containsKey(subtask));
            if (!heldUp) {
                reader.splits.put(assignment.split().splitId(), assignment.split());
                reader.inbox.remove(assignment);
            }
        }
    }

    private boolean complete(int pick) {
        for (Checkpoint checkpoint : List.copyOf(pending)) {
            if (checkpoint.readers.size() == parallelism) {
                pending.remove(checkpoint);
                restorable.add(checkpoint);
                if (!checkpoint.savepoint) {
                    pending.stream()
                            .filter(older -> older.id < checkpoint.id)
                            .forEach(older -> tracker.checkpointAborted(older.id));
                    pending.removeIf(older -> older.id < checkpoint.id);
                    latest = checkpoint;
                    untold.add(checkpoint.id);
                    notifyReaders(checkpoint.id, pick);
                }
                readers.keySet().forEach(this::takeInbox);
                return true;
            }
        }
        return false;
    }

    private void notifyReaders(long checkpointId, int pick) {
        readers.forEach(
                (subtask, reader) -> {
                    if ((pick >> subtask) % 4 == 3) {
                        return; // Lost on its way.
                    }
                    Set<String> held = reader.finishedByCheckpoint.get(checkpointId);
                    if (held != null) {
                        reader.finished.keySet().removeAll(held);
                    }
                    reader.finishedByCheckpoint.headMap(checkpointId, true).clear();
                });
    }

    private boolean notifyEnumerator() {
        if (untold.isEmpty()) {
            return false;
        }
        long checkpointId = untold.remove();
        assignments.headMap(checkpointId, true).clear();
        tracker.checkpointCompleted(checkpointId);
        return true;
    }

    private boolean failSome(int pick) {
        Set<Integer> failed = new TreeSet<>();
        for (int subtask = 0; subtask < parallelism; subtask++) {
            if ((pick >> subtask) % 2 == 1) {
                failed.add(subtask);
            }
        }
        if (failed.isEmpty()) {
            return false;
        }
        pending.forEach(checkpoint -> tracker.checkpointAborted(checkpoint.id));
        pending.clear();
        failed.forEach(readers::remove);
        readers.keySet().forEach(this::takeInbox);
        long restoredId = latest == null ? NO_CHECKPOINT : latest.id;
        for (int subtask : failed) {
            List<KinesisShardSplit> givenBack = new ArrayList<>();
            for (Map<Integer, List<KinesisShardSplit>> bySubtask :
                    assignments.tailMap(restoredId, false).values()) {
                givenBack.addAll(bySubtask.getOrDefault(subtask, List.of()));
                bySubtask.remove(subtask);
            }
            tracker.reset(subtask, givenBack);
            restoredStates.put(
                    subtask,
                    latest == null ? List.of() : latest.readers.getOrDefault(subtask, List.of()));
        }
        holders.forEach(
                (splitId, holder) -> {
                    if (failed.contains(holder)) {
                        progress.put(
                                splitId,
                                latest == null ? 0 : latest.progress.getOrDefault(splitId, 0));
                    }
                });
        return true;
    }

    private boolean register(int pick) {
        if (restoredStates.isEmpty()) {
            return false;
        }
        int subtask = pickOf(List.copyOf(restoredStates.keySet()), pick);
        List<KinesisShardSplit> reported = restoredStates.remove(subtask);
        for (KinesisShardSplit split : reported) {
            Integer holder = holders.get(split.splitId());
            if (holder != null && holder != subtask) {
                movedReports++;
            }
        }
        readers.put(subtask, new Reader());
        for (KinesisShardSplit split : tracker.registered(subtask, parallelism, reported)) {
            forgotten++;
            assertThat(progress.get(split.splitId()))
                    .as("place of unreported %s", split.splitId())
                    .isEqualTo(READ_TO_THE_END);
        }
        return true;
    }

    private boolean restore(int pick) {
        readers.clear();
        pending.clear();
        assignments.clear();
        untold.clear();
        holders.clear();
        lastListed.clear();
        parallelism = 1 + pick % 3;
        if (restorable.isEmpty()) {
            tracker = ShardTracker.startingAt(ShardPosition.fromStart());
            progress = new HashMap<>();
            known = new HashSet<>();
            latest = null;
            startReaders(Map.of());
            return true;
        }
        Checkpoint from = pickOf(restorable, pick / 3);
        tracker = ShardTracker.restored(state(from.enumerator), ShardPosition.fromStart());
        progress = new HashMap<>(from.progress);
        known = new HashSet<>(from.known);
        Map<Integer, List<KinesisShardSplit>> states = new TreeMap<>();
        int turn = 0;
        for (List<KinesisShardSplit> state : from.readers.values()) {
            for (KinesisShardSplit split : state) {
                states.computeIfAbsent(turn++ % parallelism, s -> new ArrayList<>()).add(split);
            }
        }
        Checkpoint restored =
                new Checkpoint(from.id, false, from.enumerator, from.known, from.progress);
        restored.readers.putAll(states);
        latest = restored;
        restorable.clear();
        restorable.add(restored);
        startReaders(states);
        return true;
    }

    private void startReaders(Map<Integer, List<KinesisShardSplit>> states) {
        restoredStates.clear();
        for (int subtask = 0; subtask < parallelism; subtask++) {
            restoredStates.put(subtask, states.getOrDefault(subtask, List.of()));
        }
    }

    /** All goes well from now on, all shards are closed, and time enough passes. */
    void readEverything() {
        while (register(0)) {
            // Until all are there.
        }
        pending.forEach(checkpoint -> tracker.checkpointAborted(checkpoint.id));
        pending.clear();
        readers.keySet().forEach(this::takeInbox);
        shards.values().forEach(shard -> shard.open = false);
        STREAMS.forEach(this::list);
        boolean more = true;
        while (more) {
            more = assign();
            for (Reader reader : readers.values()) {
                for (KinesisShardSplit split : List.copyOf(reader.splits.values())) {
                    more |= readOn(reader, split);
                }
            }
            for (int subtask : readers.keySet()) {
                more |= deliverEventsOf(subtask);
            }
        }
        assertThat(tracker.isAllFinished()).as("the tracker knows that all is read").isTrue();
    }

    /** Shards that the enumerator had in a listing, but nobody read to their end. */
    List<String> unread() {
        return known.stream()
                .filter(splitId -> progress.getOrDefault(splitId, 0) != READ_TO_THE_END)
                .toList();
    }

    private void addShard(String stream, List<String> parents) {
        String shardId = "shardId-%012d".formatted(shardCount++);
        StreamShard shard = new StreamShard(stream, shardId, parents);
        shards.put(shard.splitId(), shard);
    }

    private static int recordsRead(KinesisShardSplit split) {
        String sequence = split.position().sequenceNumber();
        return sequence == null ? 0 : Integer.parseInt(sequence);
    }

    private static <T> T pickOf(List<T> list, int pick) {
        return list.get(Math.floorMod(pick, list.size()));
    }

    private static byte[] bytes(KinesisEnumeratorState state) {
        try {
            return new KinesisEnumeratorStateSerializer().serialize(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KinesisEnumeratorState state(byte[] bytes) {
        try {
            return new KinesisEnumeratorStateSerializer().deserialize(2, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
