package io.trailwatch.connector.kinesis.enumerator;

import static io.trailwatch.connector.kinesis.split.Splits.ARN;
import static io.trailwatch.connector.kinesis.split.Splits.shard;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.Status;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.TrackedShard;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit.Loss;
import io.trailwatch.connector.kinesis.split.LostRange;
import io.trailwatch.connector.kinesis.split.LostRange.Reason;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import io.trailwatch.connector.kinesis.split.Splits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.Shard;

class ShardTrackerTest {
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final Duration RETENTION = Duration.ofHours(24);
    private static final Instant OLDEST_HELD = NOW.minus(RETENTION);
    private static final ShardPosition BEGIN =
            ShardPosition.fromTimestamp(Instant.parse("2026-10-01T00:00:00Z"));

    private ShardTracker tracker = ShardTracker.startingAt(BEGIN);

    @Test
    void newShardsBeginAtTheInitialPositionAndAreHandedOutOnce() {
        list(shard("a"), shard("b"));

        assertThat(assignable()).containsExactly("a", "b");
        assertThat(ready())
                .allSatisfy(
                        split -> {
                            assertThat(split.position()).isEqualTo(BEGIN);
                            assertThat(split.loss()).isNull();
                        });
        assignAll();
        list(shard("a"), shard("b"));
        assertThat(assignable()).isEmpty();
    }

    @Test
    void nothingIsReadyBeforeItsStreamIsListedAndItsRetentionKnown() {
        list(shard("a"));
        assertThat(tracker.assignable(Map.of(), NOW)).isEmpty();

        assign("a", 0);
        tracker.reset(0, List.of(split("a")));
        ShardTracker restored = ShardTracker.restored(tracker.snapshot(1), BEGIN);
        assertThat(restored.assignable(Map.of(ARN, RETENTION), NOW)).isEmpty();
    }

    @Test
    void aMergedShardWaitsForBothParents() {
        list(shard("a"), shard("b"), shard("c", "a", "b"));
        assignAll();

        finish("a");
        assertThat(assignable()).isEmpty();
        finish("b");
        assertThat(assignable()).containsExactly("c");
    }

    @Test
    void aGrandchildWaitsForItsParentNotOnlyForItsGrandparent() {
        list(shard("a"), shard("b", "a"), shard("c", "b"));
        assignAll();

        finish("a");
        assertThat(assignable()).containsExactly("b");
        assignAll();
        assertThat(assignable()).isEmpty();
    }

    @Test
    void aParentNeverHeldByTheStreamHoldsNobodyUp() {
        list(shard("c", "trimmed"));

        assertThat(assignable()).containsExactly("c");
    }

    @Test
    void aParentThatVanishedUnreadHoldsItsChildrenUpUntilItsLossIsDealtWith() {
        list(shard("a"), shard("b", "a"));
        list(shard("b", "a"));

        assertThat(ready())
                .singleElement()
                .satisfies(
                        split -> {
                            assertThat(split.shardId()).isEqualTo("a");
                            assertThat(split.loss())
                                    .isEqualTo(
                                            new Loss(
                                                    new LostRange(Reason.SHARD_GONE, BEGIN, null),
                                                    false));
                        });
        assignAll();
        finish("a");
        assertThat(assignable()).containsExactly("b");
    }

    @Test
    void finishedShardsAreForgottenOnlyWhenNoReaderCanComeBackWithThem() {
        list(shard("a"), shard("b"));
        assignAll();
        finish("a");
        list(shard("b"));
        assertThat(statuses()).isEqualTo(Map.of("a", Status.FINISHED, "b", Status.ASSIGNED));

        tracker.snapshot(1);
        list(shard("b"));
        assertThat(statuses()).containsKey("a");
        tracker.checkpointCompleted(1);
        list(shard("b"));
        assertThat(statuses()).isEqualTo(Map.of("b", Status.ASSIGNED));
    }

    @Test
    void anAbortedCheckpointSettlesNothing() {
        list(shard("a"), shard("b", "a"));
        assign("a", 0);
        finish("a");
        tracker.snapshot(1);
        tracker.checkpointAborted(1);
        tracker.checkpointCompleted(1);

        tracker.reset(0, List.of());
        assertThat(assignable()).isEmpty();
    }

    @Test
    void aSplitGivenBackIsHandedOutAgainAtItsPositionAndHoldsItsChildren() {
        list(shard("a"), shard("b", "a"));
        KinesisShardSplit given = ready().get(0);
        tracker.assigned(given, 0);
        finish("a");

        tracker.reset(0, List.of(given));
        assertThat(ready()).containsExactly(given);
        tracker.registered(0, 1, List.of());
        assertThat(ready()).containsExactly(given);
    }

    @Test
    void noChildStartsWhileItsParentsReaderIsAway() {
        list(shard("a"), shard("b", "a"));
        assign("a", 0);
        tracker.snapshot(1);
        tracker.checkpointCompleted(1);
        finish("a");

        tracker.reset(0, List.of());
        assertThat(assignable()).isEmpty();

        // The reader's checkpoint is from before it finished the parent.
        KinesisShardSplit atCheckpoint = split("a").at(ShardPosition.after("7", NOW));
        tracker.registered(0, 2, List.of(atCheckpoint));
        assertThat(ready()).containsExactly(atCheckpoint);
    }

    @Test
    void aParentReportedAsFinishedLetsItsChildrenStart() {
        list(shard("a"), shard("b", "a"));
        assign("a", 0);
        tracker.reset(0, List.of());

        tracker.registered(0, 2, List.of(split("a").asFinished()));
        assertThat(assignable()).containsExactly("b");
    }

    @Test
    void whatAReaderForgotBeforeItsCheckpointWasFinished() {
        list(shard("a"), shard("b", "a"));
        assign("a", 0);
        finish("a");
        tracker.reset(0, List.of());

        assertThat(tracker.registered(0, 2, List.of())).isEmpty();
        assertThat(assignable()).containsExactly("b");
    }

    @Test
    void restoredSplitsStayWhereTheirReportsSayAndWaitForThem() {
        list(shard("a"), shard("b", "a"), shard("c"), shard("d"));
        assign("a", 0);
        assign("c", 1);
        restore();
        list(shard("a"), shard("b", "a"), shard("c"), shard("d"));

        assertThat(assignable()).containsExactly("d");
        tracker.registered(0, 2, List.of(split("c").at(ShardPosition.after("5", NOW))));
        assertThat(assignable()).containsExactly("c", "d");
        assertThat(ready().get(0).position()).isEqualTo(ShardPosition.after("5", NOW));
        tracker.registered(1, 2, List.of(split("a").asFinished()));
        assertThat(assignable()).containsExactly("b", "c", "d");
    }

    @Test
    void whatNobodyReportsOnceAllAreThereWasFinished() {
        list(shard("a"), shard("b", "a"));
        assign("a", 0);
        restore();
        list(shard("a"), shard("b", "a"));

        assertThat(tracker.registered(0, 2, List.of())).isEmpty();
        assertThat(assignable()).isEmpty();
        assertThat(tracker.registered(1, 2, List.of()))
                .extracting(KinesisShardSplit::shardId)
                .containsExactly("a");
        assertThat(assignable()).containsExactly("b");
    }

    @Test
    void aSplitThatMovedIsNotTakenFromItsNewReaderByAReportOfTheOld() {
        list(shard("a"));
        assign("a", 0);
        restore();
        list(shard("a"));
        KinesisShardSplit atCheckpoint = split("a").at(ShardPosition.after("3", NOW));
        tracker.registered(0, 2, List.of(atCheckpoint));
        tracker.assigned(ready().get(0), 1);

        tracker.reset(0, List.of());
        tracker.registered(0, 2, List.of(atCheckpoint));
        assertThat(assignable()).isEmpty();

        tracker.finished(1, List.of(split("a").splitId()));
        tracker.reset(0, List.of());
        tracker.registered(0, 2, List.of(atCheckpoint));
        assertThat(assignable()).isEmpty();
        assertThat(tracker.isAllFinished()).isTrue();
    }

    @Test
    void aMovedSplitWhoseNewReaderFailsTooIsReadOnceFromTheCheckpoint() {
        list(shard("a"));
        assign("a", 0);
        restore();
        list(shard("a"));
        KinesisShardSplit atCheckpoint = split("a").at(ShardPosition.after("3", NOW));
        tracker.registered(0, 2, List.of(atCheckpoint));
        tracker.assigned(ready().get(0), 1);

        tracker.reset(0, List.of());
        tracker.reset(1, List.of(atCheckpoint));
        tracker.registered(1, 2, List.of());
        tracker.assigned(ready().get(0), 1);
        tracker.registered(0, 2, List.of(atCheckpoint));
        assertThat(assignable()).isEmpty();
    }

    @Test
    void newsOfASplitThatTheReaderDoesNotHoldIsIgnored() {
        list(shard("a"));
        assign("a", 0);

        assertThat(tracker.finished(1, List.of(split("a").splitId(), "unknown"))).isEmpty();
        assertThat(tracker.isAllFinished()).isFalse();
    }

    @Test
    void onlyShardsWithoutKnownChildrenAskForAListing() {
        list(shard("a"), shard("b", "a"), shard("c"));
        assignAll();

        assertThat(tracker.finished(0, List.of(split("a").splitId()))).isEmpty();
        assertThat(tracker.finished(0, List.of(split("c").splitId()))).containsExactly(ARN);
    }

    @Test
    void aPositionOlderThanTheRetentionIsALossAndOneAsOldIsNone() {
        list(shard("a"), shard("b"), shard("c"));
        assignAll();
        restore();
        list(shard("a"), shard("b"), shard("c"));
        ShardPosition tooOld = ShardPosition.after("1", OLDEST_HELD.minusNanos(1));
        ShardPosition old = ShardPosition.after("1", OLDEST_HELD);
        ShardPosition quiet = BEGIN.readUpTo(OLDEST_HELD.minusSeconds(60));
        tracker.registered(
                0, 1, List.of(split("a").at(tooOld), split("b").at(old), split("c").at(quiet)));

        assertThat(ready())
                .extracting(KinesisShardSplit::loss)
                .containsExactly(
                        new Loss(
                                new LostRange(Reason.POSITION_TRIMMED, tooOld, OLDEST_HELD), false),
                        null,
                        new Loss(
                                new LostRange(Reason.POSITION_TRIMMED, quiet, OLDEST_HELD), false));
    }

    @Test
    void aShardThatIsGoneIsALossHoweverFreshItsPosition() {
        list(shard("a"));
        assignAll();
        restore();
        list(shard("b"));
        ShardPosition fresh = ShardPosition.after("1", NOW);
        tracker.registered(0, 1, List.of(split("a").at(fresh)));

        assertThat(ready().get(0).loss())
                .isEqualTo(new Loss(new LostRange(Reason.SHARD_GONE, fresh, null), false));
    }

    @Test
    void aLossThatWasFoundBeforeIsKeptWithItsReport() {
        list(shard("a"));
        assignAll();
        restore();
        list(shard("b"));
        ShardPosition position = ShardPosition.after("1", OLDEST_HELD.minusSeconds(9));
        Loss told = new Loss(new LostRange(Reason.POSITION_TRIMMED, position, OLDEST_HELD), true);
        tracker.registered(0, 1, List.of(split("a").at(position).with(told)));

        assertThat(ready().get(0).loss()).isEqualTo(told);
    }

    @Test
    void aShardMadeWhileTheJobWasDownForTooLongHasLostItsBeginning() {
        Instant before = NOW.minus(Duration.ofDays(3));
        tracker.listed(ARN, List.of(shard("a")), before);
        assignAll();
        finish("a");
        restore();
        list(shard("b", "a"));
        tracker.registered(0, 1, List.of());

        assertThat(ready())
                .singleElement()
                .satisfies(
                        split -> {
                            assertThat(split.shardId()).isEqualTo("b");
                            assertThat(split.position())
                                    .isEqualTo(BEGIN.readUpTo(before.minus(Duration.ofMinutes(5))));
                            assertThat(split.loss())
                                    .isEqualTo(
                                            new Loss(
                                                    new LostRange(
                                                            Reason.POSITION_TRIMMED,
                                                            split.position(),
                                                            OLDEST_HELD),
                                                    false));
                        });
    }

    @Test
    void aShardMadeSinceTheListingBeforeHasLostNothing() {
        tracker.listed(ARN, List.of(shard("a")), NOW.minusSeconds(10));
        assignAll();
        finish("a");
        list(shard("b", "a"));

        assertThat(ready().get(0).loss()).isNull();
    }

    @Test
    void streamsThatAreNewInTheStateBeginWhereTheSettingsSay() {
        list(shard("a"));
        ShardTracker restored =
                ShardTracker.restored(tracker.snapshot(1), ShardPosition.fromStart());
        String added = ARN + "-2";
        restored.listed(added, List.of(shard("x")), NOW);
        restored.listed(ARN, List.of(shard("a"), shard("b")), NOW);

        assertThat(restored.isRestored(ARN)).isTrue();
        assertThat(restored.isRestored(added)).isFalse();
        assertThat(restored.assignable(Map.of(ARN, RETENTION, added, RETENTION), NOW))
                .extracting(split -> split.position().kind())
                .containsExactlyInAnyOrder(
                        ShardPosition.Kind.AT_TIMESTAMP,
                        ShardPosition.Kind.AT_TIMESTAMP,
                        ShardPosition.Kind.TRIM_HORIZON);
    }

    @Test
    void allIsGivenOutOnlyWhenReadersHoldWhatIsNotFinished() {
        list(shard("a"), shard("b", "a"));
        assign("a", 0);
        assertThat(tracker.isAllGivenOut()).isFalse();
        finish("a");
        assign("b", 1);
        assertThat(tracker.isAllGivenOut()).isTrue();
        assertThat(tracker.isAllFinished()).isFalse();

        tracker.reset(0, List.of());
        assertThat(tracker.isAllGivenOut()).isFalse();
        tracker.registered(0, 2, List.of());
        assertThat(tracker.isAllGivenOut()).isTrue();
        tracker.reset(1, List.of());
        assertThat(tracker.isAllGivenOut()).isFalse();
    }

    @Test
    void aRestoredTrackerKnowsWhatTheStateSays() {
        list(shard("a"), shard("b", "a"), shard("c"));
        assign("a", 0);
        KinesisEnumeratorState state = tracker.snapshot(1);

        assertThat(ShardTracker.restored(state, BEGIN).snapshot(2)).isEqualTo(state);
        assertThat(state.listedAt()).isEqualTo(Map.of(ARN, NOW));
        assertThat(state.shards())
                .containsExactly(
                        new TrackedShard(split("a"), Status.ASSIGNED),
                        new TrackedShard(split("b", "a"), Status.UNASSIGNED),
                        new TrackedShard(split("c"), Status.UNASSIGNED));
    }

    private static KinesisShardSplit split(String shardId, String... parents) {
        return Splits.split(shardId, parents).at(BEGIN);
    }

    private void list(Shard... shards) {
        tracker.listed(ARN, List.of(shards), NOW);
    }

    private void restore() {
        tracker = ShardTracker.restored(tracker.snapshot(1), BEGIN);
    }

    private List<KinesisShardSplit> ready() {
        return tracker.assignable(Map.of(ARN, RETENTION), NOW);
    }

    private Map<String, Status> statuses() {
        return tracker.snapshot(99).shards().stream()
                .collect(toMap(shard -> shard.split().shardId(), TrackedShard::status));
    }

    private List<String> assignable() {
        return ready().stream().map(KinesisShardSplit::shardId).toList();
    }

    private void assign(String shardId, int subtask) {
        ready().stream()
                .filter(split -> split.shardId().equals(shardId))
                .forEach(split -> tracker.assigned(split, subtask));
    }

    private void assignAll() {
        ready().forEach(split -> tracker.assigned(split, 0));
    }

    private void finish(String shardId) {
        tracker.finished(0, List.of(KinesisShardSplit.splitId(ARN, shardId)));
    }
}
