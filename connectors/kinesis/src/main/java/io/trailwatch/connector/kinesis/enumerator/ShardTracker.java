package io.trailwatch.connector.kinesis.enumerator;

import static java.util.Objects.requireNonNullElse;

import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.Status;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.TrackedShard;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Knows every shard, what became of it, and which ones may start: those whose parents were read to
 * their end or are no longer held by the stream. Not safe for use by several threads.
 */
public final class ShardTracker {
    private final ShardPosition initialPosition;
    private final TreeMap<String, TrackedShard> shards = new TreeMap<>();

    private ShardTracker(ShardPosition initialPosition) {
        this.initialPosition = initialPosition;
    }

    public static ShardTracker startingAt(ShardPosition initialPosition) {
        return new ShardTracker(initialPosition);
    }

    public static ShardTracker restored(KinesisEnumeratorState state) {
        ShardTracker tracker = new ShardTracker(state.initialPosition());
        for (TrackedShard shard : state.shards()) {
            tracker.shards.put(shard.split().splitId(), shard);
        }
        return tracker;
    }

    KinesisEnumeratorState snapshot() {
        return new KinesisEnumeratorState(initialPosition, List.copyOf(shards.values()));
    }

    /**
     * Takes in a complete list of a stream's shards: new ones begin at the initial position, and
     * finished ones that the stream has dropped are forgotten.
     */
    void discovered(String streamArn, Collection<Shard> listed) {
        Set<String> held = new HashSet<>();
        for (Shard shard : listed) {
            KinesisShardSplit split = split(streamArn, shard);
            held.add(split.splitId());
            shards.putIfAbsent(split.splitId(), new TrackedShard(split, Status.UNASSIGNED));
        }
        shards.values()
                .removeIf(
                        shard ->
                                shard.status() == Status.FINISHED
                                        && !held.contains(shard.split().splitId()));
    }

    /** Shards that nobody reads and whose parents are done, in order of shard id. */
    List<KinesisShardSplit> assignable() {
        List<KinesisShardSplit> ready = new ArrayList<>();
        for (TrackedShard shard : shards.values()) {
            if (shard.status() == Status.UNASSIGNED && parentsAreDone(shard.split())) {
                ready.add(shard.split());
            }
        }
        return ready;
    }

    void assigned(KinesisShardSplit split) {
        shards.put(split.splitId(), new TrackedShard(split, Status.ASSIGNED));
    }

    void finished(Collection<String> splitIds) {
        for (String splitId : splitIds) {
            shards.computeIfPresent(
                    splitId, (id, shard) -> new TrackedShard(shard.split(), Status.FINISHED));
        }
    }

    /**
     * Takes splits back from a reader that failed before a checkpoint covered them. One that the
     * reader had reported as finished meanwhile is read again, since its records are undone too.
     */
    void givenBack(Collection<KinesisShardSplit> splits) {
        for (KinesisShardSplit split : splits) {
            shards.put(split.splitId(), new TrackedShard(split, Status.UNASSIGNED));
        }
    }

    private boolean parentsAreDone(KinesisShardSplit split) {
        return split.parentShardIds().stream()
                .map(parent -> shards.get(KinesisShardSplit.splitId(split.streamArn(), parent)))
                .allMatch(parent -> parent == null || parent.status() == Status.FINISHED);
    }

    private KinesisShardSplit split(String streamArn, Shard shard) {
        Set<String> parents =
                Stream.of(
                                requireNonNullElse(shard.parentShardId(), ""),
                                requireNonNullElse(shard.adjacentParentShardId(), ""))
                        .filter(parent -> !parent.isEmpty())
                        .collect(Collectors.toSet());
        return new KinesisShardSplit(
                streamArn,
                shard.shardId(),
                initialPosition,
                parents,
                new BigInteger(shard.hashKeyRange().startingHashKey()),
                new BigInteger(shard.hashKeyRange().endingHashKey()),
                false,
                null);
    }
}
