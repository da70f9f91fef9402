package io.trailwatch.connector.kinesis.reader;

import static io.trailwatch.connector.kinesis.reader.Answers.record;
import static io.trailwatch.connector.kinesis.reader.Answers.records;
import static io.trailwatch.connector.kinesis.reader.ManualClock.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import io.trailwatch.connector.kinesis.split.Splits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.Record;

/** The budget by itself, and how the loop keeps to it. */
class ByteBudgetTest {
    private static final int MEBIBYTE = 1 << 20;

    @Test
    void grantsUpToItsLimitAndNotAByteMore() {
        ByteBudget budget = new ByteBudget(100);
        ByteBudget.Reservation first = budget.reserve(60);
        assertThat(budget.reserve(41)).isNull();
        assertThat(budget.reservedBytes()).isEqualTo(60);
        assertThat(budget.reserve(40)).isNotNull();
        assertThat(budget.reserve(1)).isNull();
        first.release();
        first.release();
        assertThat(budget.reservedBytes()).isEqualTo(40);
    }

    @Test
    void grantsAnythingToTheFirst() {
        ByteBudget budget = new ByteBudget(100);
        ByteBudget.Reservation large = budget.reserve(1000);
        assertThat(budget.reserve(1)).isNull();
        large.correct(10);
        assertThat(budget.reserve(90)).isNotNull();
    }

    @Test
    void sharesTwoBatchesOfEveryShardWithinBounds() {
        ByteBudget budget = new ByteBudget(64 * MEBIBYTE);
        budget.shards(1);
        assertThat(budget.shareBytes()).isEqualTo(10 * MEBIBYTE);
        budget.shards(8);
        assertThat(budget.shareBytes()).isEqualTo(4 * MEBIBYTE);
        budget.shards(100_000);
        assertThat(budget.shareBytes()).isEqualTo(16 << 10);
    }

    @Test
    void theLoopHoldsNoMoreThanItsLimitAndReadsOnAsMemoryComesFree() {
        Rig rig = Rig.polling().maxBufferedBytes(16 * MEBIBYTE).build();
        for (int shard = 0; shard < 4; shard++) {
            rig.add("shard" + shard);
        }
        rig.run();
        rig.api.iteratorCalls.forEach(ScriptedApi.IteratorCall::give);
        rig.step();
        // Records are larger than guessed: one mebibyte each, two in the share of one shard.
        rig.api.recordsCalls.forEach(
                call -> call.answer().complete(records(1L, "n", megabyte("1"), megabyte("2"))));
        rig.api.recordsCalls.clear();
        rig.run();
        assertThat(rig.environment.budget().reservedBytes()).isZero();

        rig.clock.advance(Rig.INTERVAL);
        rig.step();
        assertThat(rig.api.recordsCalls).hasSize(4).allMatch(call -> call.limit() == 2);
        assertThat(rig.environment.budget().reservedBytes()).isEqualTo(8 * MEBIBYTE);
        java.util.List<ShardBatch> held = new java.util.ArrayList<>();
        for (int round = 0; round < 2; round++) {
            rig.api.recordsCalls.forEach(
                    call -> call.answer().complete(records(1L, "n", megabyte("3"), megabyte("4"))));
            rig.api.recordsCalls.clear();
            for (ShardBatch batch = rig.step().batch(); batch != null; batch = rig.step().batch()) {
                held.add(batch);
            }
            rig.clock.advance(Rig.INTERVAL);
            rig.step();
            assertThat(rig.environment.budget().reservedBytes()).isEqualTo(16 * MEBIBYTE);
        }
        assertThat(held).hasSize(8);
        assertThat(rig.api.recordsCalls).isEmpty();
        assertThat(rig.due()).isNull();

        rig.emit(held.get(0));
        rig.step();
        assertThat(rig.api.recordsCalls).hasSize(1);
        assertThat(rig.environment.budget().reservedBytes()).isEqualTo(16 * MEBIBYTE);
    }

    @Test
    void aRecordOfTenMebibytesPassesThroughTheSmallestBudget() {
        Rig rig = Rig.polling().maxBufferedBytes(16 * MEBIBYTE).build().add("a").giveIterator();
        byte[] largest = new byte[10 * MEBIBYTE];
        for (int i = 0; i < 3; i++) {
            rig.api
                    .recordsCall()
                    .answer()
                    .complete(records(1L, "n", record("" + i, START, largest)));
            rig.runAfter(Rig.INTERVAL);
        }
        assertThat(rig.emitted).hasSize(3);
        assertThat(rig.emitted.get(2).payload()).hasSize(10 * MEBIBYTE);
        assertThat(rig.api.recordsCall().limit()).isEqualTo(1);
    }

    @Test
    void aLargeWishIsNotOvertakenBySmallOnes() {
        Rig rig = Rig.polling().maxBufferedBytes(16 * MEBIBYTE).build().add("large").add("small");
        rig.run();
        rig.api.iteratorCalls.forEach(ScriptedApi.IteratorCall::give);
        rig.step();
        byte[] largest = new byte[10 * MEBIBYTE];
        rig.api
                .recordsCalls
                .poll()
                .answer()
                .complete(records(1L, "large", record("1", START, largest)));
        ShardBatch held = rig.step().batch();
        rig.api.recordsCalls.poll().answer().complete(records(1L, "small", record("1")));
        rig.run();
        // Ten are held, ten more are wished for first; the small one has to wait behind that.
        rig.clock.advance(Rig.INTERVAL);
        rig.run();
        assertThat(rig.api.recordsCalls).isEmpty();
        rig.emit(held);
        rig.run();
        assertThat(rig.api.recordsCalls)
                .extracting(ScriptedApi.RecordsCall::iterator)
                .containsExactly("large", "small");
    }

    @Test
    void aPausedShardGivesUpWhatItHoldsBackAndReadsItAgain() {
        Rig rig = Rig.polling().maxBufferedBytes(16 * MEBIBYTE).build().add("ahead").add("behind");
        rig.run();
        rig.api.iteratorCalls.forEach(ScriptedApi.IteratorCall::give);
        rig.api.iteratorCalls.clear();
        rig.step();
        ScriptedApi.RecordsCall ahead = rig.api.recordsCalls.poll();
        ScriptedApi.RecordsCall behind = rig.api.recordsCalls.poll();
        byte[] largest = new byte[10 * MEBIBYTE];
        ahead.answer().complete(records(1L, "n", record("1")));
        behind.answer().complete(records(1L, "n", record("1", START, largest)));
        rig.run();
        rig.clock.advance(Rig.INTERVAL);
        rig.run();
        ahead =
                rig.api.recordsCalls.stream()
                        .filter(call -> call.limit() > 1)
                        .findFirst()
                        .orElseThrow();
        rig.loop.pause(KinesisShardSplit.splitId(Splits.ARN, "ahead"), true);
        ahead.answer().complete(records(1L, "n", record("2", START, largest)));
        rig.api.recordsCalls.remove(ahead);
        rig.runAfter(Duration.ofSeconds(1));

        // The one behind goes on, although what is held and what it wishes for is too much.
        rig.api.recordsCall().answer().complete(records(1L, "n", record("2", START, largest)));
        rig.runAfter(Rig.INTERVAL);
        assertThat(rig.api.recordsCalls).hasSize(1);
        assertThat(rig.emitted).hasSize(3);

        rig.loop.pause(KinesisShardSplit.splitId(Splits.ARN, "ahead"), false);
        rig.run();
        ScriptedApi.IteratorCall again = rig.api.iteratorCall();
        assertThat(again.shardId()).isEqualTo("ahead");
        assertThat(again.position()).isEqualTo(ShardPosition.after("1", START));
    }

    @Test
    void anIteratorFromBeforeAShardGaveUpItsRecordsSkipsNone() {
        Rig rig = Rig.polling().maxBufferedBytes(16 * MEBIBYTE).build();
        rig.add("ahead").add("one").add("two").run();
        rig.api.iteratorCalls.forEach(ScriptedApi.IteratorCall::give);
        rig.api.iteratorCalls.clear();
        rig.step();
        Record large = record("1", START, new byte[5 * MEBIBYTE]);
        take(rig, "iterator of ahead").answer().complete(records(1L, "ahead 2", large));
        take(rig, "iterator of one").answer().complete(records(1L, "one 2", record("1")));
        take(rig, "iterator of two").answer().complete(records(1L, "two 2", record("1")));
        rig.clock.advance(Rig.INTERVAL);
        // The other two are handed out first; meanwhile the next call is made, and fails.
        ShardBatch two = rig.step().batch();
        take(rig, "ahead 2").fail(Answers.expired());
        ShardBatch one = rig.step().batch();
        ScriptedApi.IteratorCall renewal = rig.api.iteratorCall();
        assertThat(renewal.position()).isEqualTo(ShardPosition.after("1", START));
        rig.emit(one);
        rig.emit(two);
        rig.loop.pause(KinesisShardSplit.splitId(Splits.ARN, "ahead"), true);
        take(rig, "one 2")
                .answer()
                .complete(records(1L, "one 3", record("2", START, new byte[10 * MEBIBYTE])));
        take(rig, "two 2").answer().complete(records(1L, "two 3", record("2")));
        rig.clock.advance(Rig.INTERVAL);
        rig.step();
        assertThat(rig.environment.budget().reservedBytes()).isLessThanOrEqualTo(16 * MEBIBYTE);

        renewal.give();
        rig.loop.pause(KinesisShardSplit.splitId(Splits.ARN, "ahead"), false);
        rig.run();
        assertThat(rig.api.iteratorCall().position()).isEqualTo(ShardPosition.fromStart());
        assertThat(rig.emitted).filteredOn(record -> record.shard().equals("ahead")).isEmpty();
    }

    private static ScriptedApi.RecordsCall take(Rig rig, String iterator) {
        ScriptedApi.RecordsCall call =
                rig.api.recordsCalls.stream()
                        .filter(waiting -> waiting.iterator().equals(iterator))
                        .findFirst()
                        .orElseThrow();
        rig.api.recordsCalls.remove(call);
        return call;
    }

    private static Record megabyte(String sequence) {
        return record(sequence, START, new byte[MEBIBYTE]);
    }
}
