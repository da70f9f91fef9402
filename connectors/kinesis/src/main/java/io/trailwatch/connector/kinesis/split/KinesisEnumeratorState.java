package io.trailwatch.connector.kinesis.split;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the enumerator must not forget: where shards begin and what became of those it knows.
 *
 * @param initialPosition where a shard begins that nobody has read yet
 * @param listedAt per ARN of a stream, when its shards were last listed: a shard that was not known
 *     then holds nothing older. It tells whether the retention has overtaken a shard that was made
 *     while the job was down
 * @param shards every shard known and not forgotten, in order of shard id
 */
public record KinesisEnumeratorState(
        ShardPosition initialPosition, Map<String, Instant> listedAt, List<TrackedShard> shards) {
    public KinesisEnumeratorState {
        requireNonNull(initialPosition, "initialPosition");
        listedAt = Map.copyOf(listedAt);
        shards = List.copyOf(shards);
    }

    /** What became of a shard. */
    public enum Status {
        /** Known, not given to a reader. */
        UNASSIGNED,
        /** Given to a reader, whose state holds the position from then on. */
        ASSIGNED,
        /** Read to its end. */
        FINISHED
    }

    /**
     * A shard and what became of it.
     *
     * @param split the shard as it was discovered or given back
     * @param status what became of it
     */
    public record TrackedShard(KinesisShardSplit split, Status status) {
        public TrackedShard {
            requireNonNull(split, "split");
            requireNonNull(status, "status");
        }
    }
}
