package io.trailwatch.connector.kinesis.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.config.ConsumerLifecycle;
import io.trailwatch.connector.kinesis.config.InitialPosition;
import io.trailwatch.connector.kinesis.config.KinesisSourceOptions;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.config.ReaderType;
import io.trailwatch.connector.kinesis.config.StopPosition;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.Status;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.TrackedShard;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit.Loss;
import io.trailwatch.connector.kinesis.split.LostRange;
import io.trailwatch.connector.kinesis.split.LostRange.Reason;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import io.trailwatch.connector.kinesis.split.Splits;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;

class KinesisSourceEnumeratorTest {
    private static final String TRAIL = Splits.ARN;
    private static final String FLOWS = "arn:aws:kinesis:eu-west-1:123456789012:stream/flows";
    private static final Instant T0 = Instant.parse("2026-11-21T00:00:00Z");
    private static final Duration RETENTION = Duration.ofHours(24);

    private final Configuration options = new Configuration();
    private final ScriptedKinesis kinesis = new ScriptedKinesis();
    private Instant now = T0;
    private CoordinatorDouble coordinator = new CoordinatorDouble(2);
    private List<String> arns = List.of(TRAIL);

    @Test
    void readersAreToldOfAStreamBeforeTheyGetItsShards() {
        kinesis.holds(TRAIL, even(2));
        KinesisSourceEnumerator enumerator = start();

        coordinator.registerAll(enumerator);

        for (int subtask = 0; subtask < 2; subtask++) {
            assertThat(coordinator.sent.get(subtask))
                    .containsExactly(
                            new StreamFacts(TRAIL, RETENTION, null),
                            coordinator.splitsOf(subtask).get(0));
        }
        assertThat(shardIds(0)).containsExactly("s0");
        assertThat(shardIds(1)).containsExactly("s1");
    }

    @Test
    void aReaderThatCameBeforeAnythingWasKnownGetsTheSame() {
        kinesis.holds(TRAIL, even(1));
        coordinator = new CoordinatorDouble(1);
        KinesisSourceEnumerator enumerator = create();
        enumerator.start();
        coordinator.registerAll(enumerator);
        assertThat(coordinator.sent).isEmpty();

        coordinator.turn();

        assertThat(coordinator.sent.get(0))
                .containsExactly(
                        new StreamFacts(TRAIL, RETENTION, null), coordinator.splitsOf(0).get(0));
    }

    @Test
    void aShardThatSplitsIsFollowedAtOnceAndAtMostOnceASecond() {
        kinesis.holds(TRAIL, even(1));
        coordinator = new CoordinatorDouble(1);
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        now = now.plusMillis(100);
        kinesis.holds(TRAIL, List.of(shard("s0", 0, 1), shard("left", 0, 2, "s0")));

        finish(enumerator, 0, "s0");
        coordinator.turn();
        assertThat(kinesis.callsOf("ListShards", TRAIL)).isEqualTo(1);
        now = T0.plusSeconds(1);
        coordinator.turn();

        assertThat(kinesis.callsOf("ListShards", TRAIL)).isEqualTo(2);
        assertThat(shardIds(0)).containsExactly("s0", "left");
    }

    @Test
    void childrenWaitForTheirParentAndNoListingIsNeededForKnownOnes() {
        kinesis.holds(
                TRAIL, List.of(shard("s0", 0, 1), shard("l", 0, 2, "s0"), shard("r", 1, 2, "s0")));
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        assertThat(coordinator.splits()).hasSize(1);

        finish(enumerator, 0, "s0");
        coordinator.work();

        assertThat(shardIds(0)).containsExactly("s0", "l");
        assertThat(shardIds(1)).containsExactly("r");
        assertThat(kinesis.callsOf("ListShards", TRAIL)).isEqualTo(1);
    }

    @Test
    void theUsualListingComesAtTheDiscoveryInterval() {
        kinesis.holds(TRAIL, even(1));
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        kinesis.holds(TRAIL, even(2));

        now = T0.plusMillis(9_999);
        coordinator.turn();
        assertThat(kinesis.callsOf("ListShards", TRAIL)).isEqualTo(1);
        now = T0.plusSeconds(10);
        coordinator.turn();
        assertThat(kinesis.callsOf("ListShards", TRAIL)).isEqualTo(2);
        assertThat(coordinator.splits())
                .extracting(KinesisShardSplit::shardId)
                .containsExactlyInAnyOrder("s0", "s1");
    }

    @Test
    void throttledCallsAreRepeatedLaterAndDoNotHoldOtherStreamsUp() {
        arns = List.of(TRAIL, FLOWS);
        kinesis.holds(TRAIL, even(1));
        kinesis.holds(FLOWS, even(1));
        kinesis.fails("ListShards", TRAIL, 3, throttled());
        kinesis.fails("DescribeStreamSummary", TRAIL, 2, throttled());
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);

        assertThat(streamsRead()).containsExactly(FLOWS);
        coordinator.turn();
        assertThat(kinesis.callsOf("ListShards", TRAIL)).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
            now = now.plusSeconds(10);
            coordinator.turn();
        }

        assertThat(streamsRead()).containsExactlyInAnyOrder(TRAIL, FLOWS);
        assertThat(coordinator.failure()).isNull();
        assertThat(kinesis.callsOf("ListShards", TRAIL)).isEqualTo(4);
    }

    @Test
    void aListingThatNeverComesThroughFailsTheJobInTheEnd() {
        kinesis.holds(TRAIL, even(1));
        kinesis.fails("ListShards", TRAIL, 65, throttled());
        start();
        for (int i = 0; i < 64; i++) {
            assertThat(coordinator.failure()).isNull();
            now = now.plusSeconds(10);
            coordinator.turn();
        }

        assertThat(coordinator.failure())
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContaining("ListShards of stream " + TRAIL)
                .hasMessageContaining("65 times in a row, limit 64")
                .hasRootCauseInstanceOf(LimitExceededException.class);
    }

    @Test
    void aListingThatHangsHoldsNobodyElseUp() {
        arns = List.of(TRAIL, FLOWS);
        kinesis.holds(TRAIL, even(1));
        kinesis.holds(FLOWS, even(1));
        CompletableFuture<Void> answer = kinesis.holdsUp("ListShards", TRAIL);
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        now = now.plusSeconds(20);
        coordinator.turn();

        assertThat(streamsRead()).containsExactly(FLOWS);
        assertThat(kinesis.callsOf("ListShards", TRAIL)).isEqualTo(1);
        answer.complete(null);
        coordinator.work();
        assertThat(streamsRead()).containsExactlyInAnyOrder(TRAIL, FLOWS);
    }

    @Test
    void aListWithoutShardsIsNotBelieved() {
        kinesis.holds(TRAIL, even(1));
        KinesisEnumeratorState state = stateOf(Status.UNASSIGNED, after("1", T0));
        kinesis.holds(TRAIL, List.of());
        KinesisSourceEnumerator enumerator = restore(state);
        coordinator.registerAll(enumerator);
        assertThat(coordinator.splits()).isEmpty();

        kinesis.holds(TRAIL, even(1));
        now = now.plusSeconds(1);
        coordinator.turn();
        assertThat(coordinator.splits())
                .singleElement()
                .extracting(KinesisShardSplit::loss)
                .isNull();
    }

    @Test
    void aMissingPermissionFailsTheJobAtOnceByName() {
        kinesis.holds(TRAIL, even(1));
        kinesis.fails(
                "DescribeStreamSummary",
                TRAIL,
                1,
                AccessDeniedException.builder().message("not authorized").statusCode(400).build());
        start();

        assertThat(coordinator.failure())
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContaining("DescribeStreamSummary of stream " + TRAIL)
                .hasMessageContaining("not authorized")
                .hasMessageContaining("kinesis:DescribeStreamSummary");
    }

    @Test
    void aStreamThatDoesNotExistFailsTheJobByName() {
        kinesis.fails(
                "ListShards",
                TRAIL,
                1,
                ResourceNotFoundException.builder().message("no such stream").build());
        kinesis.keeps(TRAIL, RETENTION);
        start();

        assertThat(coordinator.failure()).hasMessageContaining("ListShards of stream " + TRAIL);
    }

    @Test
    void descriptionsOfManyStreamsAreSpreadOverTurns() {
        arns = IntStream.range(0, 7).mapToObj(i -> TRAIL + i).toList();
        arns.forEach(arn -> kinesis.holds(arn, even(1)));
        coordinator = new CoordinatorDouble(1);
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);

        assertThat(streamsRead()).hasSize(2);
        for (int i = 0; i < 3; i++) {
            coordinator.turn();
        }
        assertThat(streamsRead()).containsExactlyInAnyOrderElementsOf(arns);
    }

    @Test
    void aChangedRetentionIsToldToAllReadersOnce() {
        kinesis.holds(TRAIL, even(2));
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        kinesis.keeps(TRAIL, Duration.ofDays(7));

        now = T0.plusSeconds(59);
        coordinator.turn();
        assertThat(coordinator.factsOf(0)).hasSize(1);
        for (int minute = 1; minute <= 3; minute++) {
            now = T0.plus(Duration.ofMinutes(minute));
            coordinator.turn();
        }

        for (int subtask = 0; subtask < 2; subtask++) {
            assertThat(coordinator.factsOf(subtask))
                    .extracting(StreamFacts::retention)
                    .containsExactly(RETENTION, Duration.ofDays(7));
        }
        assertThat(kinesis.callsOf("DescribeStreamSummary", TRAIL)).isEqualTo(4);
    }

    @Test
    void aConsumerOfOnesOwnIsAwaitedUntilItIsActive() {
        fanOut(ConsumerLifecycle.SELF_MANAGED);
        kinesis.holds(TRAIL, even(1));
        kinesis.hasConsumer(
                TRAIL, ConsumerStatus.CREATING, ConsumerStatus.CREATING, ConsumerStatus.ACTIVE);
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        assertThat(coordinator.sent).isEmpty();
        now = now.plusSeconds(1);
        coordinator.turn();
        assertThat(coordinator.sent).isEmpty();
        now = now.plusSeconds(1);
        coordinator.turn();

        assertThat(coordinator.factsOf(0))
                .containsExactly(
                        new StreamFacts(TRAIL, RETENTION, ScriptedKinesis.consumerArn(TRAIL)));
        assertThat(coordinator.splits()).hasSize(1);
        assertThat(kinesis.calls).doesNotContain("RegisterStreamConsumer " + TRAIL);
    }

    @ParameterizedTest
    @EnumSource(names = {"DELETING", "UNKNOWN_TO_SDK_VERSION"})
    void aMissingConsumerOfOnesOwnFailsTheJobAndTellsHowToMakeIt(ConsumerStatus status) {
        fanOut(ConsumerLifecycle.SELF_MANAGED);
        kinesis.holds(TRAIL, even(1));
        if (status == ConsumerStatus.DELETING) {
            kinesis.hasConsumer(TRAIL, status);
        }
        start();

        assertThat(coordinator.failure())
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContaining("consumer watch of stream " + TRAIL)
                .hasMessageContaining(
                        "aws kinesis register-stream-consumer --stream-arn "
                                + TRAIL
                                + " --consumer-name watch")
                .hasMessageContaining("source.efo.lifecycle");
    }

    @Test
    void aConsumerOfTheJobIsRegisteredWhenItIsMissing() {
        fanOut(ConsumerLifecycle.JOB_MANAGED);
        kinesis.holds(TRAIL, even(1));
        kinesis.fails("RegisterStreamConsumer", TRAIL, 1, throttled());
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        for (int i = 0; i < 4; i++) {
            now = now.plusSeconds(1);
            coordinator.turn();
        }

        assertThat(kinesis.callsOf("RegisterStreamConsumer", TRAIL)).isEqualTo(2);
        assertThat(coordinator.factsOf(0))
                .extracting(StreamFacts::consumerArn)
                .containsExactly(ScriptedKinesis.consumerArn(TRAIL));
        assertThat(coordinator.splits()).hasSize(1);
    }

    @Test
    void aConsumerOfTheJobThatIsBeingDeletedIsMadeAnew() {
        fanOut(ConsumerLifecycle.JOB_MANAGED);
        kinesis.holds(TRAIL, even(1));
        kinesis.hasConsumer(TRAIL, ConsumerStatus.DELETING);
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        assertThat(kinesis.callsOf("RegisterStreamConsumer", TRAIL)).isZero();

        kinesis.hasConsumer(TRAIL);
        for (int i = 0; i < 4; i++) {
            now = now.plusSeconds(1);
            coordinator.turn();
        }
        assertThat(kinesis.callsOf("RegisterStreamConsumer", TRAIL)).isEqualTo(1);
        assertThat(coordinator.splits()).hasSize(1);
    }

    @Test
    void onlyStreamsReadByFanOutNeedAConsumer() {
        arns = List.of(TRAIL, FLOWS);
        fanOut(ConsumerLifecycle.SELF_MANAGED);
        options.set(KinesisSourceOptions.READER_TYPE, ReaderType.POLLING);
        options.set(KinesisSourceOptions.READER_TYPE_BY_STREAM, Map.of("flows", "EFO"));
        kinesis.holds(TRAIL, even(1));
        kinesis.holds(FLOWS, even(1));
        kinesis.hasConsumer(FLOWS, ConsumerStatus.ACTIVE);
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);

        assertThat(coordinator.factsOf(0))
                .containsExactlyInAnyOrder(
                        new StreamFacts(TRAIL, RETENTION, null),
                        new StreamFacts(FLOWS, RETENTION, ScriptedKinesis.consumerArn(FLOWS)));
        assertThat(kinesis.callsOf("DescribeStreamConsumer", TRAIL)).isZero();
    }

    @Test
    void theConsumerOfTheJobGoesWhenABoundedReadIsAtItsEnd() {
        fanOut(ConsumerLifecycle.JOB_MANAGED);
        stopAt(T0);
        kinesis.holds(TRAIL, even(1));
        kinesis.hasConsumer(TRAIL, ConsumerStatus.ACTIVE);
        coordinator = new CoordinatorDouble(1);
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        finish(enumerator, 0, "s0");

        enumerator.close();
        assertThat(kinesis.callsOf("DeregisterStreamConsumer", TRAIL)).isEqualTo(1);
        assertThat(kinesis.closed).isTrue();
    }

    @Test
    void theConsumerStaysWhenABoundedReadIsNotAtItsEndOrOthersMadeIt() {
        stopAt(T0);
        kinesis.holds(TRAIL, even(1));
        kinesis.hasConsumer(TRAIL, ConsumerStatus.ACTIVE);
        coordinator = new CoordinatorDouble(1);
        fanOut(ConsumerLifecycle.JOB_MANAGED);
        KinesisSourceEnumerator unfinished = start();
        coordinator.registerAll(unfinished);
        unfinished.close();

        coordinator = new CoordinatorDouble(1);
        fanOut(ConsumerLifecycle.SELF_MANAGED);
        KinesisSourceEnumerator finished = start();
        coordinator.registerAll(finished);
        finish(finished, 0, "s0");
        finished.close();

        assertThat(kinesis.callsOf("DeregisterStreamConsumer", TRAIL)).isZero();
        assertThat(kinesis.closed).isTrue();
    }

    @Test
    void aRestoredPositionIsLostOnceItIsOlderThanTheRetention() {
        kinesis.holds(TRAIL, even(2));
        ShardPosition kept = after("4", T0.minus(RETENTION));
        ShardPosition trimmed = after("5", T0.minus(RETENTION).minusMillis(1));
        KinesisEnumeratorState state = stateOf(Status.ASSIGNED, ShardPosition.fromStart());
        KinesisSourceEnumerator enumerator = restore(state);
        coordinator.register(enumerator, 0, List.of(split("s1", trimmed)));
        coordinator.register(enumerator, 1, List.of(split("s0", kept)));

        assertThat(coordinator.splitsOf(0))
                .extracting(KinesisShardSplit::position, KinesisShardSplit::loss)
                .containsExactly(tuple(kept, null));
        assertThat(coordinator.splitsOf(1))
                .extracting(KinesisShardSplit::position, KinesisShardSplit::loss)
                .containsExactly(
                        tuple(
                                trimmed,
                                new Loss(
                                        new LostRange(
                                                Reason.POSITION_TRIMMED,
                                                trimmed,
                                                T0.minus(RETENTION)),
                                        false)));
    }

    @Test
    void aRestoredShardThatIsNotListedAnyMoreIsLostFromItsPositionOn() {
        kinesis.holds(TRAIL, List.of(shard("s1", 1, 2)));
        ShardPosition position = after("4", T0);
        KinesisSourceEnumerator enumerator =
                restore(stateOf(Status.ASSIGNED, ShardPosition.fromStart()));
        coordinator.register(enumerator, 0, List.of(split("s0", position), split("s1", position)));
        coordinator.register(enumerator, 1, List.of());

        assertThat(coordinator.splitsOf(0))
                .singleElement()
                .extracting(KinesisShardSplit::loss)
                .isEqualTo(new Loss(new LostRange(Reason.SHARD_GONE, position, null), false));
        assertThat(coordinator.splitsOf(1))
                .singleElement()
                .extracting(KinesisShardSplit::loss)
                .isNull();
    }

    @Test
    void restoredSplitsWaitForTheFirstListing() {
        kinesis.holds(TRAIL, even(2));
        KinesisSourceEnumerator enumerator =
                create(stateOf(Status.ASSIGNED, ShardPosition.fromStart()));
        enumerator.start();
        coordinator.register(enumerator, 0, List.of(split("s0", after("1", T0))));
        assertThat(coordinator.sent).isEmpty();

        coordinator.turn();
        assertThat(shardIds(0)).containsExactly("s0");
    }

    @Test
    void aStateOfOtherStreamsIsRefused() {
        arns = List.of(FLOWS);
        KinesisEnumeratorState state = stateOf(Status.ASSIGNED, ShardPosition.fromStart());

        assertThatThrownBy(() -> create(state))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(TRAIL)
                .hasMessageContaining(FLOWS);
        assertThat(kinesis.closed).isTrue();
    }

    @Test
    void streamsThatAreNotReadAnyMoreAreForgotten() {
        arns = List.of(FLOWS);
        kinesis.holds(FLOWS, even(1));
        KinesisEnumeratorState before = stateOf(Status.UNASSIGNED, ShardPosition.fromStart());
        List<TrackedShard> shards = new ArrayList<>(before.shards());
        KinesisShardSplit flows =
                new KinesisShardSplit(
                        FLOWS,
                        "s0",
                        ShardPosition.fromStart(),
                        Set.of(),
                        BigInteger.ZERO,
                        Splits.LAST_HASH_KEY,
                        false,
                        null);
        shards.add(new TrackedShard(flows, Status.ASSIGNED));
        KinesisSourceEnumerator enumerator =
                restore(
                        new KinesisEnumeratorState(
                                before.initialPosition(), Map.of(TRAIL, T0, FLOWS, T0), shards));
        coordinator.register(enumerator, 0, List.of(split("s1", after("8", T0)), flows));
        coordinator.register(enumerator, 1, List.of());

        assertThat(coordinator.splits())
                .extracting(KinesisShardSplit::splitId)
                .containsExactly(flows.splitId());
        assertThat(enumerator.snapshotState(1).shards())
                .extracting(shard -> shard.split().streamArn())
                .containsOnly(FLOWS);
        assertThat(enumerator.snapshotState(1).listedAt()).containsOnlyKeys(FLOWS);
    }

    @Test
    void aBoundedReadEndsWhenAListingFromAfterTheStopIsGivenOut() {
        Instant stop = T0.plusSeconds(60);
        stopAt(stop);
        kinesis.holds(TRAIL, List.of(shard("s0", 0, 1), shard("l", 0, 2, "s0")));
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        now = stop.minusMillis(1);
        coordinator.turn();
        finish(enumerator, 0, "s0");
        assertThat(shardIds(0)).containsExactly("s0", "l");
        assertThat(coordinator.isToldNoMoreSplits(0)).isFalse();

        kinesis.holds(
                TRAIL, List.of(shard("s0", 0, 1), shard("l", 0, 2, "s0"), shard("r", 1, 2, "s0")));
        now = stop.plusSeconds(10);
        coordinator.turn();

        assertThat(shardIds(1)).containsExactly("r");
        assertThat(coordinator.isToldNoMoreSplits(0)).isTrue();
        assertThat(coordinator.isToldNoMoreSplits(1)).isTrue();
        int listings = kinesis.callsOf("ListShards", TRAIL);
        now = now.plusSeconds(60);
        coordinator.turn();
        assertThat(kinesis.callsOf("ListShards", TRAIL)).isEqualTo(listings);
    }

    @Test
    void aBoundedReadDoesNotEndWhileAChildWaits() {
        stopAt(T0);
        kinesis.holds(TRAIL, List.of(shard("s0", 0, 1), shard("l", 0, 2, "s0")));
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        assertThat(coordinator.isToldNoMoreSplits(0)).isFalse();
        assertThat(coordinator.isToldNoMoreSplits(1)).isFalse();

        finish(enumerator, 0, "s0");
        assertThat(coordinator.isToldNoMoreSplits(0)).isTrue();
        assertThat(coordinator.isToldNoMoreSplits(1)).isTrue();
    }

    @Test
    void aReaderThatFailsNearTheEndGetsItsSplitsAndTheEndAgain() {
        stopAt(T0);
        kinesis.holds(TRAIL, even(2));
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        KinesisShardSplit given = coordinator.splitsOf(1).get(0);
        finish(enumerator, 0, "s0");

        coordinator.reset(enumerator, 1, List.of(given));
        coordinator.register(enumerator, 1, List.of());

        assertThat(coordinator.sent.get(1))
                .containsExactly(
                        new StreamFacts(TRAIL, RETENTION, null),
                        given,
                        CoordinatorDouble.NO_MORE_SPLITS);
    }

    @Test
    void aReaderThatFailsAloneGetsItsSplitsBackWithoutAnyoneElseNoticing() {
        kinesis.holds(TRAIL, even(2));
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        enumerator.snapshotState(1);
        enumerator.notifyCheckpointComplete(1);
        List<Object> sentToOther = List.copyOf(coordinator.sent.get(0));
        KinesisShardSplit atCheckpoint = split("s1", after("9", T0));

        coordinator.reset(enumerator, 1, List.of());
        assertThat(coordinator.splitsOf(1)).isEmpty();
        coordinator.register(enumerator, 1, List.of(atCheckpoint));

        assertThat(coordinator.splitsOf(1)).containsExactly(atCheckpoint);
        assertThat(coordinator.sent.get(0)).isEqualTo(sentToOther);
        assertThat(coordinator.failure()).isNull();
    }

    @Test
    void aRescaledJobReadsEachSplitOnceSpreadByHashRange() {
        kinesis.holds(TRAIL, even(6));
        coordinator = new CoordinatorDouble(1);
        KinesisSourceEnumerator enumerator = start();
        coordinator.registerAll(enumerator);
        assertThat(shardIds(0)).containsExactly("s0", "s1", "s2", "s3", "s4", "s5");

        List<KinesisShardSplit> states = readOn(coordinator.splits(), "10");
        enumerator = rescale(enumerator, 3, states);
        assertThat(shardIds(0)).containsExactlyInAnyOrder("s0", "s1");
        assertThat(shardIds(1)).containsExactlyInAnyOrder("s2", "s3");
        assertThat(shardIds(2)).containsExactlyInAnyOrder("s4", "s5");
        assertThat(coordinator.splits()).containsExactlyInAnyOrderElementsOf(states);

        states = readOn(coordinator.splits(), "20");
        rescale(enumerator, 2, states);
        assertThat(shardIds(0)).containsExactlyInAnyOrder("s0", "s1", "s2");
        assertThat(shardIds(1)).containsExactlyInAnyOrder("s3", "s4", "s5");
        assertThat(coordinator.splits()).containsExactlyInAnyOrderElementsOf(states);
    }

    /** Restores with the states of all readers dealt out in turn, as Flink does it. */
    private KinesisSourceEnumerator rescale(
            KinesisSourceEnumerator enumerator, int parallelism, List<KinesisShardSplit> states) {
        KinesisEnumeratorState state = enumerator.snapshotState(1);
        coordinator = new CoordinatorDouble(parallelism);
        KinesisSourceEnumerator restored = restore(state);
        for (int subtask = 0; subtask < parallelism; subtask++) {
            List<KinesisShardSplit> share = new ArrayList<>();
            for (int i = subtask; i < states.size(); i += parallelism) {
                share.add(states.get(i));
            }
            coordinator.register(restored, subtask, share);
        }
        return restored;
    }

    private static List<KinesisShardSplit> readOn(List<KinesisShardSplit> splits, String sequence) {
        return splits.stream().map(split -> split.at(after(sequence, T0))).toList();
    }

    @Test
    void aSnapshotBeforeAReportIsDealtOutKeepsItsPosition() {
        kinesis.holds(TRAIL, even(2));
        KinesisSourceEnumerator first = create(stateOf(Status.ASSIGNED, ShardPosition.fromStart()));
        ShardPosition position = after("7", T0);
        coordinator.register(first, 0, List.of(split("s0", position), split("s1", position)));
        KinesisEnumeratorState state = first.snapshotState(1);

        coordinator = new CoordinatorDouble(2);
        KinesisSourceEnumerator second = restore(state);
        coordinator.registerAll(second);
        assertThat(coordinator.splits())
                .hasSize(2)
                .extracting(KinesisShardSplit::position)
                .containsOnly(position);
    }

    private KinesisSourceEnumerator create() {
        return KinesisSourceEnumerator.create(coordinator, kinesis, settings(), () -> now);
    }

    private KinesisSourceEnumerator create(KinesisEnumeratorState state) {
        return KinesisSourceEnumerator.restore(coordinator, kinesis, settings(), state, () -> now);
    }

    private KinesisSourceEnumerator start() {
        return started(create());
    }

    private KinesisSourceEnumerator restore(KinesisEnumeratorState state) {
        return started(create(state));
    }

    private KinesisSourceEnumerator started(KinesisSourceEnumerator enumerator) {
        enumerator.start();
        coordinator.turn();
        return enumerator;
    }

    private KinesisSourceSettings settings() {
        return KinesisSourceSettings.of(arns, options, T0);
    }

    private void fanOut(ConsumerLifecycle lifecycle) {
        options.set(KinesisSourceOptions.READER_TYPE, ReaderType.EFO);
        options.set(KinesisSourceOptions.EFO_CONSUMER_NAME, "watch");
        options.set(KinesisSourceOptions.EFO_LIFECYCLE, lifecycle);
    }

    private void stopAt(Instant time) {
        options.set(KinesisSourceOptions.INITIAL_POSITION, InitialPosition.TRIM_HORIZON);
        options.set(KinesisSourceOptions.STOP_POSITION, StopPosition.AT_TIMESTAMP);
        options.set(KinesisSourceOptions.STOP_TIMESTAMP, time.toString());
    }

    private List<String> shardIds(int subtask) {
        return coordinator.splitsOf(subtask).stream().map(KinesisShardSplit::shardId).toList();
    }

    private List<String> streamsRead() {
        return coordinator.splits().stream().map(KinesisShardSplit::streamArn).distinct().toList();
    }

    private static void finish(KinesisSourceEnumerator enumerator, int subtask, String shardId) {
        enumerator.handleSourceEvent(
                subtask,
                new SplitsFinishedEvent(Set.of(KinesisShardSplit.splitId(TRAIL, shardId))));
    }

    /** Two even shards of the trail, s0 and s1. */
    private static KinesisEnumeratorState stateOf(Status status, ShardPosition position) {
        return new KinesisEnumeratorState(
                ShardPosition.fromStart(),
                Map.of(TRAIL, T0),
                List.of(
                        new TrackedShard(split("s0", position), status),
                        new TrackedShard(
                                split("s1", position),
                                status == Status.UNASSIGNED ? Status.FINISHED : status)));
    }

    private static KinesisShardSplit split(String shardId, ShardPosition position) {
        int index = shardId.charAt(1) - '0';
        return new KinesisShardSplit(
                TRAIL,
                shardId,
                position,
                Set.of(),
                border(index, 2),
                border(index + 1, 2).subtract(BigInteger.ONE),
                false,
                null);
    }

    private static ShardPosition after(String sequenceNumber, Instant readUpTo) {
        return ShardPosition.after(sequenceNumber, readUpTo);
    }

    private static List<Shard> even(int count) {
        return IntStream.range(0, count).mapToObj(i -> shard("s" + i, i, count)).toList();
    }

    /** The part of this index of the hash key space cut into so many parts. */
    private static Shard shard(String shardId, int part, int parts, String... parents) {
        return Splits.shard(shardId, parents).toBuilder()
                .hashKeyRange(
                        HashKeyRange.builder()
                                .startingHashKey(border(part, parts).toString())
                                .endingHashKey(
                                        border(part + 1, parts).subtract(BigInteger.ONE).toString())
                                .build())
                .build();
    }

    private static BigInteger border(int part, int parts) {
        return BigInteger.TWO
                .pow(128)
                .multiply(BigInteger.valueOf(part))
                .divide(BigInteger.valueOf(parts));
    }

    private static LimitExceededException throttled() {
        return (LimitExceededException)
                LimitExceededException.builder().message("Rate exceeded").statusCode(400).build();
    }
}
