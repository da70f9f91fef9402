package io.trailwatch.connector.kinesis.fake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.client.KinesisFailure;
import io.trailwatch.connector.kinesis.fake.Call.Operation;
import io.trailwatch.connector.kinesis.fake.FakeKinesisService.Put;
import io.trailwatch.connector.kinesis.fake.Fault.Kind;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;

class FakeKinesisTest {
    private static final String TRAIL = "arn:aws:kinesis:eu-central-1:123456789012:stream/trail";
    private static final String FLOWS = "arn:aws:kinesis:eu-central-1:123456789012:stream/flows";
    private static final String FIRST = "shardId-000000000000";
    private static final Instant T0 = Instant.parse("2026-11-21T00:00:00Z");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MILLI = Duration.ofMillis(1);

    private final ManualTime time = new ManualTime(T0);
    private final FakeKinesisService service =
            new FakeKinesisService(
                    time, Behaviour.USUAL.answeringIn(Duration.ZERO).withConsumersAfter(SECOND));
    private final KinesisApi api = service.open();

    @BeforeEach
    void createStreams() {
        service.createStream(TRAIL, 1);
        service.createStream(FLOWS, 2);
    }

    @Test
    void aRecordGoesToTheShardOfItsKeyWithAGrowingNumber() {
        List<Put> puts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            puts.add(service.put(FLOWS, "key-" + i, bytes("r" + i)));
        }

        assertThat(puts).extracting(Put::sequenceNumber).isSorted().doesNotHaveDuplicates();
        // MD5("key-0") begins with b4 and MD5("key-1") with 21: upper and lower half.
        assertThat(puts.get(0).shardId()).isEqualTo("shardId-000000000001");
        assertThat(puts.get(1).shardId()).isEqualTo(FIRST);
        Put put = puts.get(0);
        assertThat(read(FLOWS, put.shardId(), ShardPosition.fromStart()).records())
                .first()
                .satisfies(
                        record -> {
                            assertThat(record.sequenceNumber()).isEqualTo(put.sequenceNumber());
                            assertThat(record.partitionKey()).isEqualTo("key-0");
                            assertThat(record.approximateArrivalTimestamp()).isEqualTo(T0);
                        });
    }

    @Test
    void eachKindOfPositionBeginsWhereItSays() {
        Put a = service.put(TRAIL, "k", bytes("a"));
        time.advance(SECOND);
        service.put(TRAIL, "k", bytes("b"));
        time.advance(SECOND);
        service.put(TRAIL, "k", bytes("c"));

        assertThat(payloads(ShardPosition.fromStart())).containsExactly("a", "b", "c");
        assertThat(payloads(ShardPosition.after(a.sequenceNumber(), T0))).containsExactly("b", "c");
        assertThat(payloads(ShardPosition.inside(a.sequenceNumber(), 1, T0)))
                .containsExactly("a", "b", "c");
        assertThat(payloads(ShardPosition.fromTimestamp(T0.plusSeconds(1))))
                .containsExactly("b", "c");
        time.advance(SECOND);
        assertThat(payloads(ShardPosition.fromTimestamp(T0.plusMillis(1001)))).containsExactly("c");
        assertThat(payloads(ShardPosition.fromTimestamp(T0.plusMillis(2001)))).isEmpty();
    }

    @Test
    void aNumberOfAnotherStreamOrShardAndATimeToComeAreRefused() {
        Put foreign = service.put(FLOWS, "k", bytes("x"));
        String parentEnd = service.put(TRAIL, "k", bytes("x")).sequenceNumber();
        String child = service.split(TRAIL, FIRST).get(0);

        assertRefused(
                InvalidArgumentException.class,
                () -> read(TRAIL, FIRST, ShardPosition.after(foreign.sequenceNumber(), T0)));
        assertRefused(
                InvalidArgumentException.class,
                () -> read(TRAIL, child, ShardPosition.after(parentEnd, T0)));
        assertRefused(
                InvalidArgumentException.class,
                () -> read(TRAIL, FIRST, ShardPosition.fromTimestamp(T0.plusMillis(1))));
        assertRefused(
                InvalidArgumentException.class, () -> api.records(TRAIL, "no iterator", 1).join());
    }

    @Test
    void anIteratorLivesFiveMinutes() {
        service.put(TRAIL, "k", bytes("a"));
        String iterator = api.shardIterator(TRAIL, FIRST, ShardPosition.fromStart()).join();

        time.advance(FakeKinesisService.ITERATOR_LIFE.minus(MILLI));
        assertThat(api.records(TRAIL, iterator, 10).join().records()).hasSize(1);
        time.advance(MILLI);
        assertRefused(
                ExpiredIteratorException.class, () -> api.records(TRAIL, iterator, 10).join());
    }

    @Test
    void aClosedShardEndsWithItsChildrenWhoseKeysAreHalves() {
        service.put(TRAIL, "k", bytes("a"));
        List<String> children = service.split(TRAIL, FIRST);
        service.put(TRAIL, "k", bytes("b"));

        GetRecordsResponse end = read(TRAIL, FIRST, ShardPosition.fromStart());
        assertThat(end.records()).extracting(r -> r.data().asUtf8String()).containsExactly("a");
        assertThat(end.nextShardIterator()).isNull();
        assertThat(end.childShards())
                .extracting(ChildShard::shardId)
                .containsExactlyElementsOf(children);

        List<Shard> shards = api.shards(TRAIL).join();
        assertThat(shards).extracting(Shard::parentShardId).containsExactly(null, FIRST, FIRST);
        assertThat(shards.get(0).sequenceNumberRange().endingSequenceNumber()).isNotNull();
        assertThat(shards.get(1).hashKeyRange().endingHashKey())
                .isEqualTo("170141183460469231731687303715884105727");
        assertThat(shards.get(2).hashKeyRange().startingHashKey())
                .isEqualTo("170141183460469231731687303715884105728");
    }

    @Test
    void twoShardsMergeIntoOneWithBothAsParents() {
        String child = service.merge(FLOWS, "shardId-000000000001", FIRST);

        assertThat(service.openShards(FLOWS)).containsExactly(child);
        Shard merged = api.shards(FLOWS).join().get(2);
        assertThat(Set.of(merged.parentShardId(), merged.adjacentParentShardId()))
                .isEqualTo(Set.of(FIRST, "shardId-000000000001"));
        assertThat(read(FLOWS, FIRST, ShardPosition.fromStart()).nextShardIterator()).isNull();
    }

    @Test
    void expiredRecordsAndThenTheirClosedShardAreGone() {
        Put a = service.put(TRAIL, "k", bytes("a"));
        time.advance(Duration.ofHours(1));
        service.put(TRAIL, "k", bytes("b"));
        service.split(TRAIL, FIRST);
        String iterator =
                api.shardIterator(TRAIL, FIRST, ShardPosition.inside(a.sequenceNumber(), 1, T0))
                        .join();

        time.advance(Duration.ofHours(23).plus(MILLI));
        // The place of the record that is gone is taken for that of the oldest one, in silence.
        assertThat(payloads(ShardPosition.inside(a.sequenceNumber(), 1, T0))).containsExactly("b");
        assertThat(api.retention(TRAIL).join()).isEqualTo(Duration.ofHours(24));

        time.advance(Duration.ofHours(1));
        assertThat(api.shards(TRAIL).join())
                .extracting(Shard::shardId)
                .containsExactly("shardId-000000000001", "shardId-000000000002");
        assertRefused(
                ResourceNotFoundException.class,
                () -> read(TRAIL, FIRST, ShardPosition.fromStart()));
        assertRefused(
                ResourceNotFoundException.class, () -> api.records(TRAIL, iterator, 1).join());
    }

    @Test
    void anAnswerHasAtMostSoManyRecordsAndTenMebibytesAndTellsHowFarBehindItIs() {
        for (int i = 0; i < 12; i++) {
            service.put(TRAIL, "k", new byte[1 << 20]);
        }
        time.advance(SECOND);

        GetRecordsResponse first = read(TRAIL, FIRST, ShardPosition.fromStart());
        // Keys count too, so the tenth does not fit.
        assertThat(first.records()).hasSize(9);
        assertThat(first.millisBehindLatest()).isEqualTo(1000);
        time.advance(Duration.ofSeconds(5));
        GetRecordsResponse second = api.records(TRAIL, first.nextShardIterator(), 2).join();
        assertThat(second.records()).hasSize(2);
        assertThat(second.millisBehindLatest()).isEqualTo(6000);
        time.advance(SECOND.plus(MILLI));
        GetRecordsResponse last = api.records(TRAIL, second.nextShardIterator(), 2).join();
        assertThat(last.records()).hasSize(1);
        assertThat(last.millisBehindLatest()).isZero();
    }

    @Test
    void aShardIsReadFiveTimesASecondAndTwoMebibytesASecond() {
        String iterator = api.shardIterator(TRAIL, FIRST, ShardPosition.fromStart()).join();
        for (int i = 0; i < 5; i++) {
            api.records(TRAIL, iterator, 1).join();
        }
        assertRefused(
                ProvisionedThroughputExceededException.class,
                () -> api.records(TRAIL, iterator, 1).join());

        time.advance(SECOND);
        service.put(TRAIL, "k", new byte[(2 << 20) - 1]);
        api.records(TRAIL, iterator, 1).join();
        time.advance(SECOND.minus(MILLI));
        assertRefused(
                ProvisionedThroughputExceededException.class,
                () -> api.records(TRAIL, iterator, 1).join());
        time.advance(MILLI);
        assertThat(api.records(TRAIL, iterator, 1).join().records()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "THROTTLED,THROTTLED",
        "INTERNAL_FAILURE,TRANSIENT",
        "UNAVAILABLE,TRANSIENT",
        "CONNECTION_RESET,TRANSIENT",
        "LOST_ANSWER,TRANSIENT",
        "EXPIRED_ITERATOR,EXPIRED"
    })
    void aFaultIsSortedAsTheServicesOwn(Kind kind, KinesisFailure sorted) {
        String iterator = api.shardIterator(TRAIL, FIRST, ShardPosition.fromStart()).join();
        service.setFaults(call -> Fault.of(kind));

        CompletableFuture<GetRecordsResponse> answer = api.records(TRAIL, iterator, 1);
        time.runDue();
        assertThatThrownBy(answer::join)
                .satisfies(failure -> assertThat(KinesisFailure.of(failure)).isEqualTo(sorted));
    }

    @Test
    void anEmptyAnswerBehindTheTipKeepsThePlace() {
        service.put(TRAIL, "k", bytes("a"));
        time.advance(SECOND);
        String iterator = api.shardIterator(TRAIL, FIRST, ShardPosition.fromStart()).join();
        service.setFaults(call -> Fault.of(Kind.EMPTY_ANSWER));

        GetRecordsResponse empty = api.records(TRAIL, iterator, 1).join();
        assertThat(empty.records()).isEmpty();
        assertThat(empty.millisBehindLatest()).isEqualTo(1000);
        service.setFaults(FaultSchedule.none());
        assertThat(api.records(TRAIL, empty.nextShardIterator(), 1).join().records()).hasSize(1);
    }

    @Test
    void aLateAnswerIsOfTheTimeAtWhichItWasMade() {
        String iterator = api.shardIterator(TRAIL, FIRST, ShardPosition.fromStart()).join();
        service.setFaults(call -> Fault.delayedBy(SECOND));

        CompletableFuture<GetRecordsResponse> answer = api.records(TRAIL, iterator, 1);
        time.runDue();
        service.put(TRAIL, "k", bytes("a"));
        time.advance(SECOND.minus(MILLI));
        assertThat(answer).isNotDone();
        time.advance(MILLI);
        assertThat(answer.join().records()).isEmpty();
    }

    @Test
    void aConsumerIsUsableAfterAWhile() {
        assertThat(api.consumer(TRAIL, "watch").join()).isEmpty();
        api.registerConsumer(TRAIL, "watch").join();
        assertRefused(
                ResourceInUseException.class, () -> api.registerConsumer(TRAIL, "watch").join());
        assertThat(api.consumer(TRAIL, "watch").join().orElseThrow().consumerStatus())
                .isEqualTo(ConsumerStatus.CREATING);
        CollectedEvents early = subscribe(ShardPosition.fromStart(), 1);
        assertThat(early.failure()).hasCauseInstanceOf(ResourceInUseException.class);

        time.advance(SECOND);
        assertThat(api.consumer(TRAIL, "watch").join().orElseThrow().consumerStatus())
                .isEqualTo(ConsumerStatus.ACTIVE);
        api.deregisterConsumer(TRAIL, "watch").join();
        assertThat(api.consumer(TRAIL, "watch").join()).isEmpty();
    }

    @Test
    void eventsComeAsRequestedThenEmptyOnesAtTheTip() {
        service.put(TRAIL, "k", bytes("a"));
        registerConsumer();

        CollectedEvents events = subscribe(ShardPosition.fromStart(), 0);
        assertThat(events.events()).isEmpty();
        events.subscription().request(2);
        time.runDue();
        assertThat(events.payloads()).containsExactly("a");
        time.advance(Duration.ofSeconds(5));
        assertThat(events.events()).hasSize(2);
        assertThat(events.last().records()).isEmpty();
        assertThat(events.last().millisBehindLatest()).isZero();

        String place = events.last().continuationSequenceNumber();
        service.put(TRAIL, "k", bytes("b"));
        time.runDue();
        assertThat(events.events()).hasSize(2);
        events.subscription().request(1);
        time.runDue();
        assertThat(events.payloads()).containsExactly("a", "b");
        time.advance(SECOND);
        CollectedEvents later = subscribe(ShardPosition.after(place, T0), 1);
        assertThat(later.payloads()).containsExactly("b");
    }

    @Test
    void aSecondSubscriptionIsRefusedForFiveSecondsAndThenReplacesTheFirst() {
        registerConsumer();
        CollectedEvents first = subscribe(ShardPosition.fromStart(), 1);
        time.advance(FakeKinesisService.SUBSCRIPTION_GUARD.minus(MILLI));

        CollectedEvents early = subscribe(ShardPosition.fromStart(), 1);
        assertThat(early.failure()).hasCauseInstanceOf(ResourceInUseException.class);
        assertThat(first.failure()).isNull();
        time.advance(MILLI);
        CollectedEvents second = subscribe(ShardPosition.fromStart(), 1);
        assertThat(second.failure()).isNull();
        assertThat(first.failure()).isInstanceOf(ResourceInUseException.class);
    }

    @Test
    void aSubscriptionCompletesAfterFiveMinutesAndMayThenBeMadeAnewAtOnce() {
        registerConsumer();
        CollectedEvents first = subscribe(ShardPosition.fromStart(), Long.MAX_VALUE);

        time.advance(FakeKinesisService.SUBSCRIPTION_LIFE.minus(MILLI));
        assertThat(first.isCompleted()).isFalse();
        time.advance(MILLI);
        assertThat(first.isCompleted()).isTrue();
        assertThat(first.last().continuationSequenceNumber()).isNotNull();
        assertThat(subscribe(ShardPosition.fromStart(), 1).failure()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndOfAShardIsAnEventWithoutContinuation(boolean endWithRecords) {
        Behaviour usual = Behaviour.USUAL.withConsumersAfter(Duration.ZERO);
        FakeKinesisService other =
                new FakeKinesisService(time, endWithRecords ? usual : usual.endingSeparately());
        other.createStream(TRAIL, 1);
        other.put(TRAIL, "k", bytes("a"));
        List<String> children = other.split(TRAIL, FIRST);
        KinesisApi client = other.open();
        client.registerConsumer(TRAIL, "watch").join();
        String consumerArn = client.consumer(TRAIL, "watch").join().orElseThrow().consumerARN();

        CollectedEvents events = new CollectedEvents(9);
        client.subscribe(consumerArn, FIRST, ShardPosition.fromStart(), events);
        time.advance(SECOND);

        assertThat(events.payloads()).containsExactly("a");
        assertThat(events.events()).hasSize(endWithRecords ? 1 : 2);
        assertThat(events.last().continuationSequenceNumber()).isNull();
        assertThat(events.last().childShards())
                .extracting(ChildShard::shardId)
                .containsExactlyElementsOf(children);
        assertThat(events.isCompleted()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DISCONNECT", "FAILURE_EVENT", "EARLY_END"})
    void aSubscriptionGoesWrongBehindTheEventItIsTold(Kind kind) {
        registerConsumer();
        for (int i = 0; i < 3; i++) {
            service.setFaults(FaultSchedule.none());
            time.advance(Duration.ofSeconds(5));
            Fault fault = Fault.after(i, kind);
            service.setFaults(call -> fault);
            CollectedEvents events = subscribe(ShardPosition.fromStart(), 9);
            time.advance(Duration.ofSeconds(30));

            assertThat(events.events()).hasSize(i);
            assertThat(events.isCompleted()).isEqualTo(kind == Kind.EARLY_END);
            assertThat(events.failure() == null).isEqualTo(kind == Kind.EARLY_END);
        }
    }

    @Test
    void aConnectionMayBreakInsteadOfTheEndMarker() {
        registerConsumer();
        service.put(TRAIL, "k", bytes("a"));
        service.setFaults(call -> Fault.of(Kind.DISCONNECT_BEFORE_END));
        CollectedEvents events = subscribe(ShardPosition.fromStart(), 9);
        service.split(TRAIL, FIRST);
        time.advance(SECOND);

        assertThat(events.payloads()).containsExactly("a");
        assertThat(events.isCompleted()).isFalse();
        assertThat(KinesisFailure.of(events.failure())).isEqualTo(KinesisFailure.TRANSIENT);
    }

    @Test
    void aLostAnswerLeavesASubscriptionThatKeepsTheNextOneAway() {
        registerConsumer();
        service.setFaults(
                call ->
                        call.operation() == Operation.SUBSCRIBE_TO_SHARD
                                ? Fault.of(Kind.LOST_ANSWER)
                                : Fault.NONE);
        CollectedEvents lost = subscribe(ShardPosition.fromStart(), 9);
        service.setFaults(FaultSchedule.none());

        assertThat(KinesisFailure.of(lost.failure())).isEqualTo(KinesisFailure.TRANSIENT);
        assertThat(subscribe(ShardPosition.fromStart(), 9).failure())
                .hasCauseInstanceOf(ResourceInUseException.class);
        time.advance(Duration.ofSeconds(5));
        assertThat(subscribe(ShardPosition.fromStart(), 9).failure()).isNull();
        assertThat(lost.events()).isEmpty();
    }

    @Test
    void aClosedClientIsToldNothingMore() {
        registerConsumer();
        CollectedEvents events = subscribe(ShardPosition.fromStart(), 9);
        api.close();
        service.put(TRAIL, "k", bytes("a"));
        time.advance(Duration.ofMinutes(6));

        assertThat(events.payloads()).isEmpty();
        assertThat(events.isCompleted()).isFalse();
    }

    @Test
    void theSameSeedMakesTheSameFaults() {
        Call call = new Call(Operation.GET_RECORDS, TRAIL, FIRST);
        List<List<Fault>> runs = new ArrayList<>();
        for (long seed : List.of(1L, 1L, 2L)) {
            FaultSchedule faults = new SeededFaults(new Random(seed), 0.5, SECOND);
            List<Fault> drawn = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                drawn.add(faults.on(call));
            }
            runs.add(drawn);
        }

        assertThat(runs.get(0)).isEqualTo(runs.get(1)).isNotEqualTo(runs.get(2));
        assertThat(runs.get(0))
                .extracting(Fault::kind)
                .contains(Kind.NONE, Kind.THROTTLED, Kind.EXPIRED_ITERATOR);
    }

    private void registerConsumer() {
        api.registerConsumer(TRAIL, "watch").join();
        time.advance(SECOND);
    }

    private CollectedEvents subscribe(ShardPosition position, long firstRequest) {
        String consumerArn = api.consumer(TRAIL, "watch").join().orElseThrow().consumerARN();
        CollectedEvents events = new CollectedEvents(firstRequest);
        api.subscribe(consumerArn, FIRST, position, events);
        time.runDue();
        return events;
    }

    private GetRecordsResponse read(String streamArn, String shardId, ShardPosition position) {
        String iterator = api.shardIterator(streamArn, shardId, position).join();
        return api.records(streamArn, iterator, 10_000).join();
    }

    private List<String> payloads(ShardPosition position) {
        time.advance(SECOND);
        return read(TRAIL, FIRST, position).records().stream()
                .map(Record::data)
                .map(data -> data.asUtf8String())
                .toList();
    }

    private static void assertRefused(Class<? extends Throwable> type, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(CompletionException.class).hasCauseInstanceOf(type);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
