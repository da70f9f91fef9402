package io.trailwatch.connector.kinesis.enumerator;

import static java.util.Objects.requireNonNullElse;

import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.Status;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.TrackedShard;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit.Loss;
import io.trailwatch.connector.kinesis.split.LostRange;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Knows every shard, what became of it, and which ones may start: those whose parents were read to
 * their end or are no longer held by the stream. A fold over what is told to it; has no clock and
 * calls nobody. Not safe for use by several threads.
 *
 * <p>Readers come and go. A subtask that was reset goes back to a checkpoint, and what it did since
 * then is undone: it may hold a split again that it had finished. Between {@link #reset} and {@link
 * #registered} nothing is known of its splits, so no child of theirs starts. What a subtask reports
 * when it registers is the truth of its checkpoint, except for splits that meanwhile went to
 * another subtask: those the reader held before the job was rescaled, and will report with every
 * restart until a checkpoint without them completes.
 */
final class ShardTracker {
    // Requests signed by a clock farther from the service's are refused (SigV4), so a shard that a
    // listing did not hold has no record older than that before the listing, by anyone's clock.
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    private final ShardPosition initialPosition;
    private final ShardPosition initialPositionOfNewStreams;
    private final Set<String> restoredStreams = new HashSet<>();
    private final Map<String, Instant> listedAt = new HashMap<>();

    /** Ids of the splits in the last listing of this incarnation, per stream. */
    private final Map<String, Set<String>> listed = new HashMap<>();

    private final TreeMap<String, Entry> shards = new TreeMap<>();

    /** Subtasks that were reset and have not registered again. */
    private final Set<Integer> absent = new HashSet<>();

    private final Set<Integer> everRegistered = new HashSet<>();
    private final NavigableMap<Long, Set<String>> finishedByCheckpoint = new TreeMap<>();

    /**
     * A shard.
     *
     * @param owner subtask to which it was given last since the enumerator was made; null for none,
     *     or when it was given away before
     * @param settled finished, and no reader can be reset to a time when it was not
     */
    private record Entry(
            KinesisShardSplit split, Status status, @Nullable Integer owner, boolean settled) {
        static Entry unassigned(KinesisShardSplit split) {
            return new Entry(split, Status.UNASSIGNED, null, false);
        }

        Entry finished(boolean settled) {
            return new Entry(split, Status.FINISHED, owner, settled);
        }

        boolean isWith(int subtask) {
            return owner != null && owner == subtask;
        }
    }

    private ShardTracker(ShardPosition initialPosition, ShardPosition initialPositionOfNewStreams) {
        this.initialPosition = initialPosition;
        this.initialPositionOfNewStreams = initialPositionOfNewStreams;
    }

    static ShardTracker startingAt(ShardPosition initialPosition) {
        return new ShardTracker(initialPosition, initialPosition);
    }

    /**
     * Goes on from a checkpoint. Splits that it calls assigned wait for the report of their reader.
     *
     * @param initialPositionOfNewStreams where the shards of streams begin that were not read
     *     before
     */
    static ShardTracker restored(
            KinesisEnumeratorState state, ShardPosition initialPositionOfNewStreams) {
        ShardTracker tracker =
                new ShardTracker(state.initialPosition(), initialPositionOfNewStreams);
        tracker.listedAt.putAll(state.listedAt());
        tracker.restoredStreams.addAll(state.listedAt().keySet());
        for (TrackedShard shard : state.shards()) {
            tracker.restoredStreams.add(shard.split().streamArn());
            tracker.shards.put(
                    shard.split().splitId(),
                    new Entry(
                            shard.split(),
                            shard.status(),
                            null,
                            shard.status() == Status.FINISHED));
        }
        return tracker;
    }

    /** Whether this stream was read before the enumerator was made. */
    boolean isRestored(String streamArn) {
        return restoredStreams.contains(streamArn);
    }

    KinesisEnumeratorState snapshot(long checkpointId) {
        finishedByCheckpoint.put(
                checkpointId,
                shards.values().stream()
                        .filter(entry -> entry.status() == Status.FINISHED)
                        .map(entry -> entry.split().splitId())
                        .collect(Collectors.toSet()));
        return new KinesisEnumeratorState(
                initialPosition,
                listedAt,
                shards.values().stream()
                        .map(entry -> new TrackedShard(entry.split(), entry.status()))
                        .toList());
    }

    /** From now on nobody is reset to a time before this checkpoint. */
    void checkpointCompleted(long checkpointId) {
        for (String splitId : finishedByCheckpoint.getOrDefault(checkpointId, Set.of())) {
            shards.computeIfPresent(
                    splitId,
                    (id, entry) ->
                            entry.status() == Status.FINISHED ? entry.finished(true) : entry);
        }
        finishedByCheckpoint.headMap(checkpointId, true).clear();
    }

    void checkpointAborted(long checkpointId) {
        finishedByCheckpoint.remove(checkpointId);
    }

    /**
     * Takes in a complete list of a stream's shards. A new one begins at the initial position;
     * finished ones that the stream has dropped are forgotten.
     *
     * @param at a time before which the list was not asked for
     */
    void listed(String streamArn, Collection<Shard> held, Instant at) {
        ShardPosition begin = beginOfNewShards(streamArn);
        Set<String> heldIds = new HashSet<>();
        for (Shard shard : held) {
            KinesisShardSplit split = split(streamArn, shard, begin);
            heldIds.add(split.splitId());
            shards.putIfAbsent(split.splitId(), Entry.unassigned(split));
        }
        shards.values()
                .removeIf(
                        entry ->
                                entry.settled()
                                        && entry.split().streamArn().equals(streamArn)
                                        && !heldIds.contains(entry.split().splitId()));
        listed.put(streamArn, heldIds);
        listedAt.put(streamArn, at);
    }

    /** A shard that the list before did not hold was made later: nothing in it is older. */
    private ShardPosition beginOfNewShards(String streamArn) {
        Instant before = listedAt.get(streamArn);
        if (before == null) {
            return restoredStreams.contains(streamArn)
                    ? initialPosition
                    : initialPositionOfNewStreams;
        }
        return initialPosition.readUpTo(before.minus(CLOCK_TOLERANCE));
    }

    /**
     * Shards that nobody reads and whose parents are done, in order of split id, each with the loss
     * that is seen now if it carries none already. A shard is not ready before its stream was
     * listed.
     *
     * @param retentions how long streams keep records; shards of other streams are not ready
     */
    List<KinesisShardSplit> assignable(Map<String, Duration> retentions, Instant now) {
        List<KinesisShardSplit> ready = new ArrayList<>();
        for (Entry entry : shards.values()) {
            KinesisShardSplit split = entry.split();
            Duration retention = retentions.get(split.streamArn());
            Set<String> held = listed.get(split.streamArn());
            if (entry.status() == Status.UNASSIGNED
                    && retention != null
                    && held != null
                    && parentsAreDone(split)) {
                ready.add(
                        split.loss() == null
                                ? split.with(loss(split, held, now.minus(retention)))
                                : split);
            }
        }
        return ready;
    }

    private static @Nullable Loss loss(
            KinesisShardSplit split, Set<String> held, Instant oldestHeld) {
        ShardPosition position = split.position();
        if (!held.contains(split.splitId())) {
            return new Loss(
                    new LostRange(LostRange.Reason.SHARD_GONE, position, null),
                    /* reported= */ false);
        }
        if (position.readUpTo() != null && position.readUpTo().isBefore(oldestHeld)) {
            return new Loss(
                    new LostRange(LostRange.Reason.POSITION_TRIMMED, position, oldestHeld),
                    /* reported= */ false);
        }
        return null;
    }

    /** Remembers who reads the split, one of {@link #assignable}. */
    void assigned(KinesisShardSplit split, int subtask) {
        shards.put(split.splitId(), new Entry(split, Status.ASSIGNED, subtask, false));
    }

    /**
     * Takes the news of a reader that it read splits to their end.
     *
     * @return ARNs of streams in which children may lie that were not listed yet
     */
    Set<String> finished(int subtask, Collection<String> splitIds) {
        Set<String> resharded = new HashSet<>();
        for (String splitId : splitIds) {
            Entry entry = shards.get(splitId);
            if (entry != null && entry.status() == Status.ASSIGNED && entry.isWith(subtask)) {
                shards.put(splitId, entry.finished(false));
                if (!hasChildren(entry.split())) {
                    resharded.add(entry.split().streamArn());
                }
            }
        }
        return resharded;
    }

    /**
     * A subtask goes back to a checkpoint; it will register again.
     *
     * @param givenBack splits it was given after that checkpoint
     */
    void reset(int subtask, Collection<KinesisShardSplit> givenBack) {
        for (KinesisShardSplit split : givenBack) {
            shards.put(split.splitId(), Entry.unassigned(split));
        }
        absent.add(subtask);
    }

    /**
     * A reader begins.
     *
     * @param parallelism readers that there will be
     * @param reported all splits in the state that the reader was restored with
     * @return splits that no reader reported although one had them, so that they can only have been
     *     finished: the news came after the enumerator's part of the checkpoint was taken, and
     *     another checkpoint let the reader forget them before its own part was
     */
    List<KinesisShardSplit> registered(
            int subtask, int parallelism, Collection<KinesisShardSplit> reported) {
        for (KinesisShardSplit split : reported) {
            Entry entry = shards.get(split.splitId());
            boolean elsewhere = entry != null && entry.owner() != null && !entry.isWith(subtask);
            if (elsewhere || (entry == null && split.finished())) {
                continue;
            }
            shards.put(
                    split.splitId(),
                    split.finished()
                            ? new Entry(split, Status.FINISHED, null, /* settled= */ true)
                            : Entry.unassigned(split));
        }
        absent.remove(subtask);
        everRegistered.add(subtask);
        boolean allReported = everRegistered.size() >= parallelism;
        List<KinesisShardSplit> unreported = new ArrayList<>();
        for (Map.Entry<String, Entry> shard : shards.entrySet()) {
            Entry entry = shard.getValue();
            boolean ofNobody = entry.owner() == null && allReported;
            if (entry.isWith(subtask) || ofNobody) {
                if (entry.status() == Status.ASSIGNED) {
                    unreported.add(entry.split());
                }
                if (entry.status() != Status.UNASSIGNED) {
                    shard.setValue(entry.finished(true));
                }
            }
        }
        return unreported;
    }

    /** Whether every shard known is with a reader or finished. */
    boolean isAllGivenOut() {
        return shards.values().stream()
                .allMatch(
                        entry ->
                                isDone(entry)
                                        || (entry.status() == Status.ASSIGNED
                                                && entry.owner() != null
                                                && !absent.contains(entry.owner())));
    }

    /** Whether every shard known was read to its end. */
    boolean isAllFinished() {
        return shards.values().stream().allMatch(this::isDone);
    }

    /** Shards that nobody reads yet. */
    int unassignedCount() {
        return (int)
                shards.values().stream()
                        .filter(entry -> entry.status() == Status.UNASSIGNED)
                        .count();
    }

    private boolean isDone(Entry entry) {
        return entry.status() == Status.FINISHED
                && (entry.settled() || !absent.contains(requireNonNullElse(entry.owner(), -1)));
    }

    private boolean parentsAreDone(KinesisShardSplit split) {
        return split.parentShardIds().stream()
                .map(parent -> shards.get(KinesisShardSplit.splitId(split.streamArn(), parent)))
                .allMatch(parent -> parent == null || isDone(parent));
    }

    private boolean hasChildren(KinesisShardSplit parent) {
        return shards.values().stream()
                .map(Entry::split)
                .anyMatch(
                        split ->
                                split.streamArn().equals(parent.streamArn())
                                        && split.parentShardIds().contains(parent.shardId()));
    }

    private static KinesisShardSplit split(String streamArn, Shard shard, ShardPosition begin) {
        Set<String> parents =
                Stream.of(
                                requireNonNullElse(shard.parentShardId(), ""),
                                requireNonNullElse(shard.adjacentParentShardId(), ""))
                        .filter(parent -> !parent.isEmpty())
                        .collect(Collectors.toSet());
        return new KinesisShardSplit(
                streamArn,
                shard.shardId(),
                begin,
                parents,
                new BigInteger(shard.hashKeyRange().startingHashKey()),
                new BigInteger(shard.hashKeyRange().endingHashKey()),
                false,
                null);
    }
}
