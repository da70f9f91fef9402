package io.trailwatch.connector.kinesis.enumerator;

import static io.trailwatch.connector.kinesis.split.Splits.ARN;
import static io.trailwatch.connector.kinesis.split.Splits.shard;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.Status;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardTrackerTest {
    private static final ShardPosition BEGIN =
            ShardPosition.fromTimestamp(Instant.parse("2026-11-21T00:00:00Z"));

    private final ShardTracker tracker = ShardTracker.startingAt(BEGIN);

    @Test
    void newShardsBeginAtTheInitialPositionAndAreHandedOutOnce() {
        tracker.discovered(ARN, List.of(shard("a"), shard("b")));

        assertThat(assignable()).containsExactly("a", "b");
        assertThat(tracker.assignable())
                .extracting(KinesisShardSplit::position)
                .containsOnly(BEGIN);
        assignAll();
        tracker.discovered(ARN, List.of(shard("a"), shard("b")));
        assertThat(assignable()).isEmpty();
    }

    @Test
    void aMergedShardWaitsForBothParents() {
        tracker.discovered(ARN, List.of(shard("a"), shard("b"), shard("c", "a", "b")));
        assignAll();

        finish("a");
        assertThat(assignable()).isEmpty();
        finish("b");
        assertThat(assignable()).containsExactly("c");
    }

    @Test
    void aGrandchildWaitsForItsParentNotOnlyForItsGrandparent() {
        tracker.discovered(ARN, List.of(shard("a"), shard("b", "a"), shard("c", "b")));
        assignAll();

        finish("a");
        assertThat(assignable()).containsExactly("b");
        assignAll();
        assertThat(assignable()).isEmpty();
    }

    @Test
    void aParentNoLongerHeldByTheStreamHoldsNobodyUp() {
        tracker.discovered(ARN, List.of(shard("c", "trimmed")));

        assertThat(assignable()).containsExactly("c");
    }

    @Test
    void finishedShardsAreRememberedWhileTheStreamHoldsThem() {
        tracker.discovered(ARN, List.of(shard("a"), shard("b")));
        assignAll();
        finish("a");

        tracker.discovered(ARN, List.of(shard("a"), shard("b")));
        assertThat(assignable()).isEmpty();
        tracker.discovered(ARN, List.of());
        assertThat(tracker.snapshot().shards())
                .singleElement()
                .satisfies(
                        shard -> {
                            assertThat(shard.split().shardId()).isEqualTo("b");
                            assertThat(shard.status()).isEqualTo(Status.ASSIGNED);
                        });
    }

    @Test
    void aSplitGivenBackIsHandedOutAgainAtItsPositionAndHoldsItsChildren() {
        tracker.discovered(ARN, List.of(shard("a"), shard("b", "a")));
        KinesisShardSplit given = tracker.assignable().get(0);
        tracker.assigned(given);
        finish("a");

        tracker.givenBack(List.of(given));

        assertThat(tracker.assignable()).containsExactly(given);
    }

    @Test
    void aRestoredTrackerKnowsWhatWasAssigned() {
        tracker.discovered(ARN, List.of(shard("a"), shard("b", "a"), shard("c")));
        tracker.assigned(tracker.assignable().get(0));

        ShardTracker restored = ShardTracker.restored(tracker.snapshot());

        assertThat(restored.assignable())
                .extracting(KinesisShardSplit::shardId)
                .containsExactly("c");
        assertThat(restored.snapshot()).isEqualTo(tracker.snapshot());
    }

    private List<String> assignable() {
        return tracker.assignable().stream().map(KinesisShardSplit::shardId).toList();
    }

    private void assignAll() {
        tracker.assignable().forEach(tracker::assigned);
    }

    private void finish(String shardId) {
        tracker.finished(List.of(KinesisShardSplit.splitId(ARN, shardId)));
    }
}
