package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.jspecify.annotations.Nullable;

/** Items of one shard, handed on together. */
final class ShardBatch implements RecordsWithSplitIds<ReadItem> {
    private final String splitId;
    private final Iterator<ReadItem> items;
    private final ShardPosition position;
    private final boolean last;
    private final Runnable onRecycled;
    private boolean begun;

    /**
     * @param position behind the items
     * @param last whether the shard ends with it
     * @param onRecycled called by the emitting thread when all items were emitted
     */
    ShardBatch(
            String splitId,
            List<ReadItem> items,
            ShardPosition position,
            boolean last,
            Runnable onRecycled) {
        this.splitId = splitId;
        this.items = items.iterator();
        this.position = position;
        this.last = last;
        this.onRecycled = onRecycled;
    }

    ShardPosition position() {
        return position;
    }

    boolean isLast() {
        return last;
    }

    @Override
    public @Nullable String nextSplit() {
        if (begun) {
            return null;
        }
        begun = true;
        return splitId;
    }

    @Override
    public @Nullable ReadItem nextRecordFromSplit() {
        return items.hasNext() ? items.next() : null;
    }

    @Override
    public Set<String> finishedSplits() {
        return last ? Set.of(splitId) : Set.of();
    }

    @Override
    public void recycle() {
        onRecycled.run();
    }
}
